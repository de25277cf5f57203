// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror.h"
#include "sync/sync_run.h"

#include "integration/transfer/fault_means.h"
#include "integration/transfer/transfer_fixture.h"
#include "support/finish.h"

#include <QSignalSpy>

#include <fcntl.h>

using namespace nimbook;
using namespace nimbook::sync;
using Fixture = nimbook::testing::TransferFixture;

/// Comparing, synchronising and mirroring with a real sshd.
class SyncTest : public QObject {
    Q_OBJECT

    Fixture f;

    FolderPair folders() const { return {f.near(), f.far(), f.sshd.directory() + QStringLiteral("/state-%1").arg(QFileInfo(f.near()).fileName())}; }
    Comparison compareNow()
    {
        const auto result = testing::resultOf(new CompareJob(*f.queue, folders(), CompareBy::SizeAndTime), std::chrono::seconds(30));
        if (!result)
            qWarning() << result.error();
        return result.value_or(Comparison());
    }
    SyncOutcome run(const QList<Choice> &choices)
    {
        const auto result = testing::resultOf(new SyncRun(*f.queue, folders(), choices), std::chrono::seconds(60));
        if (!result)
            qWarning() << result.error();
        return result.value_or(SyncOutcome());
    }
    static QList<Choice> suggested(const Comparison &comparison)
    {
        QList<Choice> choices;
        for (const Item &item : comparison.items)
            choices.append({item, suggestedAction(item)});
        return choices;
    }
    static void put(const QString &path, const QByteArray &bytes, qint64 time = 0)
    {
        QVERIFY(QDir().mkpath(QFileInfo(path).path()));
        QVERIFY(Fixture::write(path, bytes));
        if (time > 0) {
            const timespec times[2] = {{time, 0}, {time, 0}};
            QCOMPARE(::utimensat(AT_FDCWD, QFile::encodeName(path).constData(), times, 0), 0);
        }
    }

private Q_SLOTS:
    void init() { QCOMPARE(f.begin(), QString()); }

    void sync_makesBothSidesTheSame_andSaysWhatItDid()
    {
        put(f.near("train.py"), "train");
        put(f.near("data/raw/a.csv"), "1,2,3");
        put(f.near(".git/config"), "not copied");
        put(f.near("pkg/__pycache__/x.pyc"), "not copied");
        QVERIFY(QDir().mkpath(f.near("empty/inner")));
        put(f.far("outputs/größe 'x'.keras"), Fixture::randomBytes(200'000));
        QVERIFY(QDir().mkpath(f.far("logs")));

        const Comparison first = compareNow();
        QCOMPARE(first.items.size(), 6);
        const SyncOutcome outcome = run(suggested(first));
        QCOMPARE(outcome.uploaded, 2);
        QCOMPARE(outcome.downloaded, 1);
        QVERIFY(outcome.errors.isEmpty());

        const Comparison after = compareNow();
        QCOMPARE(after.items.size(), 0);
        QCOMPARE(after.same, 3);
        QVERIFY(Fixture::sameBytes(f.near("outputs/größe 'x'.keras"), f.far("outputs/größe 'x'.keras")));
        QVERIFY(QFileInfo(f.far("empty/inner")).isDir() && QFileInfo(f.near("logs")).isDir());
        QVERIFY(!QFileInfo::exists(f.far(".git")) && !QFileInfo::exists(f.far("pkg/__pycache__")));
    }

    void ignoreFiles_ofBothSides_areHonoured()
    {
        put(f.near(".gitignore"), "*.log\n");
        put(f.near("a.log"), "x");
        put(f.near("b.txt"), "x");
        put(f.far("sub/.nimbookignore"), "*.txt\n!keep.txt\n");
        put(f.near("sub/c.txt"), "x");
        put(f.near("sub/keep.txt"), "x");
        QStringList paths;
        for (const Item &item : compareNow().items)
            paths << item.path;
        QCOMPARE(paths, QStringList({".gitignore", "b.txt", "sub/.nimbookignore", "sub/keep.txt"}));
    }

    void afterASync_deletionsAndChangesAreTold_andOnlyTickedOnesHappen()
    {
        for (const char *name : {"gone here", "gone there", "changed here", "changed both", "untouched"})
            put(f.near(name), "first", 1'700'000'000);
        run(suggested(compareNow()));
        QCOMPARE(compareNow().same, 5);
        QVERIFY(QFile::remove(f.near("gone here")));
        QVERIFY(QFile::remove(f.far("gone there")));
        put(f.near("changed here"), "second");
        put(f.near("changed both"), "mine", 1'700'000'100);
        put(f.far("changed both"), "theirs", 1'700'000'200);

        const Comparison told = compareNow();
        QMap<QString, Difference> differences;
        for (const Item &item : told.items)
            differences.insert(item.path, item.difference);
        QCOMPARE(differences, (QMap<QString, Difference>{{"gone here", Difference::DeletedHere}, {"gone there", Difference::DeletedThere}, {"changed here", Difference::ChangedHere}, {"changed both", Difference::ChangedBoth}}));
        run(suggested(told)); // only the change that loses nothing
        QCOMPARE(Fixture::read(f.far("changed here")), QByteArray("second"));
        QVERIFY(QFile::exists(f.far("gone here")) && QFile::exists(f.near("gone there")));
        QCOMPARE(Fixture::read(f.near("changed both")), QByteArray("mine"));
        QCOMPARE(Fixture::read(f.far("changed both")), QByteArray("theirs"));

        QList<Choice> rest;
        for (const Item &item : compareNow().items)
            rest.append({item, item.path == "gone here" ? Action::DeleteThere : item.path == "changed both" ? Action::KeepBoth : Action::Upload});
        const SyncOutcome outcome = run(rest);
        QCOMPARE(outcome.deleted, 1);
        QVERIFY(!QFile::exists(f.far("gone here")));
        QCOMPARE(Fixture::read(f.far("gone there")), QByteArray("first"));
        for (const QString &side : {f.near("changed both"), f.far("changed both")}) {
            QCOMPARE(Fixture::read(side), QByteArray("theirs"));
            QCOMPARE(Fixture::read(side + " (2)"), QByteArray("mine"));
        }
        QCOMPARE(compareNow().items.size(), 0);
    }

    void changedSinceItWasShown_isLeftAlone()
    {
        put(f.near("a"), "mine", 1'700'000'000);
        put(f.far("a"), "theirs", 1'600'000'000);
        QList<Choice> choices{{compareNow().items.value(0), Action::Upload}};
        put(f.far("a"), "theirs, later", 1'700'000'500);
        const SyncOutcome outcome = run(choices);
        QCOMPARE(outcome.changedMeanwhile, QStringList("a"));
        QCOMPARE(Fixture::read(f.far("a")), QByteArray("theirs, later"));
    }

    void changedWhileFilesMove_isNotDeletedOnTheMachine()
    {
        put(f.far("edited since"), "seen", 1'700'000'000);
        put(f.far("as it was"), "seen", 1'700'000'000);
        put(f.near("new"), "x");
        QVERIFY(QDir().mkpath(f.far("empty")) && QDir().mkpath(f.far("filled since")));
        QList<Choice> choices;
        for (const Item &item : compareNow().items)
            choices.append({item, item.here ? Action::Upload : Action::DeleteThere});
        QCOMPARE(choices.size(), 5);
        connect(f.queue.get(), &transfer::TransferQueue::added, this, [this] { // the sides have been looked at by then
            put(f.far("edited since"), "somebody's edit");
            put(f.far("filled since/result"), "x");
        });
        const SyncOutcome outcome = run(choices);
        QCOMPARE(outcome.deleted, 2);
        QCOMPARE(outcome.changedMeanwhile, QStringList("edited since"));
        QCOMPARE(outcome.errors.size(), 1);
        QCOMPARE(Fixture::read(f.far("edited since")), QByteArray("somebody's edit"));
        QVERIFY(QFile::exists(f.far("filled since/result")));
        QVERIFY(!QFile::exists(f.far("as it was")) && !QFile::exists(f.far("empty")));
    }

    void queueThatGoesWhileFilesMove_endsTheSync()
    {
        put(f.near("large"), Fixture::randomBytes(3'000'000));
        SyncRun sync(*f.queue, folders(), suggested(compareNow()));
        connect(f.queue.get(), &transfer::TransferQueue::added, this, [this] { QTimer::singleShot(0, this, [this] { f.queue.reset(); }); });
        QSignalSpy finished(&sync, &Job::finished);
        sync.start();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, 30'000);
        QCOMPARE(int(sync.state()), int(Job::State::Failed));
        QCOMPARE(int(sync.error().kind), int(ErrorKind::Network));
    }

    void folderThatCannotBeMade_isAnError()
    {
        QVERIFY(QDir().mkpath(f.far("logs")));
        const bool locked = testing::setReadOnly(f.near(), true);
        const SyncOutcome outcome = run(suggested(compareNow()));
        testing::setReadOnly(f.near(), false);
        if (!locked)
            QSKIP("no folder can be made read-only for this user here");
        QCOMPARE(outcome.errors.size(), 1);
        QVERIFY(outcome.errors.first().message.contains("logs"));
    }

    void contents_areComparedByHashOnBothSides()
    {
        put(f.near("same bytes"), "12345", 1'700'000'000);
        put(f.far("same bytes"), "12345", 1'700'009'999);
        put(f.near("other bytes"), "12345", 1'700'000'000);
        put(f.far("other bytes"), "1234x", 1'700'000'000);
        QCOMPARE(compareNow().items.size(), 1); // by size and time it looks the wrong way round
        QCOMPARE(compareNow().items.first().path, QStringLiteral("same bytes"));
        const auto result = testing::resultOf(new CompareJob(*f.queue, {f.near(), f.far(), {}}, CompareBy::Contents), std::chrono::seconds(30));
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->items.size(), 1);
        QCOMPARE(result->items.first().path, QStringLiteral("other bytes"));
        QCOMPARE(result->same, 1);
    }

    void mirrorDown_followsLive_keepsBothAndNeverDeletes()
    {
        put(f.far("epoch1/model.keras"), "one");
        Mirror mirror(*f.queue, Mirror::Direction::Down, folders());
        mirror.setInterval(std::chrono::milliseconds(200));
        QSignalSpy finished(&mirror, &Job::finished);
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("epoch1/model.keras")), QByteArray("one"), 30'000);
        put(f.far("epoch2/model.keras"), "two"); // live, in a new folder
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("epoch2/model.keras")), QByteArray("two"), 30'000);
        put(f.far("epoch1/model.keras"), "one, better"); // changed there alone: follows
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("epoch1/model.keras")), QByteArray("one, better"), 30'000);
        QVERIFY(!QFile::exists(f.near("epoch1/model (2).keras")));
        QTRY_VERIFY_WITH_TIMEOUT(f.queue->transfers().isEmpty(), 10'000); // its copies do not bury what people started

        put(f.near("epoch2/model.keras"), "my own edit, longer"); // changed on both sides: both stay
        put(f.far("epoch2/model.keras"), "two, better");
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("epoch2/model.keras")), QByteArray("two, better"), 30'000);
        QCOMPARE(Fixture::read(f.near("epoch2/model (2).keras")), QByteArray("my own edit, longer"));

        QVERIFY(QFile::remove(f.far("epoch1/model.keras")));
        put(f.far("after"), "x");
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("after")), QByteArray("x"), 30'000);
        QCOMPARE(Fixture::read(f.near("epoch1/model.keras")), QByteArray("one, better"));

        mirror.cancel();
        QTRY_COMPARE(finished.count(), 1);
        QCOMPARE(int(mirror.state()), int(Job::State::Cancelled));
        QCOMPARE(Fixture::partFiles(f.near()), QStringList());
    }

    void mirrorUp_sendsWhatIsSaved_andPutsTheMachinesVersionAside()
    {
        put(f.far("train.py"), "what the machine had");
        put(f.near("train.py"), "mine");
        put(f.near("__pycache__/x.pyc"), "no");
        Mirror mirror(*f.queue, Mirror::Direction::Up, folders());
        mirror.setInterval(std::chrono::milliseconds(200));
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.far("train.py")), QByteArray("mine"), 30'000);
        QCOMPARE(Fixture::read(f.far("train (2).py")), QByteArray("what the machine had"));
        put(f.near("lib/util.py"), "new");
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.far("lib/util.py")), QByteArray("new"), 30'000);
        QVERIFY(!QFile::exists(f.far("__pycache__")));
    }

    void whatCannotBeCopied_isSaidOnce_andTriedAgainLater()
    {
        put(f.far("sub/model.keras"), "cannot come");
        put(f.far("other"), "can");
        put(f.near("sub"), "a file, where a folder would have to be");
        Mirror mirror(*f.queue, Mirror::Direction::Down, folders());
        mirror.setInterval(std::chrono::milliseconds(50));
        QElapsedTimer clock;
        clock.start();
        QList<qint64> attempts; // milliseconds
        connect(f.queue.get(), &transfer::TransferQueue::added, &mirror, [&] { attempts.append(clock.elapsed()); });
        mirror.start();
        QTRY_VERIFY_WITH_TIMEOUT(mirror.progress().text.startsWith("sub/model.keras could not be copied"), 30'000);
        QCOMPARE(Fixture::read(f.near("other")), QByteArray("can"));
        QTRY_VERIFY_WITH_TIMEOUT(attempts.size() == 3, 60'000);
        QVERIFY2(attempts[1] - attempts[0] >= 500 && attempts[2] - attempts[1] >= 1000, "not ten and twenty intervals");
        QTRY_VERIFY_WITH_TIMEOUT(f.queue->transfers().isEmpty(), 10'000);
        QVERIFY(QFile::remove(f.near("sub"))); // what was wrong is mended: nobody has to start anything
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("sub/model.keras")), QByteArray("cannot come"), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(mirror.progress().text.startsWith("2 files copied"), 30'000);
    }

    void linksInThePlaceOfTheCopies_keepWhatTheyLeadTo()
    {
        put(f.sshd.directory() + "/mine/notes", "mine");
        QVERIFY(QFile::link(f.sshd.directory() + "/mine/notes", f.near("notes")));
        QVERIFY(QFile::link(f.sshd.directory() + "/mine", f.near("folder")));
        put(f.far("notes"), "theirs");
        put(f.far("folder/notes"), "theirs");
        Mirror mirror(*f.queue, Mirror::Direction::Down, folders());
        mirror.setInterval(std::chrono::milliseconds(200));
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("notes")), QByteArray("theirs"), 30'000);
        QVERIFY(QFileInfo(f.near("notes (2)")).isSymLink());
        QTRY_VERIFY_WITH_TIMEOUT(mirror.progress().text.startsWith("folder/notes is not copied"), 30'000);
        QCOMPARE(Fixture::read(f.sshd.directory() + "/mine/notes"), QByteArray("mine"));
    }

    void targetThatChangesBeforeTheRename_isKept()
    {
        put(f.far("model"), "theirs");
        Mirror mirror(*f.queue, Mirror::Direction::Down, folders());
        mirror.setInterval(std::chrono::milliseconds(200));
        connect(f.queue.get(), &transfer::TransferQueue::added, &mirror, [this, saved = false]() mutable { // both sides have been looked at
            if (!std::exchange(saved, true))
                put(f.near("model"), "mine, saved just now");
        });
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("model")), QByteArray("theirs"), 30'000);
        QCOMPARE(Fixture::read(f.near("model (2)")), QByteArray("mine, saved just now"));
    }

    void fileThatNeverSettles_isCopiedAllTheSame_data() { Fixture::bothWays(); }
    void fileThatNeverSettles_isCopiedAllTheSame()
    {
        QFETCH(bool, upload);
        const QString source = upload ? f.near("log") : f.far("log");
        const QString copy = upload ? f.far("log") : f.near("log");
        int lines = 0;
        const auto write = [&] {
            QFile log(source);
            QVERIFY(log.open(QIODevice::Append) && log.write("line " + QByteArray::number(++lines) + '\n') > 0);
        };
        write();
        QTimer writer;
        connect(&writer, &QTimer::timeout, &writer, write);
        writer.start(std::chrono::milliseconds(90)); // more often than anybody looks
        Mirror mirror(*f.queue, upload ? Mirror::Direction::Up : Mirror::Direction::Down, folders());
        mirror.setInterval(std::chrono::milliseconds(200));
        mirror.start();
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(copy), 60'000);
        QVERIFY(writer.isActive() && lines > 5); // it has waited for better
        const qint64 first = QFileInfo(copy).size();
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo(copy).size() > first, 60'000); // again and again
        writer.stop();
        QTRY_VERIFY_WITH_TIMEOUT(Fixture::sameBytes(source, copy), 60'000);
        QCOMPARE(QDir(QFileInfo(copy).path()).entryList({"log*"}), QStringList("log")); // never taken for somebody else's
    }

    void mirror_waitsForAMachineThatIsAway()
    {
        put(f.far("a"), "1");
        Mirror mirror(*f.queue, Mirror::Direction::Down, folders());
        mirror.setInterval(std::chrono::milliseconds(200));
        mirror.start();
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("a")), QByteArray("1"), 30'000);
        f.sshd.kill();
        QTRY_VERIFY_WITH_TIMEOUT(mirror.progress().text.startsWith("Waiting"), 30'000);
        QVERIFY(f.sshd.restart());
        put(f.far("b"), "2");
        QTRY_COMPARE_WITH_TIMEOUT(Fixture::read(f.near("b")), QByteArray("2"), 60'000);
    }
};

QTEST_GUILESS_MAIN(SyncTest)
#include "sync_test.moc"
