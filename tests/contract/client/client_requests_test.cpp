// SPDX-License-Identifier: Apache-2.0
// Every request that ComputeClient can make, held against Google's discovery documents.
#include "cloud/gce/compute_client.h"

#include "tests/contract/client/discovery_document.h"
#include "tests/support/fake_token_source.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

using namespace nimbook;
using namespace nimbook::cloud;
using namespace nimbook::testing;

namespace {

const QString project = QStringLiteral("vision-lab");
const QString zone = QStringLiteral("us-central1-a");
const QString requestId = QStringLiteral("11111111-2222-4333-8444-555555555555");
const InstanceRef trainer{project, zone, QStringLiteral("trainer-1")};

CreateSpec gpuSpec(bool spot)
{
    CreateSpec spec;
    spec.ref = trainer;
    spec.machineType = QStringLiteral("n1-standard-8");
    spec.acceleratorType = QStringLiteral("nvidia-tesla-t4");
    spec.acceleratorCount = 1;
    spec.imageProject = QStringLiteral("debian-cloud");
    spec.imageFamily = QStringLiteral("debian-12");
    spec.labels = {{QStringLiteral("team"), QStringLiteral("vision")}};
    spec.metadata = {{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\n")}};
    spec.spot = spot;
    return spec;
}

Operation operationIn(const QString &inZone, const QString &inRegion)
{
    Operation operation;
    operation.name = QStringLiteral("operation-17");
    operation.zone = inZone;
    operation.region = inRegion;
    return operation;
}

using Call = std::function<Job *(ComputeClient &)>;

} // namespace

Q_DECLARE_METATYPE(Call)

class ClientRequestsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<DiscoveryDocument> m_compute;
    std::unique_ptr<DiscoveryDocument> m_resourceManager;

private Q_SLOTS:
    void initTestCase()
    {
        const QString folder = qEnvironmentVariable("NIMBOOK_CONTRACT_DATA");
        if (folder.isEmpty())
            QSKIP("NIMBOOK_CONTRACT_DATA is not set: our requests were not compared with Google's discovery documents");
        m_compute = std::make_unique<DiscoveryDocument>(folder + QStringLiteral("/discovery/compute.v1.trimmed.r20260722.from-proto.json"));
        m_resourceManager = std::make_unique<DiscoveryDocument>(folder + QStringLiteral("/discovery/cloudresourcemanager.v3.trimmed.r20260218.json"));
        QVERIFY(m_compute->isValid());
        QVERIFY(m_resourceManager->isValid());
    }

    void theCheckItself_findsFaults_data()
    {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("fault");
        const QString insert = QStringLiteral("projects/p/zones/z/instances");
        QTest::newRow("good") << QByteArray("POST") << insert + QStringLiteral("?requestId=x&prettyPrint=false") << QByteArray(R"({"name":"a","labels":{"x":"y"}})") << "";
        QTest::newRow("verb") << QByteArray("PUT") << insert << QByteArray("{}") << "no method";
        QTest::newRow("path") << QByteArray("GET") << QStringLiteral("projects/p/zonez") << QByteArray() << "no method";
        QTest::newRow("query") << QByteArray("POST") << insert + QStringLiteral("?request=x") << QByteArray(R"({"name":"a"})") << "unknown query parameter request";
        QTest::newRow("number") << QByteArray("GET") << QStringLiteral("projects/p/zones?maxResults=many") << QByteArray() << "bad value of maxResults";
        QTest::newRow("no body") << QByteArray("POST") << insert << QByteArray() << "body is missing";
        QTest::newRow("body too many") << QByteArray("POST") << insert + QStringLiteral("/i/stop") << QByteArray("{\"a\":1}") << "takes no body";
        QTest::newRow("field") << QByteArray("POST") << insert << QByteArray(R"({"nom":"a"})") << "Instance.nom is not in the schema";
        QTest::newRow("deep field") << QByteArray("POST") << insert << QByteArray(R"({"disks":[{"initializeParams":{"size":1}}]})") << "initializeParams.size is not in the schema";
        QTest::newRow("type") << QByteArray("POST") << insert << QByteArray(R"({"name":7})") << "Instance.name is no string";
        QTest::newRow("int64") << QByteArray("POST") << insert << QByteArray(R"({"disks":[{"initializeParams":{"diskSizeGb":"ten"}}]})") << "is no int64";
        QTest::newRow("int64 as number") << QByteArray("POST") << insert << QByteArray(R"({"disks":[{"initializeParams":{"diskSizeGb":10}}]})") << "diskSizeGb is no string";
        QTest::newRow("enum") << QByteArray("POST") << insert << QByteArray(R"({"scheduling":{"provisioningModel":"CHEAP"}})") << "unknown value CHEAP";
        QTest::newRow("map value") << QByteArray("POST") << insert << QByteArray(R"({"labels":{"x":1}})") << "labels.x is no string";
    }
    void theCheckItself_findsFaults()
    {
        QFETCH(QByteArray, verb);
        QFETCH(QString, path);
        QFETCH(QByteArray, body);
        QFETCH(QString, fault);
        const auto check = m_compute->check(verb, QUrl(QStringLiteral("https://compute.googleapis.com/compute/v1/") + path), body);
        const QString faults = check.faults.join(QStringLiteral("; "));
        QCOMPARE(faults.isEmpty(), fault.isEmpty());
        QVERIFY2(faults.contains(fault), qPrintable(faults));
    }

    void request_isAsGoogleDocumentsIt_data()
    {
        QTest::addColumn<Call>("call");
        QTest::addColumn<QString>("method");
        const auto row = [](const char *method, Call call) { QTest::newRow(method) << std::move(call) << QString::fromLatin1(method).section(QLatin1Char(' '), 0, 0); };
        row("cloudresourcemanager.projects.search", [](ComputeClient &c) { return c.listProjects(nullptr); });
        row("compute.zones.list", [](ComputeClient &c) { return c.listZones(project, nullptr); });
        row("compute.regions.list", [](ComputeClient &c) { return c.listRegions(project, nullptr); });
        row("compute.machineTypes.list", [](ComputeClient &c) { return c.listMachineTypes(project, zone, nullptr); });
        row("compute.acceleratorTypes.aggregatedList", [](ComputeClient &c) { return c.listAcceleratorTypes(project, nullptr); });
        row("compute.diskTypes.list", [](ComputeClient &c) { return c.listDiskTypes(project, zone, nullptr); });
        row("compute.images.getFromFamily", [](ComputeClient &c) { return c.imageFromFamily(QStringLiteral("debian-cloud"), QStringLiteral("debian-12"), nullptr); });
        row("compute.instances.aggregatedList", [](ComputeClient &c) { return c.listInstances(project, nullptr); });
        row("compute.instances.get", [](ComputeClient &c) { return c.getInstance(trainer, nullptr); });
        row("compute.instances.getSerialPortOutput", [](ComputeClient &c) { return c.serialOutput(trainer, 1 << 20, nullptr); });
        row("compute.instances.getGuestAttributes", [](ComputeClient &c) { return c.guestAttributes(trainer, QStringLiteral("hostkeys/"), nullptr); });
        row("compute.instances.insert GPU", [](ComputeClient &c) { return c.insertInstance(gpuSpec(false), requestId, nullptr); });
        row("compute.instances.insert spot", [](ComputeClient &c) { return c.insertInstance(gpuSpec(true), requestId, nullptr); });
        row("compute.instances.insert CPU", [](ComputeClient &c) {
            CreateSpec spec = gpuSpec(false);
            spec.acceleratorCount = 0;
            spec.externalAddress = false;
            return c.insertInstance(spec, requestId, nullptr);
        });
        row("compute.instances.start", [](ComputeClient &c) { return c.startInstance(trainer, requestId, nullptr); });
        row("compute.instances.stop", [](ComputeClient &c) { return c.stopInstance(trainer, requestId, nullptr); });
        row("compute.instances.reset", [](ComputeClient &c) { return c.resetInstance(trainer, requestId, nullptr); });
        row("compute.instances.delete", [](ComputeClient &c) { return c.deleteInstance(trainer, requestId, nullptr); });
        row("compute.instances.setMetadata", [](ComputeClient &c) { return c.setMetadata(trainer, {{QStringLiteral("a"), QStringLiteral("b")}}, QStringLiteral("f="), nullptr); });
        row("compute.projects.get", [](ComputeClient &c) { return c.projectMetadata(project, nullptr); });
        row("compute.projects.setCommonInstanceMetadata", [](ComputeClient &c) { return c.setProjectMetadata(project, {{QStringLiteral("a"), QStringLiteral("b")}}, QStringLiteral("f="), nullptr); });
        row("compute.instances.setLabels", [](ComputeClient &c) { return c.setLabels(trainer, {{QStringLiteral("a"), QStringLiteral("b")}}, QStringLiteral("f="), nullptr); });
        row("compute.zoneOperations.get", [](ComputeClient &c) { return c.getOperation(project, operationIn(zone, {}), nullptr); });
        row("compute.zoneOperations.wait", [](ComputeClient &c) { return c.waitOperation(project, operationIn(zone, {}), nullptr); });
        row("compute.regionOperations.get", [](ComputeClient &c) { return c.getOperation(project, operationIn({}, QStringLiteral("us-central1")), nullptr); });
        row("compute.regionOperations.wait", [](ComputeClient &c) { return c.waitOperation(project, operationIn({}, QStringLiteral("us-central1")), nullptr); });
        row("compute.globalOperations.get", [](ComputeClient &c) { return c.getOperation(project, operationIn({}, {}), nullptr); });
        row("compute.globalOperations.wait", [](ComputeClient &c) { return c.waitOperation(project, operationIn({}, {}), nullptr); });
    }
    void request_isAsGoogleDocumentsIt()
    {
        QFETCH(Call, call);
        QFETCH(QString, method);
        FakeTransport transport;
        FakeTokenSource tokens;
        net::ApiClient api(transport, tokens);
        ComputeClient client(api, Endpoints());
        // Two answers: for lists the second page is checked as well.
        transport.then(FakeTransport::json({{QStringLiteral("nextPageToken"), QStringLiteral("a+b/c=")}})).then(FakeTransport::json({}));
        const std::unique_ptr<Job> job(call(client));
        QVERIFY(finish(*job));
        QCOMPARE(job->state(), Job::State::Succeeded);
        for (const auto &request : std::as_const(transport.requests)) {
            const bool isCompute = request.url.host().startsWith(QLatin1String("compute."));
            const auto check = (isCompute ? *m_compute : *m_resourceManager).check(request.verb, request.url, request.body);
            QCOMPARE(check.method, method);
            QVERIFY2(check.faults.isEmpty(), qPrintable(check.faults.join(QStringLiteral("; "))));
        }
    }
};

QTEST_GUILESS_MAIN(ClientRequestsTest)
#include "client_requests_test.moc"
