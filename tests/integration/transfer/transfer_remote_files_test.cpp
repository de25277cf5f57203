// SPDX-License-Identifier: Apache-2.0
#include "transfer_fixture.h"

#include <QSignalSpy>

#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Fixture = nimbook::testing::TransferFixture;

class TransferRemoteFilesTest : public QObject {
    Q_OBJECT

    Fixture f;

    template<typename T>
    static Result<T> finish(ValueJob<T> *job)
    {
        job->start();
        if (!QTest::qWaitFor([&] { return job->isFinished(); }, 20'000))
            return failure(ErrorKind::Timeout, QStringLiteral("the job did not finish"));
        const Result<T> result = job->result();
        delete job;
        return result;
    }

private Q_SLOTS:
    void init() { QCOMPARE(f.begin(), QString()); }
    void cleanup() { f.removeTrees(); }

    void list_tellsKindSizeTimeAndMode()
    {
        QVERIFY(Fixture::write(f.far(QStringLiteral("a\nb")), "12345"));
        QVERIFY(QDir(f.far()).mkdir(QStringLiteral("folder")));
        QVERIFY(QFile::link(QStringLiteral("/etc"), f.far(QStringLiteral("link"))));
        QVERIFY(::mkfifo(QFile::encodeName(f.far(QStringLiteral("pipe"))).constData(), 0600) == 0);
        QVERIFY(Fixture::write(f.far(QStringLiteral("x")), ""));
        const QByteArray folder = QFile::encodeName(f.far());
        QCOMPARE(::rename((folder + "/x").constData(), (folder + "/bad\xff").constData()), 0);

        const auto entries = finish(f.queue->files()->list(f.far(), this));

        QVERIFY(entries);
        QMap<QString, RemoteEntry> byName;
        for (const RemoteEntry &entry : *entries)
            byName[entry.name] = entry;
        QCOMPARE(byName.size(), 5);
        QCOMPARE(byName[QStringLiteral("a\nb")].size, 5);
        QCOMPARE(byName[QStringLiteral("a\nb")].type, RemoteEntry::Type::File);
        QVERIFY(qAbs(byName[QStringLiteral("a\nb")].modified.secsTo(QDateTime::currentDateTimeUtc())) < 60);
        QCOMPARE(byName[QStringLiteral("folder")].type, RemoteEntry::Type::Directory);
        QCOMPARE(byName[QStringLiteral("link")].type, RemoteEntry::Type::Link);
        QCOMPARE(byName[QStringLiteral("pipe")].type, RemoteEntry::Type::Special);
        QCOMPARE(byName[QStringLiteral("pipe")].permissions, 0600u);
        QVERIFY(byName[QStringLiteral("folder")].usable);
        QVERIFY(!byName[QStringLiteral("bad\uFFFD")].usable);
    }

    void list_largeFolder_isWhole()
    {
        for (int i = 0; i < 1000; ++i)
            QVERIFY(Fixture::write(f.far(QString::number(i)), {}));
        const auto entries = finish(f.queue->files()->list(f.far(), this));
        QVERIFY(entries);
        QCOMPARE(entries->size(), 1000);
    }

    void list_missingFolder_isNotFound()
    {
        const auto entries = finish(f.queue->files()->list(f.far(QStringLiteral("nowhere")), this));
        QVERIFY(!entries);
        QCOMPARE(entries.error().kind, ErrorKind::NotFound);
        QVERIFY(entries.error().message.contains(QLatin1String("nowhere")));
    }

    void makeDirectory_twice_saysItExists()
    {
        QVERIFY(finish(f.queue->files()->makeDirectory(f.far(QStringLiteral("new")), this)));
        QVERIFY(QFileInfo(f.far(QStringLiteral("new"))).isDir());
        const auto again = finish(f.queue->files()->makeDirectory(f.far(QStringLiteral("new")), this));
        QVERIFY(!again);
        QCOMPARE(again.error().kind, ErrorKind::AlreadyExists);
    }

    void badNames_areRefusedBeforeAnythingIsSent()
    {
        for (const QString &path : {QStringLiteral("relative"), f.far(QStringLiteral("..")), QStringLiteral("/"), QString(), f.far(QString(256, u'a'))}) {
            const auto result = finish(f.queue->files()->makeDirectory(path, this));
            QVERIFY(!result);
            QCOMPARE(result.error().kind, ErrorKind::InvalidInput);
        }
    }

    void rename_neverOverwrites()
    {
        QVERIFY(Fixture::write(f.far(QStringLiteral("a")), "1") && Fixture::write(f.far(QStringLiteral("b")), "2"));
        const auto refused = finish(f.queue->files()->rename(f.far(QStringLiteral("a")), f.far(QStringLiteral("b")), this));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::AlreadyExists);
        QCOMPARE(Fixture::read(f.far(QStringLiteral("b"))), QByteArray("2"));

        QVERIFY(finish(f.queue->files()->rename(f.far(QStringLiteral("a")), f.far(QStringLiteral("c")), this)));
        QCOMPARE(Fixture::read(f.far(QStringLiteral("c"))), QByteArray("1"));
    }

    void remove_takesWholeTreesButNotTheTargetsOfLinks()
    {
        QVERIFY(QDir(f.far()).mkpath(QStringLiteral("tree/deep/er")));
        for (int i = 0; i < 100; ++i)
            QVERIFY(Fixture::write(f.far(QStringLiteral("tree/deep/%1").arg(i)), "x"));
        QVERIFY(Fixture::write(f.far(QStringLiteral("kept")), "kept"));
        QVERIFY(QFile::link(f.far(QStringLiteral("kept")), f.far(QStringLiteral("tree/to a file"))));
        QVERIFY(QFile::link(f.far(), f.far(QStringLiteral("tree/to a folder"))));

        const auto removed = finish(f.queue->files()->remove(f.far(QStringLiteral("tree")), this));

        QVERIFY2(removed, removed ? "" : qPrintable(removed.error().message));
        QCOMPARE(QDir(f.far()).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{QStringLiteral("kept")});
        const auto again = finish(f.queue->files()->remove(f.far(QStringLiteral("tree")), this));
        QCOMPARE(again.error().kind, ErrorKind::NotFound);
    }

    void look_tellsWhatLiesThere_andALinkIsALink()
    {
        QVERIFY(Fixture::write(f.far(QStringLiteral("a")), "12345"));
        QVERIFY(QFile::link(f.far(QStringLiteral("a")), f.far(QStringLiteral("link"))));
        const auto file = finish(f.queue->files()->look(f.far(QStringLiteral("a")), this));
        QVERIFY(file);
        QCOMPARE(file->name, QStringLiteral("a"));
        QCOMPARE(file->size, 5);
        QCOMPARE(int(finish(f.queue->files()->look(f.far(QStringLiteral("link")), this))->type), int(RemoteEntry::Type::Link));
        QCOMPARE(finish(f.queue->files()->look(f.far(QStringLiteral("b")), this)).error().kind, ErrorKind::NotFound);
    }

    void permissions_areSetOnTheMachine()
    {
        QVERIFY(Fixture::write(f.far(QStringLiteral("run.sh")), "#!/bin/sh\n"));
        QVERIFY(finish(f.queue->files()->setPermissions(f.far(QStringLiteral("run.sh")), 0750, this)));
        QCOMPARE(finish(f.queue->files()->look(f.far(QStringLiteral("run.sh")), this))->permissions, 0750u);
        const auto refused = finish(f.queue->files()->setPermissions(f.far(QStringLiteral("none")), 0750, this));
        QCOMPARE(refused.error().kind, ErrorKind::NotFound);
    }

    void smallText_isRead_andALongOneRefused()
    {
        const QByteArray text = Fixture::randomBytes(100'000);
        QVERIFY(Fixture::write(f.far(QStringLiteral(".gitignore")), text));
        QVERIFY(Fixture::write(f.far(QStringLiteral("empty")), {}));
        QCOMPARE(finish(f.queue->files()->read(f.far(QStringLiteral(".gitignore")), 200'000, this)).value_or("?"), text);
        QCOMPARE(finish(f.queue->files()->read(f.far(QStringLiteral("empty")), 10, this)).value_or("?"), QByteArray());
        QCOMPARE(finish(f.queue->files()->read(f.far(QStringLiteral(".gitignore")), 50'000, this)).error().kind, ErrorKind::InvalidInput);
    }

    void requests_whileBytesMove_areAnsweredAtOnce()
    {
        QVERIFY(Fixture::writeSparse(f.near(QStringLiteral("big")), 256 * 1024 * 1024));
        const TransferId id = f.queue->upload({f.near(QStringLiteral("big"))}, f.far());
        QVERIFY(Fixture::waitForPart(f.far()));

        const auto entries = finish(f.queue->files()->list(f.far(), this));

        QVERIFY(entries);
        QCOMPARE(int(f.queue->find(id)->state), int(Transfer::State::Running));
        f.queue->cancel(id);
        QCOMPARE(int(f.settle(id)->state), int(Transfer::State::Cancelled));
    }

    void nobodyListens_isANetworkError()
    {
        f.sshd.kill();
        const auto entries = finish(f.queue->files()->list(f.far(), this));
        QVERIFY(f.sshd.restart());
        QVERIFY(!entries);
        QCOMPARE(entries.error().kind, ErrorKind::Network);
        QVERIFY(finish(f.queue->files()->list(f.far(), this)));
    }

    void jobs_cancelledOrDeleted_endQuietly()
    {
        auto *job = f.queue->files()->list(f.far(), this);
        QSignalSpy finished(job, &Job::finished);
        job->start();
        job->cancel();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(job->state(), Job::State::Cancelled);
        auto *other = f.queue->files()->list(f.far(), this);
        other->start();
        QCoreApplication::processEvents();
        delete other;
        QVERIFY(finish(f.queue->files()->list(f.far(), this)));
    }
};

QTEST_GUILESS_MAIN(TransferRemoteFilesTest)
#include "transfer_remote_files_test.moc"
