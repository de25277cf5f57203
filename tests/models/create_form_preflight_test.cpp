// SPDX-License-Identifier: Apache-2.0
#include "create_form_fixture.h"

using namespace nimbook;
using Field = models::CreateForm::Field;
using testing::FakeTransport;
using testing::computeAnswer;
using testing::preflight;

namespace {

cloud::Sku sku(const char *text, const char *region, qint64 micros, const char *unit = "h")
{
    return {QString::fromLatin1(text), {QString::fromLatin1(region)}, cloud::Sku::Usage::OnDemand, QString::fromLatin1(unit), micros};
}

} // namespace

class CreateFormPreflightTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_project = std::make_unique<testing::CreateFormFixture>(); }

    void disabledApi_stopsTheButtonAndIsEnabled()
    {
        preflight.enabled = false;
        QVERIFY(m_project->beginWithPreflight());
        QVERIFY(m_project->form->isApiOff());
        QVERIFY(!m_project->form->isComplete());
        QVERIFY2(m_project->form->problem(Field::Project).contains(QStringLiteral("Compute Engine is not enabled in p")), qPrintable(m_project->form->problem(Field::Project)));
        m_project->form->enableApi();
        QTRY_VERIFY_WITH_TIMEOUT(m_project->form->isComplete(), 20'000);
        QVERIFY(!m_project->form->isApiOff());
    }

    void missingPermission_isNamedAndOnlyWhereThisMachineNeedsIt()
    {
        preflight.missing = {QStringLiteral("compute.subnetworks.useExternalIp"), QStringLiteral("iam.serviceAccounts.actAs"), QStringLiteral("compute.instances.reset")};
        QVERIFY(m_project->beginWithPreflight());
        QVERIFY(preflight.asked.contains(QStringLiteral("compute.instances.create")));
        QCOMPARE(m_project->form->missingPermissions(), (QStringList{QStringLiteral("compute.subnetworks.useExternalIp"), QStringLiteral("iam.serviceAccounts.actAs")}));
        QVERIFY(!m_project->form->isComplete());
        m_project->form->setExternalAddress(false);
        m_project->form->setScopes({});
        QVERIFY(m_project->form->missingPermissions().isEmpty());
        QVERIFY(m_project->form->isComplete());
    }

    void globalGpuQuotaOfZero_isSaidBeforePressing()
    {
        preflight.gpusAllRegions = 0;
        QVERIFY(m_project->beginWithPreflight());
        QVERIFY2(m_project->form->problem(Field::Gpu).contains(QStringLiteral("GPUS_ALL_REGIONS")), qPrintable(m_project->form->problem(Field::Gpu)));
        QVERIFY(!m_project->form->isComplete());
        m_project->form->setGpu({});
        QTRY_VERIFY(m_project->form->isComplete());
        preflight.gpusAllRegions = 1;
        m_project->form->recheck();
        m_project->form->setGpu(QStringLiteral("nvidia-tesla-t4"));
        QTRY_VERIFY(m_project->form->isComplete());
    }

    void quotaThatIsAbsent_isUnknownNotZero()
    {
        QVERIFY(m_project->beginWithPreflight()); // projects.get has no GPUS_ALL_REGIONS, regions.get no L4
        QVERIFY(!m_project->form->gpusLeftEverywhere());
        m_project->form->setGpu(QStringLiteral("nvidia-l4"));
        QTRY_VERIFY(m_project->form->isComplete());
        QVERIFY2(m_project->form->hint(Field::Zone).contains(QStringLiteral("not known")), qPrintable(m_project->form->hint(Field::Zone)));
        QVERIFY(m_project->form->zoneText(m_project->form->zones().first()).contains(QStringLiteral("quota not known")));
    }

    void refusedPreflight_standsInNobodysWay()
    {
        m_project->transport.handleWith([](const net::HttpRequest &request) -> FakeTransport::Answer {
            const QString path = request.url.path();
            if (path.contains(u"services/") || path.contains(u":test") || path.endsWith(u"/projects/p"))
                return FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required permission"));
            return FakeTransport::json(computeAnswer(path));
        });
        QVERIFY(m_project->beginWithPreflight());
        QVERIFY(m_project->form->isComplete());
        QVERIFY(m_project->form->problem(Field::Project).isEmpty());
    }

    void quota_isShownOrCalledUnknown()
    {
        QVERIFY(m_project->begin());
        QVERIFY2(m_project->form->hint(Field::Zone).contains(u'3'), qPrintable(m_project->form->hint(Field::Zone))); // 4 allowed, 1 used
        m_project->form->setGpuCount(4);
        QVERIFY2(m_project->form->problem(Field::Zone).contains(QStringLiteral("3 left")), qPrintable(m_project->form->problem(Field::Zone)));
        QVERIFY(!m_project->form->isComplete()); // Google would refuse
        m_project->form->setGpu(QStringLiteral("nvidia-l4"));
        QVERIFY2(m_project->form->hint(Field::Zone).contains(QStringLiteral("not known")), qPrintable(m_project->form->hint(Field::Zone)));
    }

    void prices_areOfTheZonesRegion()
    {
        QVERIFY(m_project->begin());
        const auto bundled = m_project->form->runningPrice();
        QVERIFY(bundled && !m_project->form->hasPricesOfGoogle());
        const QList<cloud::Sku> skus{sku("N1 Predefined Instance Core running in Americas", "us-central1", 30'000), sku("N1 Predefined Instance Ram running in Americas", "us-central1", 4'000, "GiBy.h"),
                                     sku("Nvidia Tesla T4 GPU running in Americas", "us-central1", 300'000), sku("Balanced PD Capacity", "us-central1", 73'000, "GiBy.mo")};
        m_project->form->setPrices(workspace::PriceBook::fromSkus(skus, QDate(2026, 11, 24)).value());
        QVERIFY(m_project->form->hasPricesOfGoogle());
        // 4 × 0.03 + 15 × 0.004 + 0.3 + 100 GB × 0.073 / 730
        QCOMPARE(m_project->form->runningPrice()->microsPerHour, 120'000 + 60'000 + 300'000 + 10'000);
        QVERIFY(m_project->form->zoneText(m_project->form->zones().first()).contains(QStringLiteral("$0.49 an hour")));
        QVERIFY(!m_project->form->runningPriceIn(QStringLiteral("europe-west4-b"))); // never another region's price
    }

    void capacityPlan_leavesOutRegionsWithoutQuota()
    {
        QVERIFY(m_project->begin());
        QCOMPARE(m_project->form->capacityPlan().zones, QStringList(QStringLiteral("us-central1-f")));
        m_project->form->setGpuCount(4); // us-central1 has 3 left, and -f at most one in a machine
        QVERIFY(m_project->form->capacityPlan().zones.isEmpty());
    }

private:
    std::unique_ptr<testing::CreateFormFixture> m_project;
};

QTEST_GUILESS_MAIN(CreateFormPreflightTest)
#include "create_form_preflight_test.moc"
