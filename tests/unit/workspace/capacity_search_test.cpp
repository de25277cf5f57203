// SPDX-License-Identifier: Apache-2.0
#include "workspace/capacity_search.h"

#include <QTest>

using namespace nimbook;
using workspace::CapacityPlan;
using workspace::CapacitySearch;
using Verdict = CapacitySearch::Verdict;

namespace {

const QStringList everywhere{QStringLiteral("europe-west4-a"), QStringLiteral("us-central1-a"), QStringLiteral("us-central1-b"),
                             QStringLiteral("us-central1-f"), QStringLiteral("us-east1-c")};

CapacityPlan planTo(CapacityPlan::Reach reach)
{
    return {reach, everywhere, {}};
}

Error stockOut()
{
    return {ErrorKind::StockOut, QStringLiteral("none left"), {}, {}, {}};
}

Error quota(const char *text)
{
    return {ErrorKind::QuotaExceeded, QString::fromLatin1(text), {}, {}, {}};
}

} // namespace

/// gcp-facts: SkyPilot's scoping of errors, and zonesAvailable as a ready-made suggestion.
class CapacitySearchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stockOutInTheOnlyZone_endsTheRound()
    {
        CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::ThisZone));
        QCOMPARE(search.zonesLeft(), 1);
        QCOMPARE(search.refused(stockOut()), Verdict::RoundOver);
        QVERIFY(search.zone().isEmpty());
    }

    void stockOut_asksTheNeighboursFirst()
    {
        CapacitySearch search(QStringLiteral("us-central1-b"), planTo(CapacityPlan::Reach::Anywhere));
        QStringList asked;
        do
            asked += search.zone();
        while (search.refused(stockOut()) == Verdict::TryNext);
        QCOMPARE(asked, (QStringList{QStringLiteral("us-central1-b"), QStringLiteral("us-central1-a"), QStringLiteral("us-central1-f"),
                                     QStringLiteral("europe-west4-a"), QStringLiteral("us-east1-c")}));
    }

    void zonesAvailable_goFirstAsFarAsTheyAreInReach()
    {
        CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::Region));
        QCOMPARE(search.refused(stockOut(), {QStringLiteral("us-central1-f"), QStringLiteral("us-central1-c"), QStringLiteral("us-east1-c")}), Verdict::TryNext);
        QCOMPARE(search.zone(), QStringLiteral("us-central1-f"));
        QCOMPARE(search.refused(stockOut(), {QStringLiteral("us-central1-a")}), Verdict::TryNext); // asked already: no ping-pong
        QCOMPARE(search.zone(), QStringLiteral("us-central1-c")); // Google's own, though the plan did not know it
        QCOMPARE(search.refused(stockOut()), Verdict::TryNext);
        QCOMPARE(search.zone(), QStringLiteral("us-central1-b"));
        QCOMPARE(search.refused(stockOut()), Verdict::RoundOver);
    }

    void quotaOfARegion_movesToAnotherRegion()
    {
        CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::Anywhere));
        QCOMPARE(search.refused(quota("Quota 'NVIDIA_T4_GPUS' exceeded.  Limit: 1.0 in region us-central1.")), Verdict::TryNext);
        QCOMPARE(search.zone(), QStringLiteral("europe-west4-a"));
        // a region whose quota is used up is not asked again, whatever a stock-out elsewhere suggests
        QCOMPARE(search.refused(stockOut(), {QStringLiteral("us-central1-b")}), Verdict::TryNext);
        QCOMPARE(search.zone(), QStringLiteral("us-east1-c"));
        QCOMPARE(search.refused(stockOut()), Verdict::RoundOver);
        search.startRound();
        QCOMPARE(search.zonesLeft(), 2);
    }

    void quotaOfTheOnlyRegionInReach_givesUp()
    {
        CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::Region));
        QCOMPARE(search.refused(quota("Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.")), Verdict::GiveUp);
        QVERIFY(!search.canStartRound());
    }

    void globalQuota_stopsEverywhere_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("gpus") << QStringLiteral("Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 0.0 globally.");
        QTest::newRow("cpus, bare") << QStringLiteral("Quota 'CPUS_ALL_REGIONS' exceeded.");
        QTest::newRow("limit name") << QStringLiteral("GPUS-ALL-REGIONS-per-project");
    }
    void globalQuota_stopsEverywhere()
    {
        QFETCH(QString, text);
        CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::Anywhere));
        QCOMPARE(search.refused(stockOut()), Verdict::TryNext);
        QCOMPARE(search.refused({ErrorKind::QuotaExceeded, text, {}, {}, {}}), Verdict::GiveUp);
        QVERIFY(!search.canStartRound()); // nor does waiting help
    }

    void zoneThatDoesNotOfferIt_isNotAskedInTheNextRound()
    {
        CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::Region));
        QCOMPARE(search.refused({ErrorKind::NotFound, {}, {}, {}, {}}), Verdict::TryNext);
        QCOMPARE(search.refused({ErrorKind::Unsupported, {}, {}, {}, {}}), Verdict::TryNext); // preempted while it was made
        QCOMPARE(search.refused(stockOut()), Verdict::RoundOver);
        search.startRound();
        QCOMPARE(search.zone(), QStringLiteral("us-central1-f"));
        QCOMPARE(search.zonesLeft(), 1);
    }

    void errorThatEveryZoneWouldGive_endsTheSearch()
    {
        for (const auto kind : {ErrorKind::PermissionDenied, ErrorKind::InvalidInput, ErrorKind::AlreadyExists, ErrorKind::ApiDisabled}) {
            CapacitySearch search(QStringLiteral("us-central1-a"), planTo(CapacityPlan::Reach::Anywhere));
            QCOMPARE(search.refused({kind, {}, {}, {}, {}}), Verdict::GiveUp);
        }
    }
};

QTEST_GUILESS_MAIN(CapacitySearchTest)
#include "capacity_search_test.moc"
