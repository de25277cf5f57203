// SPDX-License-Identifier: Apache-2.0
#include "transfer/plan_builder.h"
#include "transfer/transfer_plan.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using namespace nimbook::transfer;

namespace {

/// dest/{data/{a.txt,b.txt},note.txt}
TransferPlan samplePlan()
{
    TransferPlan plan("/dest");
    PlanBuilder builder(plan);
    const int data = builder.addTopFolder("data", "/home/data", {});
    builder.addFile(data, "a.txt", {}, {10, 100, 0644});
    builder.addFile(data, "b.txt", {}, {20, 100, 0644});
    builder.addTopFile("note.txt", "/home/note.txt", {5, 100, 0644});
    return plan;
}

DestinationView sampleView()
{
    DestinationView view;
    view.put(0, {{"data", {true, 0, 0}}, {"note.txt", {false, 7, 200}}});
    view.put(1, {{"a.txt", {false, 8, 50}}});
    return view;
}

QByteArrayList sourcesOf(const TransferPlan &plan)
{
    QByteArrayList paths;
    plan.files.forEach([&](const PlanFile &file) { paths.append(plan.sourcePath(file)); });
    return paths;
}

QStringList destinations(const TransferPlan &plan)
{
    QStringList paths;
    plan.files.forEach([&](const PlanFile &file) {
        paths.append(QString::fromUtf8(plan.destinationPath(file)) + (file.replace ? QLatin1String("!") : QLatin1String()));
    });
    return paths;
}

} // namespace

class TransferPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void plan_knowsWhereEverythingComesFromAndGoes()
    {
        const TransferPlan plan = samplePlan();
        QCOMPARE(sourcesOf(plan), (QByteArrayList{"/home/data/a.txt", "/home/data/b.txt", "/home/note.txt"}));
        QCOMPARE(destinations(plan), (QStringList{"/dest/data/a.txt", "/dest/data/b.txt", "/dest/note.txt"}));
        QCOMPARE(plan.files.bytes(), 35);
    }

    void namesThatAreThere_areConflicts_foldersMerge()
    {
        QCOMPARE(findConflicts(samplePlan(), sampleView()), (QStringList{"/dest/data/a.txt", "/dest/note.txt"}));
    }

    void answers_doWhatTheySay_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("overwrite") << int(ConflictAnswer::Overwrite) << QStringList{"/dest/data/a.txt!", "/dest/data/b.txt", "/dest/note.txt!"};
        QTest::newRow("skip") << int(ConflictAnswer::Skip) << QStringList{"/dest/data/b.txt"};
        QTest::newRow("keep both") << int(ConflictAnswer::KeepBoth) << QStringList{"/dest/data/a (2).txt", "/dest/data/b.txt", "/dest/note (2).txt"};
        QTest::newRow("newer wins") << int(ConflictAnswer::NewerWins) << QStringList{"/dest/data/a.txt!", "/dest/data/b.txt"};
    }
    void answers_doWhatTheySay()
    {
        QFETCH(int, answer);
        TransferPlan plan = samplePlan();
        resolveConflicts(plan, sampleView(), ConflictAnswer(answer));
        QTEST(destinations(plan), "expected");
        QVERIFY(plan.errors.isEmpty());
    }

    void keepBoth_keepsTheSource()
    {
        TransferPlan plan = samplePlan();
        resolveConflicts(plan, sampleView(), ConflictAnswer::KeepBoth);
        QCOMPARE(sourcesOf(plan).first(), QByteArray("/home/data/a.txt"));
    }

    void fileInPlaceOfFolder_overwriteIsAnError_keepBothRenamesTheFolder()
    {
        DestinationView view;
        view.put(0, {{"data", {}}});
        TransferPlan plan = samplePlan();
        QCOMPARE(findConflicts(plan, view), QStringList{"/dest/data"});
        TransferPlan both = samplePlan();

        resolveConflicts(plan, view, ConflictAnswer::Overwrite);
        resolveConflicts(both, view, ConflictAnswer::KeepBoth);

        QCOMPARE(destinations(plan), QStringList{"/dest/note.txt"});
        QCOMPARE(plan.errors.size(), 1);
        QCOMPARE(plan.errors[0].kind, ErrorKind::AlreadyExists);
        QCOMPARE(destinations(both), (QStringList{"/dest/data (2)/a.txt", "/dest/data (2)/b.txt", "/dest/note.txt"}));
    }

    void folderInPlaceOfFile_isNeverReplaced()
    {
        DestinationView view;
        view.put(0, {{"note.txt", {true, 0, 0}}});
        TransferPlan plan = samplePlan();
        resolveConflicts(plan, view, ConflictAnswer::Overwrite);
        QCOMPARE(plan.errors.size(), 1);
        QCOMPARE(destinations(plan), (QStringList{"/dest/data/a.txt", "/dest/data/b.txt"}));
    }

    void twoSourcesOfOneName_bothArrive()
    {
        TransferPlan plan("/dest");
        PlanBuilder builder(plan);
        builder.addTopFile("a.txt", "/one/a.txt", {});
        builder.addTopFile("a.txt", "/two/a.txt", {});
        QCOMPARE(destinations(plan), (QStringList{"/dest/a.txt", "/dest/a (2).txt"}));
    }

    void finishedFiles_areDropped_changedAndDoubtfulOnesReplace()
    {
        TransferPlan plan = samplePlan();
        const auto log = OutcomeLog::open({}).value();
        log->note("/home/data/a.txt", "data/a.txt", {Outcome::Finished, 10, 100});
        log->note("/home/data/b.txt", "data/b.txt", {Outcome::Finished, 19, 100});
        log->note("/home/note.txt", "note.txt", {Outcome::InDoubt, 5, 100});
        QVERIFY(log->load());
        DestinationView view;
        view.put(0, {{"data", {true, 0, 0}}, {"note.txt", {false, 5, 100}}});
        view.put(1, {{"a.txt", {false, 10, 100}}, {"b.txt", {false, 19, 100}}});

        const AlreadyThere there = dropFinished(plan, view, *log, ConflictAnswer::Ask);

        QCOMPARE(there.files, 1);
        QCOMPARE(there.bytes, 10);
        QCOMPARE(destinations(plan), (QStringList{"/dest/data/b.txt!", "/dest/note.txt!"}));
        QCOMPARE(findConflicts(plan, view), QStringList());
    }

    void finishedFiles_thatSomebodyElseTouchedSince_areAskedAboutAgain()
    {
        TransferPlan plan = samplePlan();
        const auto log = OutcomeLog::open({}).value();
        log->note("/home/data/a.txt", "data/a.txt", {Outcome::Finished, 10, 100}); // and deleted over there
        log->note("/home/note.txt", "note.txt", {Outcome::InDoubt, 5, 100});       // and something else lies there now
        QVERIFY(log->load());
        DestinationView view;
        view.put(0, {{"data", {true, 0, 0}}, {"note.txt", {false, 77, 100}}});
        view.put(1, {});

        QCOMPARE(dropFinished(plan, view, *log, ConflictAnswer::Ask).files, 0);
        QCOMPARE(destinations(plan), (QStringList{"/dest/data/a.txt", "/dest/data/b.txt", "/dest/note.txt"}));
        QCOMPARE(findConflicts(plan, view), QStringList{"/dest/note.txt"});
    }

    void outcomeLog_outlivesItsProcess_andTheLastWordCounts()
    {
        const QTemporaryDir folder;
        const QByteArray path = QFile::encodeName(folder.filePath(QStringLiteral("1.log")));
        {
            const auto log = OutcomeLog::open(path).value();
            log->note("/a", "a", {Outcome::InDoubt, 1, 2});
            log->note("/a", "a", {Outcome::Finished, 3, 4});
            log->note("/b", "b", {Outcome::InDoubt, 1, 2});
            log->note("/b", "b", {Outcome::Undone, 1, 2});
        }
        QFile torn(folder.filePath(QStringLiteral("1.log")));
        QVERIFY(torn.open(QIODevice::Append) && torn.write("Fhalf a record") > 0);
        torn.close();

        const auto log = OutcomeLog::open(path).value();
        log->note("/c", "c", {Outcome::Finished, 5, 6});
        QVERIFY(log->load());
        QCOMPARE(log->find("/a", "a"), std::optional(EarlierFile{Outcome::Finished, 3, 4}));
        QCOMPARE(log->find("/a", "other"), std::nullopt);
        QCOMPARE(log->find("/b", "b"), std::nullopt);
        QCOMPARE(log->find("/c", "c"), std::optional(EarlierFile{Outcome::Finished, 5, 6}));
    }

    void manyFiles_liveOnDisk_andComeBackAsTheyWere()
    {
        PlanFiles files;
        constexpr int many = 50'000;
        for (int i = 0; i < many; ++i)
            files.append(PlanFile{i % 7, "file " + QByteArray::number(i), i % 3 ? QByteArray() : "/some/where/" + QByteArray::number(i), i, i * 2, 0600, i % 5 == 0});
        files.filter([](PlanFile &file) {
            file.plannedName = file.size % 11 == 0 ? file.name : QByteArray();
            return file.size % 2 == 0;
        });
        QCOMPARE(files.count(), many / 2);
        int i = 0;
        qint64 bytes = 0;
        files.forEach([&](const PlanFile &file) {
            QCOMPARE(file.size, i);
            QCOMPARE(file.name, "file " + QByteArray::number(i));
            QCOMPARE(file.source, i % 3 ? QByteArray() : "/some/where/" + QByteArray::number(i));
            QCOMPARE(file.plannedName, i % 11 == 0 ? file.name : QByteArray());
            QCOMPARE(file.folder, i % 7);
            QCOMPARE(file.modified, i * 2);
            QCOMPARE(file.replace, i % 5 == 0);
            bytes += file.size;
            i += 2;
        });
        QCOMPARE(i, many);
        QCOMPARE(files.bytes(), bytes);
        QVERIFY(!files.error());
    }

    void longestPaths_comeBackWhole()
    {
        PlanFiles files;
        const QByteArray source = '/' + QByteArray(70'000, 's');
        files.append(PlanFile{0, "a", source, 1, 2});
        files.append(PlanFile{0, "b", {}, 3, 4});
        QByteArrayList names;
        files.forEach([&](const PlanFile &file) {
            names.append(file.name);
            QVERIFY(file.source.isEmpty() || file.source == source);
        });
        QCOMPARE(names, (QByteArrayList{"a", "b"}));
        QVERIFY(!files.error());
    }

    void recordThatLeadsAway_isNotRead_data()
    {
        QTest::addColumn<int>("folder");
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("plannedName");
        QTest::newRow("name") << 0 << QByteArray("../../.bashrc") << QByteArray();
        QTest::newRow("planned name") << 0 << QByteArray("a (2)") << QByteArray("../a");
        QTest::newRow("no name") << 0 << QByteArray() << QByteArray();
        QTest::newRow("no folder") << -1 << QByteArray("a") << QByteArray();
    }
    void recordThatLeadsAway_isNotRead()
    {
        QFETCH(int, folder);
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, plannedName);
        PlanFiles files;
        files.append(PlanFile{0, "good", {}, 1, 2});
        PlanFile evil{folder, name, {}, 1, 2};
        evil.plannedName = plannedName;
        files.append(evil);
        int read = 0;
        files.forEach([&](const PlanFile &) { ++read; });
        QCOMPARE(read, 1);
        QVERIFY(files.error()); // the plan is not whole, and whoever moves its files stops
    }

    void treeOfAnyDepth_hasPaths()
    {
        constexpr int deep = 300'000;
        TransferPlan plan("/");
        PlanBuilder builder(plan);
        int folder = builder.addTopFolder("d", "/s", {});
        for (int i = 1; i < deep; ++i)
            folder = builder.addFolder(folder, "d", "/s", {});
        const QByteArray path = plan.folderPath(folder);
        QCOMPARE(path.size(), 2 * deep);
        QVERIFY(path.startsWith("/d/d") && path.endsWith("/d"));
        QCOMPARE(plan.folderPath(0), QByteArray("/"));
    }

    void partOfAFile_isWrittenByOneAtATime()
    {
        const QTemporaryDir folder;
        const QByteArray path = QFile::encodeName(folder.filePath(QStringLiteral("a")));
        auto first = LocalPart::create(path);
        QVERIFY(first);
        QVERIFY(first->write(0, "first"));
        const auto second = LocalPart::create(path); // as "A" would on a file system that does not tell them apart
        QVERIFY(!second);
        QCOMPARE(second.error().kind, ErrorKind::AlreadyExists);
        QVERIFY(!LocalPart::reopen(path));
        QVERIFY(first->finish(0644, 1'000'000'000, LocalPart::Existing::Keep));
        QFile file(folder.filePath(QStringLiteral("a")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("first"));
    }

    void partThatIsNotOursAnyMore_doesNotGetTheName()
    {
        const QTemporaryDir folder;
        const QByteArray path = QFile::encodeName(folder.filePath(QStringLiteral("a")));
        auto part = LocalPart::create(path);
        QVERIFY(part && part->write(0, "ours"));
        const QString partPath = folder.filePath(QStringLiteral(".a.nimbook-part"));
        QVERIFY(QFile::remove(partPath));
        QFile other(partPath);
        QVERIFY(other.open(QIODevice::WriteOnly) && other.write("somebody else's half") > 0 && other.flush());
        QVERIFY(!part->finish(0644, 1'000'000'000, LocalPart::Existing::Replace));
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("a"))));
    }

    void existingFolders_areMarkedForListing()
    {
        TransferPlan plan = samplePlan();
        const auto children = childFolders(plan);
        QCOMPARE(existingSubfolders(plan, children, sampleView(), 0), QList<int>{1});
        QVERIFY(plan.folders[1].exists);
    }

    void links_areFollowedInsideTheSourceOnly_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<bool>("isFolder");
        QTest::addColumn<int>("verdict");
        QTest::newRow("file inside") << QByteArray("/s/x.txt") << false << int(LinkVerdict::Follow);
        QTest::newRow("folder beside") << QByteArray("/s/b") << true << int(LinkVerdict::Follow);
        QTest::newRow("file outside") << QByteArray("/etc/passwd") << false << int(LinkVerdict::LeadsOutside);
        QTest::newRow("folder outside") << QByteArray("/") << true << int(LinkVerdict::LeadsOutside);
        QTest::newRow("same beginning") << QByteArray("/sx") << true << int(LinkVerdict::LeadsOutside);
        QTest::newRow("itself") << QByteArray("/s/a") << true << int(LinkVerdict::LeadsBack);
        QTest::newRow("the source") << QByteArray("/s") << true << int(LinkVerdict::LeadsBack);
    }
    void links_areFollowedInsideTheSourceOnly()
    {
        QFETCH(QByteArray, target);
        QFETCH(bool, isFolder);
        const std::vector<WalkedFolder> walked{{1, -1, "/s", "/s", 0}, {2, 0, "/s/a", "/s", 0}};
        QTEST(int(judgeLink(walked, 1, target, isFolder)), "verdict");
    }

    void linksInARow_endSomewhere()
    {
        const std::vector<WalkedFolder> walked{{1, -1, "/s", "/s", 0}, {2, 0, "/s/a", "/s", 8}};
        QCOMPARE(judgeLink(walked, 1, "/s/b", true), LinkVerdict::TooDeep);
    }
};

QTEST_GUILESS_MAIN(TransferPlanTest)
#include "transfer_plan_test.moc"
