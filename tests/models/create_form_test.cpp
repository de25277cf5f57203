// SPDX-License-Identifier: Apache-2.0
#include "models/create_choices.h"
#include "models/create_form.h"

#include "support/fake_token_source.h"
#include "support/fake_transport.h"

#include <QSignalSpy>
#include <QTest>

using namespace nimbook;
using models::CreateForm;
using Field = models::CreateForm::Field;
using testing::FakeTransport;

namespace {

QJsonObject listOf(const QJsonArray &items)
{
    return {{QStringLiteral("items"), items}};
}

QJsonObject zoneJson(const QString &name, const QString &status = QStringLiteral("UP"))
{
    return {{QStringLiteral("name"), name}, {QStringLiteral("status"), status},
            {QStringLiteral("region"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/p/regions/") + name.left(name.size() - 2)}};
}

QJsonObject regionJson(const QString &name, double limit, double usage)
{
    const QJsonObject quota{{QStringLiteral("metric"), QStringLiteral("NVIDIA_T4_GPUS")}, {QStringLiteral("limit"), limit}, {QStringLiteral("usage"), usage}};
    return {{QStringLiteral("name"), name}, {QStringLiteral("quotas"), limit < 0 ? QJsonArray() : QJsonArray{quota}}};
}

QJsonObject machineJson(const QString &name, int cpus, int memoryMb, const QString &gpu = {}, int count = 0)
{
    QJsonObject json{{QStringLiteral("name"), name}, {QStringLiteral("guestCpus"), cpus}, {QStringLiteral("memoryMb"), memoryMb}};
    if (!gpu.isEmpty())
        json.insert(QStringLiteral("accelerators"), QJsonArray{QJsonObject{{QStringLiteral("guestAcceleratorType"), gpu}, {QStringLiteral("guestAcceleratorCount"), count}}});
    return json;
}

/// What the project is like, as Service Usage, Resource Manager and projects.get tell it.
struct Preflight {
    bool enabled = true;
    QStringList missing;
    std::optional<double> gpusAllRegions;
    QJsonArray asked;
} preflight;

QJsonObject projectAnswer(const QString &path)
{
    if (path.endsWith(u"/services/compute.googleapis.com"))
        return {{QStringLiteral("state"), preflight.enabled ? QStringLiteral("ENABLED") : QStringLiteral("DISABLED")}};
    if (path.endsWith(u":enable"))
        return {{QStringLiteral("name"), QStringLiteral("operations/acf.p2-1")}};
    if (path.endsWith(u"/operations/acf.p2-1")) {
        preflight.enabled = true;
        return {{QStringLiteral("name"), QStringLiteral("operations/acf.p2-1")}, {QStringLiteral("done"), true}};
    }
    if (path.endsWith(u":testIamPermissions")) {
        QJsonArray granted;
        for (const auto &permission : std::as_const(preflight.asked))
            if (!preflight.missing.contains(permission.toString()))
                granted.append(permission);
        return granted.isEmpty() ? QJsonObject() : QJsonObject{{QStringLiteral("permissions"), granted}};
    }
    if (path.endsWith(u"/projects/p") && preflight.gpusAllRegions) {
        const QJsonObject quota{{QStringLiteral("metric"), QStringLiteral("GPUS_ALL_REGIONS")}, {QStringLiteral("limit"), *preflight.gpusAllRegions}, {QStringLiteral("usage"), 0}};
        return {{QStringLiteral("quotas"), QJsonArray{quota}}};
    }
    return {};
}

/// Compute Engine as far as the form asks it. T4: us-central1-a and -f (at most 1 there), L4: us-central1-a; europe-west4-b has neither.
QJsonObject computeAnswer(const QString &path)
{
    const auto gpuIn = [](const QString &zone, int most, const QString &name) {
        return QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("maximumCardsPerInstance"), most},
                           {QStringLiteral("zone"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/p/zones/") + zone}};
    };
    if (path.endsWith(u"/zones"))
        return listOf({zoneJson(QStringLiteral("europe-west4-b")), zoneJson(QStringLiteral("us-central1-f")), zoneJson(QStringLiteral("us-central1-a")),
                       zoneJson(QStringLiteral("us-central1-z"), QStringLiteral("DOWN"))});
    if (path.endsWith(u"/regions"))
        return listOf({regionJson(QStringLiteral("us-central1"), 4, 1), regionJson(QStringLiteral("europe-west4"), -1, 0)});
    if (path.endsWith(u"/aggregated/acceleratorTypes")) {
        const QString t4 = QStringLiteral("nvidia-tesla-t4");
        const auto scope = [](const QJsonArray &types) { return QJsonObject{{QStringLiteral("acceleratorTypes"), types}}; };
        return {{QStringLiteral("items"),
                 QJsonObject{{QStringLiteral("zones/us-central1-a"), scope({gpuIn(QStringLiteral("us-central1-a"), 4, t4), gpuIn(QStringLiteral("us-central1-a"), 8, QStringLiteral("nvidia-l4"))})},
                             {QStringLiteral("zones/us-central1-f"), scope({gpuIn(QStringLiteral("us-central1-f"), 1, t4)})}}}};
    }
    if (path.endsWith(u"/machineTypes"))
        return listOf({machineJson(QStringLiteral("e2-standard-4"), 4, 16384), machineJson(QStringLiteral("n1-standard-4"), 4, 15360), machineJson(QStringLiteral("n1-standard-96"), 96, 368640),
                       machineJson(QStringLiteral("n1-standard-2"), 2, 7680), machineJson(QStringLiteral("g2-standard-24"), 24, 98304, QStringLiteral("nvidia-l4"), 2),
                       machineJson(QStringLiteral("g2-standard-8"), 8, 32768, QStringLiteral("nvidia-l4"), 1)});
    if (path.endsWith(u"/diskTypes"))
        return listOf({QJsonObject{{QStringLiteral("name"), QStringLiteral("pd-balanced")}}, QJsonObject{{QStringLiteral("name"), QStringLiteral("pd-ssd")}}});
    if (path.contains(u"/images/family/"))
        return {{QStringLiteral("name"), QStringLiteral("image-1")}, {QStringLiteral("family"), path.section(u'/', -1)}, {QStringLiteral("diskSizeGb"), QStringLiteral("64")}};
    return projectAnswer(path);
}

cloud::Sku sku(const char *text, const char *region, qint64 micros, const char *unit = "h")
{
    return {QString::fromLatin1(text), {QString::fromLatin1(region)}, cloud::Sku::Usage::OnDemand, QString::fromLatin1(unit), micros};
}

} // namespace

class CreateFormTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void defaults_areGoodEnoughToPressEnter();
    void takenName_isReplacedByAFreeOne();
    void zoneWithoutTheGpu_saysSoAndNamesOnesThatHaveIt();
    void zoneWithFewerCards_saysHowMany();
    void choiceOfThePerson_staysWhenTheGpuChanges();
    void quota_isShownOrCalledUnknown();
    void impliedGpu_needsNoAcceleratorInTheRequest();
    void manyGpus_takeOnlyMachineTypesThatCarryThem();
    void noGpu_takesAPlainImageAndMachine();
    void diskSmallerThanTheImage_isRefusedWithTheSize();
    void retiredImage_isSaidBeforeCreating();
    void failedList_isSaidAndCanBeAskedAgain();
    void otherProject_forgetsTheOldAnswers();
    void labels_areCheckedEach();
    void containerReference_isChecked_data();
    void containerReference_isChecked();
    void freeName_counts_data();
    void freeName_counts();
    void spotQuota_fallsBackToTheOrdinaryOne();
    void command_isOneThatAShellTakes();
    void disabledApi_stopsTheButtonAndIsEnabled();
    void missingPermission_isNamedAndOnlyWhereThisMachineNeedsIt();
    void globalGpuQuotaOfZero_isSaidBeforePressing();
    void quotaThatIsAbsent_isUnknownNotZero();
    void refusedPreflight_standsInNobodysWay();
    void prices_areOfTheZonesRegion();
    void capacityPlan_leavesOutRegionsWithoutQuota();

private:
    void beginWithPreflight()
    {
        m_form->begin(&*m_compute, {QStringLiteral("p"), {}}, CreateForm::Keep::Nothing, &*m_apis);
        QTRY_VERIFY(!m_form->isLoading(Field::MachineType) && !m_form->isLoading(Field::BootImage) && !m_form->isLoading(Field::DiskType)
                    && !m_form->isLoading(Field::Project));
    }
    void begin(const QList<cloud::InstanceRef> &existing = {})
    {
        m_form->begin(&*m_compute, {QStringLiteral("p"), existing});
        QTRY_VERIFY(!m_form->isLoading(Field::MachineType) && !m_form->isLoading(Field::BootImage) && !m_form->isLoading(Field::DiskType));
    }

    std::unique_ptr<CreateForm> m_form;
    FakeTransport m_transport;
    testing::FakeTokenSource m_tokens;
    std::optional<net::ApiClient> m_api;
    std::optional<cloud::ComputeClient> m_compute;
    std::optional<cloud::ProjectClient> m_apis;
    QString m_broken; ///< requests whose path contains this fail
    bool m_notFound = false;
};

void CreateFormTest::init()
{
    m_form.reset();
    m_broken.clear();
    m_notFound = false;
    m_transport.requests.clear();
    m_transport.handleWith([this](const net::HttpRequest &request) -> FakeTransport::Answer {
        const QString path = request.url.path();
        if (!m_broken.isEmpty() && path.contains(m_broken)) {
            return m_notFound ? FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("The resource was not found"))
                              : FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required permission"));
        }
        if (path.endsWith(u":testIamPermissions"))
            preflight.asked = FakeTransport::body(request).value(QLatin1String("permissions")).toArray();
        return FakeTransport::json(computeAnswer(path));
    });
    m_compute.reset();
    m_api.emplace(m_transport, m_tokens);
    m_compute.emplace(*m_api, cloud::Endpoints());
    m_apis.emplace(*m_api, cloud::Endpoints());
    preflight = {};
    m_form = std::make_unique<CreateForm>(workspace::Catalogue::load().value());
}

void CreateFormTest::defaults_areGoodEnoughToPressEnter()
{
    begin();
    const models::CreateInput &input = m_form->input();
    QCOMPARE(input.name, QStringLiteral("notebook-1"));
    QCOMPARE(input.acceleratorType, QStringLiteral("nvidia-tesla-t4"));
    QCOMPARE(input.zone, QStringLiteral("us-central1-a"));
    QCOMPARE(input.machineType, QStringLiteral("n1-standard-4"));
    QVERIFY(input.diskSizeGb >= 64);
    QVERIFY(m_form->isComplete());
    const cloud::CreateSpec spec = m_form->spec();
    QCOMPARE(spec.acceleratorCount, 1);
    QVERIFY(!spec.machineTypeHasGpu);
    QVERIFY(!spec.imageFamily.isEmpty());
    QVERIFY(m_form->runningPrice().has_value());
    QVERIFY(m_form->runningPrice()->microsPerHour > m_form->stoppedPrice()->microsPerHour);
}

void CreateFormTest::takenName_isReplacedByAFreeOne()
{
    begin({{QStringLiteral("p"), QStringLiteral("us-central1-f"), QStringLiteral("notebook-1")}});
    QCOMPARE(m_form->input().name, QStringLiteral("notebook-2"));
    QCOMPARE(m_form->input().zone, QStringLiteral("us-central1-f")); // where this project works already
    m_form->setName(QStringLiteral("notebook-1"));
    QVERIFY(m_form->problem(Field::Name).contains(QStringLiteral("us-central1-f")));
    m_form->setZone(QStringLiteral("us-central1-a"));
    QVERIFY(m_form->problem(Field::Name).isEmpty());
    m_form->setName(QStringLiteral("My Machine"));
    QVERIFY(!m_form->problem(Field::Name).isEmpty());
    QVERIFY(!m_form->isComplete());
}

void CreateFormTest::zoneWithoutTheGpu_saysSoAndNamesOnesThatHaveIt()
{
    begin();
    m_form->setZone(QStringLiteral("europe-west4-b"));
    const QString problem = m_form->problem(Field::Zone);
    QVERIFY2(problem.contains(QStringLiteral("europe-west4-b")) && problem.contains(QStringLiteral("us-central1-a")), qPrintable(problem));
    QVERIFY(!m_form->isComplete());
    m_form->setGpu({});
    QTRY_VERIFY(m_form->isComplete());
    QCOMPARE(m_form->input().zone, QStringLiteral("europe-west4-b"));
}

void CreateFormTest::zoneWithFewerCards_saysHowMany()
{
    begin();
    m_form->setZone(QStringLiteral("us-central1-f"));
    QVERIFY(m_form->problem(Field::Zone).isEmpty());
    m_form->setGpuCount(4);
    QVERIFY2(m_form->problem(Field::Zone).contains(QStringLiteral("at most 1")), qPrintable(m_form->problem(Field::Zone)));
    for (const models::ZoneChoice &zone : m_form->zones()) {
        if (zone.name == u"us-central1-z")
            QVERIFY(!zone.offered && !zone.reason.isEmpty());
    }
}

void CreateFormTest::choiceOfThePerson_staysWhenTheGpuChanges()
{
    begin();
    m_form->setName(QStringLiteral("mine"));
    m_form->setDiskSize(777);
    m_form->setContainerImage(QStringLiteral("registry.example.com/team/own:1"));
    m_form->setGpu(QStringLiteral("nvidia-l4"));
    QTRY_VERIFY(m_form->isComplete());
    QCOMPARE(m_form->input().name, QStringLiteral("mine"));
    QCOMPARE(m_form->input().diskSizeGb, 777);
    QCOMPARE(m_form->input().containerImage, QStringLiteral("registry.example.com/team/own:1"));
}

void CreateFormTest::quota_isShownOrCalledUnknown()
{
    begin();
    QVERIFY2(m_form->hint(Field::Zone).contains(u'3'), qPrintable(m_form->hint(Field::Zone))); // 4 allowed, 1 used
    m_form->setGpuCount(4);
    QVERIFY2(m_form->problem(Field::Zone).contains(QStringLiteral("3 left")), qPrintable(m_form->problem(Field::Zone)));
    QVERIFY(!m_form->isComplete()); // Google would refuse
    m_form->setGpu(QStringLiteral("nvidia-l4"));
    QVERIFY2(m_form->hint(Field::Zone).contains(QStringLiteral("not known")), qPrintable(m_form->hint(Field::Zone)));
}

void CreateFormTest::impliedGpu_needsNoAcceleratorInTheRequest()
{
    begin();
    m_form->setGpu(QStringLiteral("nvidia-l4"));
    QTRY_VERIFY(m_form->isComplete());
    QCOMPARE(m_form->input().machineType, QStringLiteral("g2-standard-8"));
    const cloud::CreateSpec spec = m_form->spec();
    QVERIFY(spec.machineTypeHasGpu);
    QCOMPARE(spec.acceleratorCount, 0);
    QVERIFY(!cloud::insertBody(spec).contains(QStringLiteral("guestAccelerators")));
    QVERIFY(!models::gcloudCommand(spec).contains(QStringLiteral("--accelerator")));
}

void CreateFormTest::manyGpus_takeOnlyMachineTypesThatCarryThem()
{
    begin();
    const auto names = [this] {
        QStringList all;
        for (const cloud::MachineType &type : m_form->machineTypes())
            all << type.name;
        return all;
    };
    QVERIFY(names().contains(QStringLiteral("n1-standard-4")));
    QVERIFY(!names().contains(QStringLiteral("n1-standard-96"))); // one T4 goes with at most 48 vCPUs
    QVERIFY(!names().contains(QStringLiteral("e2-standard-4")));
    m_form->setGpuCount(4);
    QVERIFY(names().contains(QStringLiteral("n1-standard-96")));
    m_form->setGpu(QStringLiteral("nvidia-l4"));
    QVERIFY(!names().contains(QStringLiteral("g2-standard-8")) || m_form->input().gpuCount == 1);
    m_form->setGpuCount(2);
    QCOMPARE(names(), QStringList(QStringLiteral("g2-standard-24")));
}

void CreateFormTest::noGpu_takesAPlainImageAndMachine()
{
    begin();
    const QString withGpu = m_form->input().containerImage;
    m_form->setGpu({});
    QTRY_VERIFY(m_form->isComplete());
    QVERIFY(!m_form->bootImage().hasDriver);
    QVERIFY(m_form->input().containerImage != withGpu);
    QCOMPARE(m_form->input().machineType, QStringLiteral("e2-standard-4"));
    QVERIFY(!m_form->spec().hasGpu());
}

void CreateFormTest::diskSmallerThanTheImage_isRefusedWithTheSize()
{
    begin();
    m_form->setDiskSize(63);
    QVERIFY2(m_form->problem(Field::DiskSize).contains(QStringLiteral("64")), qPrintable(m_form->problem(Field::DiskSize)));
    QVERIFY(!m_form->isComplete());
    m_form->setDiskSize(64);
    QVERIFY(m_form->isComplete());
}

void CreateFormTest::retiredImage_isSaidBeforeCreating()
{
    m_broken = QStringLiteral("/images/family/");
    m_notFound = true;
    begin();
    QVERIFY2(m_form->problem(Field::BootImage).contains(m_form->bootImage().family), qPrintable(m_form->problem(Field::BootImage)));
    QVERIFY(!m_form->isComplete());
}

void CreateFormTest::failedList_isSaidAndCanBeAskedAgain()
{
    m_broken = QStringLiteral("acceleratorTypes");
    begin();
    QVERIFY(m_form->loadError(Field::Zone).has_value());
    QVERIFY(m_form->zones().isEmpty());
    QVERIFY(!m_form->isComplete());
    m_form->setName(QStringLiteral("kept"));
    m_broken.clear();
    m_form->reload();
    QTRY_VERIFY(m_form->isComplete());
    QVERIFY(!m_form->loadError(Field::Zone));
    QCOMPARE(m_form->input().name, QStringLiteral("kept"));
}

void CreateFormTest::otherProject_forgetsTheOldAnswers()
{
    m_form->begin(&*m_compute, {QStringLiteral("p"), {}});
    m_form->begin(&*m_compute, {QStringLiteral("q"), {}});
    QTRY_VERIFY(m_form->isComplete());
    QCOMPARE(m_form->spec().ref.project, QStringLiteral("q"));
    m_form->begin(nullptr, {});
    QVERIFY(!m_form->isComplete());
    QVERIFY(m_form->zones().isEmpty());
}

void CreateFormTest::labels_areCheckedEach()
{
    begin();
    m_form->setLabels({{QStringLiteral("team"), QStringLiteral("vision")}, {QStringLiteral("Team"), QStringLiteral("x")}});
    QVERIFY(m_form->problem(Field::Labels).contains(QStringLiteral("Team")));
    m_form->setLabels({{QStringLiteral("team"), QStringLiteral("vision")}, {QStringLiteral("team"), QStringLiteral("x")}});
    QVERIFY(!m_form->problem(Field::Labels).isEmpty());
    m_form->setLabels({{QStringLiteral("team"), QStringLiteral("vision")}});
    QVERIFY(m_form->problem(Field::Labels).isEmpty());
    QCOMPARE(m_form->spec().labels.value(QStringLiteral("team")), QStringLiteral("vision"));
}

void CreateFormTest::containerReference_isChecked_data()
{
    QTest::addColumn<QString>("reference");
    QTest::addColumn<bool>("good");
    for (const char *good : {"ubuntu", "quay.io/jupyter/tensorflow-notebook:cuda-latest", "localhost:5000/a/b", "tensorflow/tensorflow:2.17.0-gpu-jupyter",
                             "gcr.io/p/i@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
        QTest::newRow(good) << QString::fromUtf8(good) << true;
    for (const char *bad : {"", "Ubuntu", "a b", "https://quay.io/a", "a:", "a::b", "-x", "a/../b", "a;rm -rf /", "$(id)", "a:b\nc"})
        QTest::newRow(*bad ? bad : "empty") << QString::fromUtf8(bad) << false;
}

void CreateFormTest::containerReference_isChecked()
{
    QFETCH(QString, reference);
    QFETCH(bool, good);
    QCOMPARE(models::containerImageProblem(reference).isEmpty(), good);
}

void CreateFormTest::freeName_counts_data()
{
    QTest::addColumn<QStringList>("taken");
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("expected");
    QTest::newRow("free") << QStringList() << "trainer" << "trainer";
    QTest::newRow("taken") << QStringList{QStringLiteral("trainer")} << "trainer" << "trainer-2";
    QTest::newRow("next number") << QStringList{QStringLiteral("n-1"), QStringLiteral("n-2")} << "n-1" << "n-3";
    QTest::newRow("long") << QStringList{QString(63, u'a')} << QString(63, u'a') << QString(56, u'a') + QStringLiteral("-2");
}

void CreateFormTest::freeName_counts()
{
    QFETCH(QStringList, taken);
    QFETCH(QString, wanted);
    QFETCH(QString, expected);
    const QString name = models::freeMachineName(taken, wanted);
    QCOMPARE(name, expected);
    QVERIFY(cloud::instanceNameProblem(name).isEmpty());
}

void CreateFormTest::spotQuota_fallsBackToTheOrdinaryOne()
{
    cloud::Region region;
    region.quotas = {{QStringLiteral("NVIDIA_T4_GPUS"), 4, 1}, {QStringLiteral("PREEMPTIBLE_NVIDIA_T4_GPUS"), 0, 0}};
    const QString t4 = QStringLiteral("nvidia-tesla-t4");
    QCOMPARE(models::quotaLeft(region, t4, true), std::optional(3.0));
    region.quotas[1] = {QStringLiteral("PREEMPTIBLE_NVIDIA_T4_GPUS"), 2, 2};
    QCOMPARE(models::quotaLeft(region, t4, true), std::optional(0.0)); // granted, and used up
    region.quotas[1] = {QStringLiteral("PREEMPTIBLE_NVIDIA_T4_GPUS"), 8, 0};
    QCOMPARE(models::quotaLeft(region, t4, true), std::optional(8.0));
    QCOMPARE(models::quotaLeft(region, t4, false), std::optional(3.0));
    QVERIFY(!models::quotaLeft(region, QStringLiteral("nvidia-h100-80gb"), false));
}

void CreateFormTest::command_isOneThatAShellTakes()
{
    begin();
    cloud::CreateSpec spec = m_form->spec();
    spec.labels.insert(QStringLiteral("note"), QStringLiteral("it's; $(id)"));
    spec.metadata.insert(QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\nsecret"));
    const QString command = models::gcloudCommand(spec);
    QVERIFY(command.startsWith(QStringLiteral("gcloud compute instances create notebook-1 \\\n")));
    QVERIFY2(command.contains(QStringLiteral("--labels='note=it'\\''s; $(id)'")), qPrintable(command));
    QVERIFY(command.contains(QStringLiteral("--accelerator=type=nvidia-tesla-t4,count=1")));
    QVERIFY(command.contains(QStringLiteral("--maintenance-policy=TERMINATE")));
    QVERIFY(!command.contains(QStringLiteral("secret")));
}

void CreateFormTest::disabledApi_stopsTheButtonAndIsEnabled()
{
    preflight.enabled = false;
    beginWithPreflight();
    QVERIFY(m_form->isApiOff());
    QVERIFY(!m_form->isComplete());
    QVERIFY2(m_form->problem(Field::Project).contains(QStringLiteral("Compute Engine is not enabled in p")), qPrintable(m_form->problem(Field::Project)));
    m_form->enableApi();
    QTRY_VERIFY_WITH_TIMEOUT(m_form->isComplete(), 20'000);
    QVERIFY(!m_form->isApiOff());
}

void CreateFormTest::missingPermission_isNamedAndOnlyWhereThisMachineNeedsIt()
{
    preflight.missing = {QStringLiteral("compute.subnetworks.useExternalIp"), QStringLiteral("iam.serviceAccounts.actAs"), QStringLiteral("compute.instances.reset")};
    beginWithPreflight();
    QVERIFY(preflight.asked.contains(QStringLiteral("compute.instances.create")));
    QCOMPARE(m_form->missingPermissions(), (QStringList{QStringLiteral("compute.subnetworks.useExternalIp"), QStringLiteral("iam.serviceAccounts.actAs")}));
    QVERIFY(!m_form->isComplete());
    m_form->setExternalAddress(false);
    m_form->setScopes({});
    QVERIFY(m_form->missingPermissions().isEmpty());
    QVERIFY(m_form->isComplete());
}

void CreateFormTest::globalGpuQuotaOfZero_isSaidBeforePressing()
{
    preflight.gpusAllRegions = 0;
    beginWithPreflight();
    QVERIFY2(m_form->problem(Field::Gpu).contains(QStringLiteral("GPUS_ALL_REGIONS")), qPrintable(m_form->problem(Field::Gpu)));
    QVERIFY(!m_form->isComplete());
    m_form->setGpu({});
    QTRY_VERIFY(m_form->isComplete());
    preflight.gpusAllRegions = 1;
    m_form->recheck();
    m_form->setGpu(QStringLiteral("nvidia-tesla-t4"));
    QTRY_VERIFY(m_form->isComplete());
}

void CreateFormTest::quotaThatIsAbsent_isUnknownNotZero()
{
    beginWithPreflight(); // projects.get has no GPUS_ALL_REGIONS, regions.get no L4
    QVERIFY(!m_form->gpusLeftEverywhere());
    m_form->setGpu(QStringLiteral("nvidia-l4"));
    QTRY_VERIFY(m_form->isComplete());
    QVERIFY2(m_form->hint(Field::Zone).contains(QStringLiteral("not known")), qPrintable(m_form->hint(Field::Zone)));
    QVERIFY(m_form->zoneText(m_form->zones().first()).contains(QStringLiteral("quota not known")));
}

void CreateFormTest::refusedPreflight_standsInNobodysWay()
{
    m_transport.handleWith([](const net::HttpRequest &request) -> FakeTransport::Answer {
        const QString path = request.url.path();
        if (path.contains(u"services/") || path.contains(u":test") || path.endsWith(u"/projects/p"))
            return FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required permission"));
        return FakeTransport::json(computeAnswer(path));
    });
    beginWithPreflight();
    QVERIFY(m_form->isComplete());
    QVERIFY(m_form->problem(Field::Project).isEmpty());
}

void CreateFormTest::prices_areOfTheZonesRegion()
{
    begin();
    const auto bundled = m_form->runningPrice();
    QVERIFY(bundled && !m_form->hasPricesOfGoogle());
    const QList<cloud::Sku> skus{sku("N1 Predefined Instance Core running in Americas", "us-central1", 30'000), sku("N1 Predefined Instance Ram running in Americas", "us-central1", 4'000, "GiBy.h"),
                                 sku("Nvidia Tesla T4 GPU running in Americas", "us-central1", 300'000), sku("Balanced PD Capacity", "us-central1", 73'000, "GiBy.mo")};
    m_form->setPrices(workspace::PriceBook::fromSkus(skus, QDate(2026, 11, 24)).value());
    QVERIFY(m_form->hasPricesOfGoogle());
    // 4 × 0.03 + 15 × 0.004 + 0.3 + 100 GB × 0.073 / 730
    QCOMPARE(m_form->runningPrice()->microsPerHour, 120'000 + 60'000 + 300'000 + 10'000);
    QVERIFY(m_form->zoneText(m_form->zones().first()).contains(QStringLiteral("$0.49 an hour")));
    QVERIFY(!m_form->runningPriceIn(QStringLiteral("europe-west4-b"))); // never another region's price
}

void CreateFormTest::capacityPlan_leavesOutRegionsWithoutQuota()
{
    begin();
    QCOMPARE(m_form->capacityPlan().zones, QStringList(QStringLiteral("us-central1-f")));
    m_form->setGpuCount(4); // us-central1 has 3 left, and -f at most one in a machine
    QVERIFY(m_form->capacityPlan().zones.isEmpty());
}

QTEST_GUILESS_MAIN(CreateFormTest)
#include "create_form_test.moc"
