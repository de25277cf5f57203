// SPDX-License-Identifier: Apache-2.0
#include "workspace/price_book.h"

#include <QJsonDocument>
#include <QTest>

using namespace nimbook;
using workspace::PriceBook;
using workspace::PricedMachine;

namespace {

cloud::Sku sku(const QString &description, qint64 micros, const QString &unit = QStringLiteral("h"), cloud::Sku::Usage usage = cloud::Sku::Usage::OnDemand,
               const QString &region = QStringLiteral("us-central1"))
{
    return {description, {region}, usage, unit, micros};
}

/// The rates of us-central1 in gcp-facts g, in Cloud Billing's words.
QList<cloud::Sku> usCentral1()
{
    const QString perGib = QStringLiteral("GiBy.h");
    const QString perMonth = QStringLiteral("GiBy.mo");
    return {sku(QStringLiteral("G2 Instance Core running in Americas"), 24'988),
            sku(QStringLiteral("G2 Instance Ram running in Americas"), 2'927, perGib),
            sku(QStringLiteral("Nvidia L4 GPU running in Americas"), 560'040),
            sku(QStringLiteral("A2 Instance Core running in Americas"), 31'611),
            sku(QStringLiteral("A2 Instance Ram running in Americas"), 4'237, perGib),
            sku(QStringLiteral("Nvidia Tesla A100 80GB GPU running in Americas"), 3'928'082),
            sku(QStringLiteral("N1 Predefined Instance Core running in Americas"), 31'611),
            sku(QStringLiteral("N1 Predefined Instance Ram running in Americas"), 4'237, perGib),
            sku(QStringLiteral("Nvidia Tesla T4 GPU running in Americas"), 350'000),
            sku(QStringLiteral("Spot Preemptible N1 Predefined Instance Core running in Americas"), 6'655, QStringLiteral("h"), cloud::Sku::Usage::Spot),
            sku(QStringLiteral("Spot Preemptible N1 Predefined Instance Ram running in Americas"), 892, perGib, cloud::Sku::Usage::Spot),
            sku(QStringLiteral("Nvidia Tesla T4 GPU attached to Spot Preemptible VMs running in Americas"), 110'000, QStringLiteral("h"), cloud::Sku::Usage::Spot),
            sku(QStringLiteral("G4 Instance Core running in Iowa"), 48'910),
            sku(QStringLiteral("G4 Instance Ram running in Iowa"), 5'870, perGib),
            sku(QStringLiteral("RTX 6000 96GB running in Iowa"), 1'095'650),
            sku(QStringLiteral("1/8 vGPU no lssd running in Iowa"), 646'880),
            sku(QStringLiteral("1/8 vGPU no lssd attached to DWS Defined Duration VMs running in Iowa"), 323'440),
            sku(QStringLiteral("Commitment v1: G2 Instance Core in Americas for 1 Year"), 1, QStringLiteral("h"), cloud::Sku::Usage::Other),
            sku(QStringLiteral("Regional Balanced PD Capacity"), 200'000, perMonth),
            sku(QStringLiteral("Balanced PD Capacity"), 100'000, perMonth),
            sku(QStringLiteral("SSD backed Local Storage"), 80'000, perMonth)};
}

PricedMachine machine(const QString &name, int cpus, int gib, const QString &gpu, int count, const QString &attached = {}, int attachedCount = 0)
{
    PricedMachine priced;
    priced.type = {name, QStringLiteral("us-central1-a"), cpus, gib * 1024, gpu, count};
    priced.acceleratorType = attached;
    priced.acceleratorCount = attachedCount;
    priced.diskType = QStringLiteral("pd-balanced");
    return priced;
}

} // namespace

class PriceBookTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_book = PriceBook::fromSkus(usCentral1(), QDate(2026, 11, 24)).value(); }

    void g2_isTheSumOfItsParts_gpuOnce()
    {
        // gcp-facts g: g2-standard-4 = 4*0.024988+16*0.002927+0.560040 = 0.7068
        const auto price = m_book.running(machine(QStringLiteral("g2-standard-4"), 4, 16, QStringLiteral("nvidia-l4"), 1), region);
        QVERIFY(price);
        QCOMPARE(price->microsPerHour, 706'824);
        QCOMPARE(price->asOf, QDate(2026, 11, 24));
    }

    void partOfAGpu_hasOnePriceForTheWholeMachine()
    {
        const QString rtx = QStringLiteral("nvidia-rtx-pro-6000"); // counted as one by Compute Engine, a part or not
        QCOMPARE(m_book.running(machine(QStringLiteral("g4-standard-6"), 6, 22, rtx, 1), region)->microsPerHour, 646'880);
        QCOMPARE(m_book.running(machine(QStringLiteral("g4-standard-24"), 24, 90, rtx, 1), region)->microsPerHour, 4 * 646'880);
        // 48 × 0.04891 + 180 × 0.00587 + 1.09565
        QCOMPARE(m_book.running(machine(QStringLiteral("g4-standard-48"), 48, 180, rtx, 1), region)->microsPerHour, 4'499'930);
    }

    void n1_addsTheGpuToTheMachine()
    {
        const auto plain = m_book.running(machine(QStringLiteral("n1-standard-4"), 4, 15, {}, 0), region);
        const auto with = m_book.running(machine(QStringLiteral("n1-standard-4"), 4, 15, {}, 0, QStringLiteral("nvidia-tesla-t4"), 2), region);
        QVERIFY(plain && with);
        QCOMPARE(plain->microsPerHour, 4 * 31'611 + 15 * 4'237);
        QCOMPARE(with->microsPerHour - plain->microsPerHour, 700'000);
    }

    void a2Ultra_includesItsLocalSsd()
    {
        const auto price = m_book.running(machine(QStringLiteral("a2-ultragpu-1g"), 12, 170, QStringLiteral("nvidia-a100-80gb"), 1), region);
        QVERIFY(price);
        QVERIFY2(qAbs(price->microsPerHour - 5'068'800) < 100, qPrintable(QString::number(price->microsPerHour))); // the table's 5.0688
    }

    void spot_usesItsOwnRates()
    {
        auto wanted = machine(QStringLiteral("n1-standard-4"), 4, 15, {}, 0, QStringLiteral("nvidia-tesla-t4"), 1);
        wanted.spot = true;
        const auto price = m_book.running(wanted, region);
        QVERIFY(price);
        QCOMPARE(price->microsPerHour, 4 * 6'655 + 15 * 892 + 110'000);
        auto l4 = machine(QStringLiteral("g2-standard-4"), 4, 16, QStringLiteral("nvidia-l4"), 1);
        l4.spot = true;
        QVERIFY(!m_book.running(l4, region)); // no spot rate in the list: unknown, not the ordinary one
    }

    void partThatIsMissing_makesThePriceUnknown()
    {
        QVERIFY(!m_book.running(machine(QStringLiteral("a3-highgpu-8g"), 208, 1872, QStringLiteral("nvidia-h100-80gb"), 8), region));
        QVERIFY(!m_book.running(machine(QStringLiteral("g2-standard-4"), 4, 16, QStringLiteral("nvidia-l4"), 1), QStringLiteral("europe-west4")));
    }

    void stopped_isTheDiskAlone_aMonthHas730Hours()
    {
        const auto price = m_book.stopped(100, QStringLiteral("pd-balanced"), region);
        QVERIFY(price);
        QCOMPARE(price->microsPerHour, 13'699); // 100 × 0.10 / 730; the regional disk's rate is another line
    }

    void unitPrice_isUnitsAsTextPlusNanos()
    {
        const auto parsed = cloud::Sku::fromJson(QJsonDocument::fromJson(R"({"description":"Nvidia Tesla V100 GPU running in Americas","serviceRegions":["us-central1","us-east1"],
            "category":{"usageType":"OnDemand"},"pricingInfo":[{"pricingExpression":{"usageUnit":"h","tieredRates":[
            {"startUsageAmount":0,"unitPrice":{"currencyCode":"USD","units":"0","nanos":0}},
            {"startUsageAmount":1,"unitPrice":{"currencyCode":"USD","units":"2","nanos":480000000}}]}}]})").object());
        QCOMPARE(parsed.microsPerUnit, 2'480'000);
        QCOMPARE(parsed.regions.size(), 2);
        QCOMPARE(parsed.usage, cloud::Sku::Usage::OnDemand);
    }

private:
    const QString region = QStringLiteral("us-central1");
    PriceBook m_book;
};

QTEST_GUILESS_MAIN(PriceBookTest)
#include "price_book_test.moc"
