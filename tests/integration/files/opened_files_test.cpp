// SPDX-License-Identifier: Apache-2.0
#include "models/opened_files.h"

#include "integration/transfer/transfer_fixture.h"
#include "support/finish.h"

#include <QSignalSpy>

using namespace nimbook;
using models::OpenedFiles;
using Fixture = nimbook::testing::TransferFixture;

/// A file of a real sshd, opened by a program of this computer (this test), saved, and back again.
class OpenedFilesTest : public QObject {
    Q_OBJECT

    Fixture f;
    std::unique_ptr<OpenedFiles> m_files;

    QString cache() const { return f.sshd.directory() + QStringLiteral("/open"); }
    transfer::RemoteEntry look(const QString &name)
    {
        return testing::resultOf(f.queue->files()->look(f.far(name), this)).value_or(transfer::RemoteEntry());
    }
    /// The path of the copy.
    QString open(const QString &name)
    {
        QSignalSpy ready(m_files.get(), &OpenedFiles::ready);
        m_files->open(f.far(name), look(name));
        return QTest::qWaitFor([&] { return !ready.isEmpty(); }, 20'000) ? ready.first().at(1).toString() : QString();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(f.start(), qPrintable(f.sshd.errorString())); }
    void init()
    {
        m_files.reset();
        QVERIFY(f.reset());
        m_files = std::make_unique<OpenedFiles>(cache());
        m_files->setQueue(f.queue.get());
        QVERIFY(Fixture::write(f.far(QStringLiteral("train.py")), "print(1)\n"));
        QVERIFY(QFile::setPermissions(f.far(QStringLiteral("train.py")), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadGroup));
    }
    void cleanupTestCase() { m_files.reset(); }

    void opened_isAPrivateCopyThatNobodyRuns()
    {
        const QString copy = open(QStringLiteral("train.py"));
        QCOMPARE(Fixture::read(copy), QByteArray("print(1)\n"));
        QCOMPARE(QFileInfo(copy).fileName(), QStringLiteral("train.py"));
        QVERIFY(!QFile::permissions(copy).testFlag(QFile::ExeOwner));
        QVERIFY(!(QFile::permissions(cache()) & (QFile::ReadGroup | QFile::ReadOther)));
        m_files.reset();
        QVERIFY(!QFile::exists(copy));
    }

    void saved_goesBack_andKeepsTheMachinesMode()
    {
        const QString copy = open(QStringLiteral("train.py"));
        QSignalSpy back(m_files.get(), &OpenedFiles::savedBack);
        QVERIFY(Fixture::write(copy, "print(2) # in place\n"));
        QTRY_COMPARE_WITH_TIMEOUT(back.count(), 1, 30'000);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("print(2) # in place\n"));
        QCOMPARE(look(QStringLiteral("train.py")).permissions, 0740u);

        // As most editors save: a new file, renamed over the old one. Twice, for the watch must survive it.
        for (const QByteArray &text : {QByteArray("print(3)\n"), QByteArray("print(44)\n")}) {
            back.clear();
            QVERIFY(Fixture::write(copy + QStringLiteral("~new"), text));
            QCOMPARE(::rename(QFile::encodeName(copy + QStringLiteral("~new")).constData(), QFile::encodeName(copy).constData()), 0);
            QTRY_VERIFY_WITH_TIMEOUT(!back.isEmpty(), 30'000);
            QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.far(QStringLiteral("train.py"))), text, 30'000);
        }
        QCOMPARE(look(QStringLiteral("train.py")).permissions, 0740u);
    }

    void changedOnTheMachineMeanwhile_isAskedAbout_andLeftAlone()
    {
        const QString copy = open(QStringLiteral("train.py"));
        QSignalSpy conflict(m_files.get(), &OpenedFiles::conflicted);
        QSignalSpy back(m_files.get(), &OpenedFiles::savedBack);
        QVERIFY(Fixture::write(f.far(QStringLiteral("train.py")), "somebody else\n"));
        QVERIFY(Fixture::write(copy, "mine\n"));
        QTRY_COMPARE_WITH_TIMEOUT(conflict.count(), 1, 30'000);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("somebody else\n"));

        m_files->resolve(f.far(QStringLiteral("train.py")), OpenedFiles::Resolution::KeepBoth);
        QTRY_COMPARE_WITH_TIMEOUT(back.count(), 1, 30'000);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("somebody else\n"));
        QCOMPARE(Fixture::read(f.far(QStringLiteral("train (2).py"))), QByteArray("mine\n"));

        QVERIFY(Fixture::write(copy, "mine again\n"));
        QTRY_COMPARE_WITH_TIMEOUT(conflict.count(), 2, 30'000);
        m_files->resolve(f.far(QStringLiteral("train.py")), OpenedFiles::Resolution::NotNow);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("somebody else\n"));
        m_files.reset();
        QCOMPARE(Fixture::read(copy), QByteArray("mine again\n")); // the only place that has it
    }

    void overwrite_whenAnswered_countsOnce()
    {
        const QString copy = open(QStringLiteral("train.py"));
        QSignalSpy conflict(m_files.get(), &OpenedFiles::conflicted);
        QSignalSpy back(m_files.get(), &OpenedFiles::savedBack);
        QVERIFY(Fixture::write(f.far(QStringLiteral("train.py")), "somebody else\n"));
        QVERIFY(Fixture::write(copy, "mine\n"));
        QTRY_COMPARE_WITH_TIMEOUT(conflict.count(), 1, 30'000);
        m_files->resolve(f.far(QStringLiteral("train.py")), OpenedFiles::Resolution::Overwrite);
        QTRY_COMPARE_WITH_TIMEOUT(back.count(), 1, 30'000);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("mine\n"));
        QVERIFY(Fixture::write(copy, "mine, later\n"));
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("mine, later\n"), 30'000);
        QCOMPARE(conflict.count(), 1);
    }

    void deletedOnTheMachine_comesBackWithTheSave()
    {
        const QString copy = open(QStringLiteral("train.py"));
        QVERIFY(QFile::remove(f.far(QStringLiteral("train.py"))));
        QVERIFY(Fixture::write(copy, "mine\n"));
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.far(QStringLiteral("train.py"))), QByteArray("mine\n"), 30'000);
    }
};

QTEST_GUILESS_MAIN(OpenedFilesTest)
#include "opened_files_test.moc"
