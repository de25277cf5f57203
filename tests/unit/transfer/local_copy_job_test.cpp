// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_copy_job.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace nimbook;
using namespace nimbook::transfer;
using Mode = LocalCopyJob::Mode;

namespace {

QByteArray editedFile;                 // gets other bytes of the same number
std::atomic_int syncsBeforeEdit = -1;  // of arrived files, until then

} // namespace

/// Stands before the C library's in this program: nothing else happens between one file's copy and the next one's end.
extern "C" int fsync(int fd)
{
    if (syncsBeforeEdit >= 0 && syncsBeforeEdit-- == 0) {
        const int file = ::open(editedFile.constData(), O_WRONLY | O_CLOEXEC);
        if (::write(file, "new", 3) != 3 || ::close(file) != 0)
            qFatal("cannot edit a test file");
    }
    return int(::syscall(SYS_fsync, fd));
}

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

    void move_toWhereItIsByAnotherPath_losesNothing_data()
    {
        QTest::addColumn<QString>("destination");
        QTest::newRow("the folder itself is a link") << QStringLiteral("alias");
        QTest::newRow("a folder in it is a link") << QStringLiteral("other");
    }
    void move_toWhereItIsByAnotherPath_losesNothing()
    {
        QFETCH(QString, destination);
        write(at("real/data/sub/a"), "1");
        write(at("real/file"), "2");
        QVERIFY(QDir().mkpath(at("other")) && QDir().mkpath(at("real/data/empty")));
        QVERIFY(QFile::link(at("real"), at("alias")));
        QVERIFY(QFile::link(at("real/data"), at("other/data")));
        LocalCopyJob job(Mode::Move, {at("real/data"), at("real/file")}, m_folder->filePath(destination));
        QSignalSpy finished(&job, &Job::finished);
        run(job);
        if (finished.isEmpty())
            job.answer(ConflictAnswer::Overwrite);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QCOMPARE(read(at("real/data/sub/a")), QByteArray("1"));
        QVERIFY(QFileInfo(at("real/data/empty")).isDir());
        QCOMPARE(read(destination == QLatin1String("alias") ? at("real/file") : at("other/file")), QByteArray("2"));
    }

    void copiedIntoItsOwnFolderByAnotherPath_isADuplicate()
    {
        write(at("real/data/a"), "1");
        write(at("real/file"), "2");
        QVERIFY(QFile::link(at("real"), at("alias")));
        LocalCopyJob job(Mode::Copy, {at("real/data"), at("real/file")}, at("alias"));
        run(job);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(read(at("real/data (2)/a")), QByteArray("1"));
        QCOMPARE(read(at("real/file (2)")), QByteArray("2"));
    }

    void folderIntoItselfByAnotherPath_isRefused()
    {
        write(at("data/sub/a"), "1");
        QVERIFY(QFile::link(at("data/sub"), at("alias")));
        for (const Mode mode : {Mode::Copy, Mode::Move}) {
            LocalCopyJob job(mode, {at("data")}, at("alias"));
            run(job);
            QCOMPARE(int(job.state()), int(Job::State::Failed));
            QVERIFY(job.error().message.contains(QStringLiteral("into itself")));
            QCOMPARE(QDir(at("data/sub")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList{QStringLiteral("a")});
        }
    }

    void move_ofAFileThatChangesAfterItsCopyWasMade_keepsTheChange()
    {
        write(at("from/data/a"), "old");
        write(at("from/data/sub/later"), "1");
        write(at("to/data/a"), "there"); // so that nothing is renamed
        LocalCopyJob job(Mode::Move, {at("from/data")}, at("to"));
        QSignalSpy finished(&job, &Job::finished);
        run(job);
        QVERIFY(finished.isEmpty());
        editedFile = QFile::encodeName(at("from/data/a"));
        syncsBeforeEdit = 1; // that of the copy of "a"; the next is of "later"
        job.answer(ConflictAnswer::Overwrite);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QCOMPARE(read(at("to/data/a")), QByteArray("old"));
        QCOMPARE(int(job.state()), int(Job::State::Failed));
        QVERIFY2(job.error().message.contains(QStringLiteral("changed after")), qPrintable(job.error().message));
        QCOMPARE(read(at("from/data/a")), QByteArray("new"));
        QVERIFY(!QFile::exists(at("from/data/sub"))); // what did not change has gone
    }

    void move_ofATreeWithLinksInIt_leavesNoneBehind()
    {
        write(at("from/data/sub/a"), "1");
        QVERIFY(QFile::link(QStringLiteral("sub/a"), at("from/data/file")));
        QVERIFY(QFile::link(QStringLiteral("sub"), at("from/data/folder")));
        QVERIFY(QDir().mkpath(at("to/data"))); // so that it is not renamed
        LocalCopyJob job(Mode::Move, {at("from/data")}, at("to"));
        QSignalSpy finished(&job, &Job::finished);
        run(job);
        if (finished.isEmpty())
            job.answer(ConflictAnswer::Overwrite);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        for (const char *path : {"to/data/sub/a", "to/data/file", "to/data/folder/a"})
            QCOMPARE(read(at(path)), QByteArray("1"));
        QVERIFY(QDir(at("from")).entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).isEmpty());
    }

    void move_ofALink_neverTakesWhatItLeadsTo()
    {
        write(at("kept"), "1");
        write(at("from/a"), "2");
        write(at("to/a"), "there"); // so that there is a question
        QVERIFY(QFile::link(at("kept"), at("from/link")));
        LocalCopyJob job(Mode::Move, {at("from/a"), at("from/link")}, at("to"));
        QSignalSpy finished(&job, &Job::finished);
        run(job);
        QVERIFY(QFileInfo(at("from/link")).isSymLink()); // nothing moves before the answer
        job.answer(ConflictAnswer::Overwrite);
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 20'000);
        QCOMPARE(int(job.state()), int(Job::State::Succeeded));
        QCOMPARE(read(at("kept")), QByteArray("1"));
        QVERIFY(QFileInfo(at("to/link")).isSymLink());
        QVERIFY(!QFile::exists(at("from/a")) && !QFileInfo(at("from/link")).isSymLink());
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
