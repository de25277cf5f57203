// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_copy_job.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Mode = LocalCopyJob::Mode;

class LocalCopyJobTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    QString at(const char *path) const { return m_folder->filePath(QString::fromUtf8(path)); }
    static void write(const QString &path, const QByteArray &bytes)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QFile file(path);
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    static QByteArray read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }
    static void run(LocalCopyJob &job)
    {
        QSignalSpy finished(&job, &Job::finished);
        QSignalSpy asked(&job, &LocalCopyJob::conflicted);
        if (job.state() == Job::State::NotStarted)
            job.start();
        QTRY_VERIFY_WITH_TIMEOUT(finished.count() + asked.count() > 0, 20'000);
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir().mkpath(at("to")));
    }

    void tree_arrivesWithModesAndTimes_andTheSourceStays()
    {
        write(at("from/data/a"), "1");
        write(at("from/data/sub/-b\n"), QByteArray(3'000'000, 'b'));
        QVERIFY(QFile::setPermissions(at("from/data/a"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        LocalCopyJob job(Mode::Copy, {at("from/data")}, at("to"));
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(read(at("to/data/a")), QByteArray("1"));
        QCOMPARE(read(at("to/data/sub/-b\n")), QByteArray(3'000'000, 'b'));
        struct stat one {}, other {};
        QVERIFY(::stat(QFile::encodeName(at("from/data/a")).constData(), &one) == 0 && ::stat(QFile::encodeName(at("to/data/a")).constData(), &other) == 0);
        QCOMPARE(other.st_mode, one.st_mode);
        QCOMPARE(other.st_mtim.tv_sec, one.st_mtim.tv_sec);
        QCOMPARE(job.progress().done, 3'000'001);
        QCOMPARE(job.progress().total, 3'000'001);
    }

    void copiedIntoItsOwnFolder_isADuplicate()
    {
        write(at("data/a.txt"), "1");
        write(at("file.txt"), "2");
        LocalCopyJob job(Mode::Copy, {at("data"), at("file.txt")}, m_folder->path());
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(read(at("data (2)/a.txt")), QByteArray("1"));
        QCOMPARE(read(at("file (2).txt")), QByteArray("2"));
        QCOMPARE(QDir(at("data")).entryList(QDir::Files), QStringList{QStringLiteral("a.txt")});
    }

    void takenName_isAskedAbout_andTheAnswerFollowed_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<QByteArray>("there");
        QTest::addColumn<QByteArray>("beside");
        QTest::newRow("overwrite") << int(ConflictAnswer::Overwrite) << QByteArray("new") << QByteArray("none");
        QTest::newRow("keep both") << int(ConflictAnswer::KeepBoth) << QByteArray("old") << QByteArray("new");
        QTest::newRow("skip") << int(ConflictAnswer::Skip) << QByteArray("old") << QByteArray("none");
        QTest::newRow("cancel") << int(ConflictAnswer::Ask) << QByteArray("old") << QByteArray("none");
    }
    void takenName_isAskedAbout_andTheAnswerFollowed()
    {
        QFETCH(int, answer);
        for (const Mode mode : {Mode::Copy, Mode::Move}) {
            init();
            write(at("from/a"), "new");
            write(at("to/a"), "old");
            LocalCopyJob job(mode, {at("from/a")}, at("to"));
            run(job);
            QCOMPARE(int(job.state()), int(Job::State::Running));
            QCOMPARE(job.conflicts(), QStringList{at("to/a")});
            QSignalSpy finished(&job, &Job::finished);
            job.answer(ConflictAnswer(answer));
            QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
            QTEST(read(at("to/a")), "there");
            QTEST(read(at("to/a (2)")), "beside");
            const bool went = mode == Mode::Move && (answer == int(ConflictAnswer::Overwrite) || answer == int(ConflictAnswer::KeepBoth));
            QCOMPARE(QFile::exists(at("from/a")), !went); // what was not copied stays where it is
        }
    }

    void move_withinAFileSystem_isTheSameFile()
    {
        write(at("from/data/a"), "1");
        struct stat before {}, after {};
        QCOMPARE(::stat(QFile::encodeName(at("from/data/a")).constData(), &before), 0);
        LocalCopyJob job(Mode::Move, {at("from/data")}, at("to"));
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(::stat(QFile::encodeName(at("to/data/a")).constData(), &after), 0);
        QCOMPARE(after.st_ino, before.st_ino);
        QVERIFY(!QFile::exists(at("from/data")));
    }

    void move_toAnotherFileSystem_copiesAndThenRemoves()
    {
        QTemporaryDir memory(QStringLiteral("/dev/shm/nimbook-test-XXXXXX"));
        struct stat here {}, there {};
        if (!memory.isValid() || ::stat(QFile::encodeName(m_folder->path()).constData(), &here) != 0 || ::stat(QFile::encodeName(memory.path()).constData(), &there) != 0
            || here.st_dev == there.st_dev)
            QSKIP("there is no second file system to write to");
        write(at("from/data/sub/a"), "1");
        LocalCopyJob job(Mode::Move, {at("from/data")}, memory.path());
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(read(memory.filePath(QStringLiteral("data/sub/a"))), QByteArray("1"));
        QVERIFY(!QFile::exists(at("from/data")));
    }

    void move_toWhereItIs_doesNothing()
    {
        write(at("to/a"), "1");
        LocalCopyJob job(Mode::Move, {at("to/a")}, at("to"));
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(QDir(at("to")).entryList(QDir::Files), QStringList{QStringLiteral("a")});
    }

    void folderIntoItself_isRefused_data()
    {
        QTest::addColumn<bool>("move");
        QTest::newRow("copy") << false;
        QTest::newRow("move") << true;
    }
    void folderIntoItself_isRefused()
    {
        QFETCH(bool, move);
        write(at("data/sub/a"), "1");
        LocalCopyJob job(move ? Mode::Move : Mode::Copy, {at("data")}, at("data/sub"));
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Failed));
        QVERIFY(job.error().message.contains(QStringLiteral("into itself")));
        QCOMPARE(QDir(at("data/sub")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{QStringLiteral("a")});
    }

    void oneThatCannotBeRead_isTold_andTheRestCopied()
    {
        write(at("from/a"), "1");
        LocalCopyJob job(Mode::Copy, {at("from/gone"), at("from/a")}, at("to"));
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Failed));
        QVERIFY(job.error().message.contains(QStringLiteral("gone")));
        QCOMPARE(read(at("to/a")), QByteArray("1"));
    }

    void cancelled_leavesNothingHalf()
    {
        QFile big(at("big"));
        QVERIFY(big.open(QIODevice::WriteOnly) && big.resize(3'000'000'000));
        LocalCopyJob job(Mode::Copy, {at("big")}, at("to"));
        job.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().done > 0, 20'000);
        job.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(QDir(at("to")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), QStringList(), 20'000);
    }
};

QTEST_GUILESS_MAIN(LocalCopyJobTest)
#include "local_copy_job_test.moc"
