// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror_memory.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook::sync;

class MirrorMemoryTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const FollowedPair m_down{Mirror::Direction::Down, QStringLiteral("/home/me/outputs"), QStringLiteral("/src/outputs")};
    const FollowedPair m_up{Mirror::Direction::Up, QStringLiteral("/home/me/größe\n"), QStringLiteral("/src")};

private Q_SLOTS:
    void whatIsRemembered_isThereForTheNextOne_untilItIsForgotten()
    {
        const QString file = m_folder.filePath(QStringLiteral("sync/mirrors.json"));
        QVERIFY(MirrorMemory(file).machines().isEmpty());
        QVERIFY(MirrorMemory(file).remember(QStringLiteral("1"), m_down));
        MirrorMemory other(file); // a second window
        QVERIFY(other.remember(QStringLiteral("1"), m_up));
        QVERIFY(other.remember(QStringLiteral("1"), m_up));
        QVERIFY(other.remember(QStringLiteral("2"), m_down));
        QCOMPARE(MirrorMemory(file).of(QStringLiteral("1")), (QList<FollowedPair>{m_down, m_up}));
        QVERIFY(MirrorMemory(file).forget(QStringLiteral("1"), m_down));
        QCOMPARE(other.of(QStringLiteral("1")), QList<FollowedPair>{m_up});
        QVERIFY(other.forget(QStringLiteral("1"), m_up));
        QCOMPARE(other.machines(), QStringList{QStringLiteral("2")});
        QCOMPARE(QFile::permissions(file) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void spoiltFile_remembersNothing_andCanBeWrittenAgain()
    {
        const QString file = m_folder.filePath(QStringLiteral("spoilt.json"));
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly) && out.write("{\"1\": [{\"here\": \"relative\", \"there\": \"/src\"}, 5], \"2\"") > 0);
        out.close();
        MirrorMemory memory(file);
        QVERIFY(memory.of(QStringLiteral("1")).isEmpty());
        QVERIFY(memory.remember(QStringLiteral("1"), m_down));
        QCOMPARE(memory.of(QStringLiteral("1")), QList<FollowedPair>{m_down});
    }

    void placeThatCannotBeWritten_saysSo()
    {
        const auto noted = MirrorMemory(QStringLiteral("/proc/nimbook/mirrors.json")).remember(QStringLiteral("1"), m_down);
        QVERIFY(!noted);
        QVERIFY(noted.error().message.contains(QStringLiteral("/proc/nimbook")));
    }
};

QTEST_GUILESS_MAIN(MirrorMemoryTest)
#include "mirror_memory_test.moc"
