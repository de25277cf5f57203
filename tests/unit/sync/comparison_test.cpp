// SPDX-License-Identifier: Apache-2.0
#include "sync/comparison.h"

#include <QSet>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook::sync;

namespace {

Tree tree(QList<TreeEntry> entries)
{
    Tree made;
    std::sort(entries.begin(), entries.end(), [](const TreeEntry &a, const TreeEntry &b) { return a.path < b.path; });
    made.entries = entries;
    made.rules = IgnoreRules::defaults();
    return made;
}

TreeEntry file(const char *path, qint64 size = 10, qint64 modified = 1000)
{
    return {QString::fromUtf8(path), false, size, modified, 0644};
}

TreeEntry folder(const char *path)
{
    return {QString::fromUtf8(path), true, 0, 1, 0755};
}

/// "path:difference" of all, for one comparison of a whole result.
QStringList told(const Comparison &comparison)
{
    static const QMap<Difference, QString> names{{Difference::OnlyHere, "only here"},       {Difference::OnlyThere, "only there"},     {Difference::ChangedHere, "changed here"},
                                                 {Difference::ChangedThere, "changed there"}, {Difference::ChangedBoth, "changed both"}, {Difference::DeletedHere, "deleted here"},
                                                 {Difference::DeletedThere, "deleted there"}, {Difference::KindsDiffer, "kinds differ"}};
    QStringList lines;
    for (const Item &item : comparison.items)
        lines << item.path + ": " + names.value(item.difference) + (item.isFolder ? " folder" : "");
    return lines;
}

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void withoutABaseline_nothingIsTakenForDeleted()
    {
        Baseline baseline;
        const Comparison result = compare(tree({folder("a"), file("a/new"), file("same"), file("x", 10, 5)}), tree({file("far"), file("same"), file("x", 11, 6)}), baseline);
        QCOMPARE(told(result), QStringList({"a/new: only here", "far: only there", "x: changed both"}));
        QCOMPARE(result.same, 1);
        QVERIFY(baseline.find("same") && !baseline.find("x") && !baseline.find("far"));
    }

    void withABaseline_theSideThatChangedIsKnown()
    {
        Baseline baseline;
        const QList<TreeEntry> all{file("a"), file("b"), file("c"), file("d"), file("e"), file("f"), file("g")};
        QCOMPARE(compare(tree(all), tree(all), baseline).same, 7);
        const Comparison result = compare(tree({file("a", 12, 2000), file("b"), file("c", 1, 1), file("e"), file("g", 99, 9)}),
                                          tree({file("a"), file("b", 12, 2000), file("c", 2, 2), file("d"), file("f", 5, 5)}), baseline);
        QCOMPARE(told(result), QStringList({"a: changed here", "b: changed there", "c: changed both", "d: deleted here", "e: deleted there", "f: only there", "g: only here"}));
    }

    void suggestions_loseNothing()
    {
        for (const Difference difference : {Difference::ChangedBoth, Difference::DeletedHere, Difference::DeletedThere, Difference::KindsDiffer})
            QCOMPARE(int(suggestedAction({"x", false, difference, {}, {}})), int(Action::Nothing));
        QCOMPARE(int(suggestedAction({"x", false, Difference::OnlyHere, {}, {}})), int(Action::Upload));
        QCOMPARE(int(suggestedAction({"x", false, Difference::ChangedThere, {}, {}})), int(Action::Download));
        QVERIFY(!possibleActions({"x", true, Difference::OnlyHere, {}, {}}).contains(Action::DeleteHere)); // it may hold what was ignored
    }

    void newerSide_isProposedFirst_whenBothChanged()
    {
        QCOMPARE(int(possibleActions({"x", false, Difference::ChangedBoth, file("x", 1, 20), file("x", 1, 10)}).first()), int(Action::Upload));
        QCOMPARE(int(possibleActions({"x", false, Difference::ChangedBoth, file("x", 1, 10), file("x", 1, 20)}).first()), int(Action::Download));
    }

    void emptyFolders_areNamed_fullOnesComeWithTheirFiles()
    {
        Baseline baseline;
        const Comparison result = compare(tree({folder("empty"), folder("full"), folder("full/deep"), file("full/deep/x")}), tree({folder("there")}), baseline);
        QCOMPARE(told(result), QStringList({"empty: only here folder", "full/deep/x: only here", "there: only there folder"}));
    }

    void fileAgainstFolder_isNeverTouched()
    {
        Baseline baseline;
        const Comparison result = compare(tree({file("data")}), tree({folder("data"), file("data/x")}), baseline);
        QCOMPARE(told(result).first(), QStringLiteral("data: kinds differ"));
        QCOMPARE(possibleActions(result.items.first()), QList<Action>{Action::Nothing});
    }

    void ignoreFilesOfEitherSide_countForBoth()
    {
        Tree here = tree({file("a.log"), file("b.tmp"), file("c")});
        here.rules.add({}, "*.log\n");
        here.entries.removeFirst(); // the walk left it out
        Tree there = tree({file("a.log"), file("c")});
        there.rules.add({}, "*.tmp\n");
        Baseline baseline;
        const Comparison result = compare(here, there, baseline);
        QCOMPARE(told(result), QStringList());
        QCOMPARE(result.same, 1);
    }

    void whatCouldNotBeSeen_isNotTakenForDeleted()
    {
        Baseline baseline;
        const QList<TreeEntry> all{folder("locked"), file("locked/a"), file("b")};
        compare(tree(all), tree(all), baseline);
        Tree there = tree({folder("locked"), file("b")});
        there.leftOut = {"locked"};
        QCOMPARE(told(compare(tree(all), there, baseline)), QStringList());
        QVERIFY(baseline.find("locked/a"));
        Tree cut = tree({file("b")});
        cut.isComplete = false;
        QCOMPARE(told(compare(tree(all), cut, baseline)), QStringList());
    }

    void contents_outweighTimes()
    {
        Baseline baseline;
        const Comparison result = compare(tree({file("same bytes", 10, 1), file("other bytes", 10, 7)}), tree({file("same bytes", 10, 2), file("other bytes", 10, 7)}), baseline,
                                          {"same bytes"}, {"other bytes"});
        QCOMPARE(told(result), QStringList({"other bytes: changed both"}));
        QVERIFY(baseline.find("same bytes"));
    }

    void baseline_survivesInItsFile_andADamagedOneIsForgotten()
    {
        QTemporaryDir folder;
        const QString name = Baseline::fileName(folder.path(), "project/zone/trainer-1", "/home/ada/work", "/src");
        QVERIFY(name != Baseline::fileName(folder.path(), "project/zone/trainer-1", "/home/ada/work", "/src/outputs"));
        {
            Baseline baseline(name);
            baseline.set("größe/a", {{5, 6}, {7, 8}});
            baseline.set("b", {{1, 2}, {3, 4}});
            QVERIFY(baseline.save());
        }
        Baseline again(name);
        QCOMPARE(again.paths().size(), 2);
        QCOMPARE(*again.find("größe/a"), (Baseline::Pair{{5, 6}, {7, 8}}));
        QFile raw(name);
        QVERIFY(raw.open(QIODevice::ReadWrite));
        QVERIFY(raw.resize(raw.size() - 5));
        raw.close();
        QVERIFY(Baseline(name).isEmpty());
    }
};

QTEST_GUILESS_MAIN(ComparisonTest)
#include "comparison_test.moc"
