// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror_decision.h"

#include <QTest>

using namespace nimbook::sync;

/// What a mirror does after a look, down from the machine.
class MirrorDecisionTest : public QObject {
    Q_OBJECT

    static constexpr qint64 MiB = 1024 * 1024;
    static TreeEntry file(const char *path, qint64 size, qint64 modified = 1000) { return {QString::fromUtf8(path), false, size, modified, 0644}; }

    /// The machine has \a path in this version, and had it so at the look before.
    static MirrorLook settled(const char *path, qint64 size)
    {
        MirrorLook look;
        look.there.entries = {file(path, size)};
        look.before = {{QString::fromUtf8(path), {size, 1000}}};
        return look;
    }

private Q_SLOTS:
    void newFile_isDue_andItsPlaceMustBeFree()
    {
        const MirrorDecision decision = decideMirror(settled("a", 5));
        QCOMPARE(decision.due.size(), 1);
        QCOMPARE(decision.due.first().target, Version());
        QVERIFY(decision.inTheWay.isEmpty() && !decision.isUnsettled);
    }

    void ourOwnCopy_mayBeReplaced_anotherIsPutAside()
    {
        MirrorLook look = settled("a", 5);
        look.here.entries = {file("a", 3, 900)};
        look.baseline.set(QStringLiteral("a"), {{3, 900}, {3, 900}});
        QCOMPARE(decideMirror(look).due.first().target, (Version{3, 900}));
        QVERIFY(decideMirror(look).inTheWay.isEmpty());
        look.here.entries = {file("a", 4, 950)}; // somebody has edited it
        const MirrorDecision decision = decideMirror(look);
        QCOMPARE(decision.inTheWay, QStringList("a"));
        QCOMPARE(decision.due.first().target, Version());
        QVERIFY(decision.taken.contains(QStringLiteral("a")));
    }

    void whatFailed_rests_untilItIsAnotherVersion()
    {
        MirrorLook look = settled("a", 5);
        look.resting = {{QStringLiteral("a"), {5, 1000}}};
        QVERIFY(decideMirror(look).due.isEmpty());
        look.resting = {{QStringLiteral("a"), {4, 1000}}};
        QCOMPARE(decideMirror(look).due.size(), 1);
    }

    void behindALink_nothingIsCopied()
    {
        MirrorLook look = settled("folder/a", 5);
        look.here.leftOut = QStringList("folder");
        const MirrorDecision decision = decideMirror(look);
        QVERIFY(decision.due.isEmpty() && decision.inTheWay.isEmpty());
        QCOMPARE(decision.unreachable, QStringList("folder/a"));
        look.here.leftOut = QStringList("folder2");
        QCOMPARE(decideMirror(look).due.size(), 1);
    }

    void restlessFile_isCopiedAfterAWhile_unlessItIsLarge_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<qint64>("since");
        QTest::addColumn<bool>("due");
        QTest::newRow("for a moment") << 5 * MiB << qint64(31'000) << false;
        QTest::newRow("for half a minute") << 5 * MiB << qint64(30'000) << true;
        QTest::newRow("large, for ever") << 17 * MiB << qint64(0) << false;
    }
    void restlessFile_isCopiedAfterAWhile_unlessItIsLarge()
    {
        QFETCH(qint64, size);
        QFETCH(qint64, since);
        QFETCH(bool, due);
        MirrorLook look = settled("log", size);
        look.there.entries = {file("log", size + 1)};
        look.now = 60'000;
        look.restless = {{QStringLiteral("log"), since}};
        const MirrorDecision decision = decideMirror(look);
        QCOMPARE(decision.due.size(), qsizetype(due));
        QCOMPARE(decision.isUnsettled, !due);
        QCOMPARE(decision.restless.value(QStringLiteral("log")), due ? look.now : since); // the next time is as far away
        QVERIFY(!due || decision.due.first().isRestless);
    }
};

QTEST_GUILESS_MAIN(MirrorDecisionTest)
#include "mirror_decision_test.moc"
