// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/compute_client.h"

#include "tests/support/fake_token_source.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

#include <QElapsedTimer>

using namespace nimbook;
using namespace nimbook::cloud;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

const QString project = QStringLiteral("vision-lab");
const InstanceRef trainer{project, QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};

Result<net::HttpResponse> answer(const char *json)
{
    return FakeTransport::response(200, json);
}

QJsonObject machine(const QString &name, const QString &zone)
{
    return {{QStringLiteral("name"), name}, {QStringLiteral("zone"), QStringLiteral("https://x/zones/") + zone}, {QStringLiteral("status"), QStringLiteral("RUNNING")}};
}

} // namespace

using EndpointField = QUrl Endpoints::*;
Q_DECLARE_METATYPE(EndpointField)

class ComputeClientTest : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeTransport> m_transport;
    FakeTokenSource m_tokens;
    std::unique_ptr<net::ApiClient> m_api;
    std::unique_ptr<ComputeClient> m_client;

    QByteArray sentPath(int index = 0) const { return m_transport->requests.value(index).url.toEncoded(QUrl::RemoveQuery); }

private Q_SLOTS:
    void init()
    {
        m_transport = std::make_unique<FakeTransport>();
        m_api = std::make_unique<net::ApiClient>(*m_transport, m_tokens, Backoff{1ms, 1.0, 1ms});
        m_client = std::make_unique<ComputeClient>(*m_api, Endpoints());
    }

    void machinesOfAllZones_areMergedAndSorted()
    {
        m_transport->then(answer(R"({"items":{
              "zones/us-west1-b":{"instances":[{"name":"b","zone":"u/zones/us-west1-b"},{"name":"a","zone":"u/zones/us-west1-b"}]},
              "regions/us-west1":{"warning":{"code":"NO_RESULTS_ON_PAGE"}},
              "zones/asia-east1-a":{"warning":{"code":"UNREACHABLE","message":"down"}}},
              "nextPageToken":"p2","unreachables":["projects/vision-lab/zones/europe-west4-c"]})"))
            .then(answer(R"({"items":{"zones/us-central1-a":{"instances":[{"name":"a","zone":"u/zones/us-central1-a"}]}},
              "unreachables":["projects/vision-lab/zones/europe-west4-c"]})"));
        const auto listing = resultOf(m_client->listInstances(project, nullptr));
        QVERIFY(listing);
        QStringList names;
        for (const Instance &each : listing->instances)
            names.append(each.ref.text());
        QCOMPARE(names, (QStringList{QStringLiteral("a (us-central1-a)"), QStringLiteral("a (us-west1-b)"), QStringLiteral("b (us-west1-b)")}));
        QCOMPARE(listing->instances[0].ref.project, project);
        QCOMPARE(listing->unreachable, (QStringList{QStringLiteral("asia-east1-a"), QStringLiteral("europe-west4-c")}));
        QCOMPARE(sentPath(), QByteArray("https://compute.googleapis.com/compute/v1/projects/vision-lab/aggregated/instances"));
        QCOMPARE(FakeTransport::query(m_transport->requests[0], QStringLiteral("returnPartialSuccess")), QStringLiteral("true"));
        QCOMPARE(FakeTransport::query(m_transport->requests[0], QStringLiteral("maxResults")), QStringLiteral("500"));
        QCOMPARE(FakeTransport::query(m_transport->requests[1], QStringLiteral("pageToken")), QStringLiteral("p2"));
    }

    void noMachines_isAnEmptyList()
    {
        m_transport->then(answer("{}"));
        const auto listing = resultOf(m_client->listInstances(project, nullptr));
        QVERIFY(listing && listing->instances.isEmpty() && listing->unreachable.isEmpty());
    }

    void fiveThousandMachines_areListedFast()
    {
        QJsonArray page;
        for (int i = 0; i < 500; ++i)
            page.append(machine(QStringLiteral("m-%1").arg(i), QStringLiteral("us-central1-a")));
        int pages = 0;
        m_transport->handleWith([&](const net::HttpRequest &) {
            QJsonObject body{{QStringLiteral("items"), QJsonObject{{QStringLiteral("zones/us-central1-a"), QJsonObject{{QStringLiteral("instances"), page}}}}}};
            if (++pages < 10)
                body.insert(QStringLiteral("nextPageToken"), QString::number(pages));
            return FakeTransport::json(body);
        });
        QElapsedTimer timer;
        timer.start();
        const auto listing = resultOf(m_client->listInstances(project, nullptr));
        QCOMPARE(listing->instances.size(), 5000);
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
        qInfo() << "5000 machines in 10 pages:" << timer.elapsed() << "ms";
    }

    void projects_areSearched()
    {
        m_transport->then(answer(R"({"projects":[{"projectId":"z","displayName":"Z","state":"ACTIVE"},{"projectId":"a","displayName":"A","state":"DELETE_REQUESTED"}]})"));
        const auto projects = resultOf(m_client->listProjects(nullptr));
        QCOMPARE(sentPath(), QByteArray("https://cloudresourcemanager.googleapis.com/v3/projects:search"));
        QCOMPARE(projects->size(), 2);
        QCOMPARE(projects->at(0), (Project{QStringLiteral("a"), QStringLiteral("A"), false}));
    }

    void lists_askTheRightAddress_data()
    {
        QTest::addColumn<std::function<Job *(ComputeClient &)>>("call");
        QTest::addColumn<QByteArray>("path");
        using Call = std::function<Job *(ComputeClient &)>;
        QTest::newRow("zones") << Call([](ComputeClient &c) { return c.listZones(project, nullptr); }) << QByteArray("projects/vision-lab/zones");
        QTest::newRow("regions") << Call([](ComputeClient &c) { return c.listRegions(project, nullptr); }) << QByteArray("projects/vision-lab/regions");
        QTest::newRow("machine types") << Call([](ComputeClient &c) { return c.listMachineTypes(project, QStringLiteral("z-1-a"), nullptr); })
                                       << QByteArray("projects/vision-lab/zones/z-1-a/machineTypes");
        QTest::newRow("disk types") << Call([](ComputeClient &c) { return c.listDiskTypes(project, QStringLiteral("z-1-a"), nullptr); })
                                    << QByteArray("projects/vision-lab/zones/z-1-a/diskTypes");
        QTest::newRow("GPUs") << Call([](ComputeClient &c) { return c.listAcceleratorTypes(project, nullptr); }) << QByteArray("projects/vision-lab/aggregated/acceleratorTypes");
        QTest::newRow("image") << Call([](ComputeClient &c) { return c.imageFromFamily(QStringLiteral("debian-cloud"), QStringLiteral("debian-12"), nullptr); })
                               << QByteArray("projects/debian-cloud/global/images/family/debian-12");
        QTest::newRow("old project id") << Call([](ComputeClient &c) { return c.listZones(QStringLiteral("example.com:lab"), nullptr); }) << QByteArray("projects/example.com:lab/zones");
        QTest::newRow("odd name is encoded") << Call([](ComputeClient &c) { return c.listZones(QStringLiteral("a/b?c"), nullptr); }) << QByteArray("projects/a%2Fb%3Fc/zones");
    }
    void lists_askTheRightAddress()
    {
        QFETCH(std::function<Job *(ComputeClient &)>, call);
        QFETCH(QByteArray, path);
        m_transport->then(answer("{}"));
        const std::unique_ptr<Job> job(call(*m_client));
        QVERIFY(finish(*job));
        QCOMPARE(job->state(), Job::State::Succeeded);
        QCOMPARE(sentPath(), "https://compute.googleapis.com/compute/v1/" + path);
    }

    void missingName_sendsNothing()
    {
        const InstanceRef nameless{project, QStringLiteral("us-central1-a"), QString()};
        QCOMPARE(resultOf(m_client->deleteInstance(nameless, QStringLiteral("id"), nullptr)).error().kind, ErrorKind::InvalidInput);
        const InstanceRef dots{project, QStringLiteral(".."), QStringLiteral("x")};
        QCOMPARE(resultOf(m_client->deleteInstance(dots, QStringLiteral("id"), nullptr)).error().kind, ErrorKind::InvalidInput);
        QVERIFY(m_transport->requests.isEmpty());
    }

    void mutations_carryTheirRequestId_data()
    {
        QTest::addColumn<std::function<Job *(ComputeClient &, QString)>>("call");
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("path");
        using Call = std::function<Job *(ComputeClient &, QString)>;
        const QByteArray instance = "projects/vision-lab/zones/us-central1-a/instances/trainer-1";
        QTest::newRow("insert") << Call([](ComputeClient &c, const QString &id) {
            CreateSpec spec;
            spec.ref = trainer;
            return c.insertInstance(spec, id, nullptr);
        }) << QByteArray("POST") << QByteArray("projects/vision-lab/zones/us-central1-a/instances");
        QTest::newRow("start") << Call([](ComputeClient &c, const QString &id) { return c.startInstance(trainer, id, nullptr); }) << QByteArray("POST") << instance + "/start";
        QTest::newRow("stop") << Call([](ComputeClient &c, const QString &id) { return c.stopInstance(trainer, id, nullptr); }) << QByteArray("POST") << instance + "/stop";
        QTest::newRow("reset") << Call([](ComputeClient &c, const QString &id) { return c.resetInstance(trainer, id, nullptr); }) << QByteArray("POST") << instance + "/reset";
        QTest::newRow("delete") << Call([](ComputeClient &c, const QString &id) { return c.deleteInstance(trainer, id, nullptr); }) << QByteArray("DELETE") << instance;
    }
    void mutations_carryTheirRequestId()
    {
        QFETCH(std::function<Job *(ComputeClient &, QString)>, call);
        QFETCH(QByteArray, verb);
        QFETCH(QByteArray, path);
        m_transport->then(FakeTransport::wireError()).then(answer(R"({"name":"op-1","status":"RUNNING"})"));
        const std::unique_ptr<Job> job(call(*m_client, QStringLiteral("5f0c3e4e-0000-4000-8000-000000000001")));
        QVERIFY(finish(*job));
        QCOMPARE(job->state(), Job::State::Succeeded);
        QCOMPARE(m_transport->requests.size(), 2);
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(m_transport->requests[i].verb, verb);
            QCOMPARE(sentPath(i), "https://compute.googleapis.com/compute/v1/" + path);
            QCOMPARE(FakeTransport::query(m_transport->requests[i], QStringLiteral("requestId")), QStringLiteral("5f0c3e4e-0000-4000-8000-000000000001"));
        }
    }

    void setMetadata_sendsEverythingWithTheFingerprint()
    {
        m_transport->then(answer(R"({"name":"op-1","status":"RUNNING"})"));
        QVERIFY(resultOf(m_client->setMetadata(trainer, {{QStringLiteral("b"), QStringLiteral("2")}, {QStringLiteral("a"), QStringLiteral("1")}}, QStringLiteral("f+/="), nullptr)));
        QCOMPARE(QJsonDocument(FakeTransport::body(m_transport->requests[0])).toJson(QJsonDocument::Compact),
                 QByteArray(R"({"fingerprint":"f+/=","items":[{"key":"a","value":"1"},{"key":"b","value":"2"}]})"));
        QVERIFY(sentPath().endsWith("/instances/trainer-1/setMetadata"));
    }

    void setLabels_sendsItsFingerprint()
    {
        m_transport->then(answer(R"({"name":"op-1","status":"RUNNING"})"));
        QVERIFY(resultOf(m_client->setLabels(trainer, {{QStringLiteral("team"), QStringLiteral("v")}}, QStringLiteral("lf="), nullptr)));
        QCOMPARE(QJsonDocument(FakeTransport::body(m_transport->requests[0])).toJson(QJsonDocument::Compact), QByteArray(R"({"labelFingerprint":"lf=","labels":{"team":"v"}})"));
        QVERIFY(sentPath().endsWith("/instances/trainer-1/setLabels"));
    }

    void serialOutput_tellsOfAGap()
    {
        m_transport->then(answer(R"({"contents":"Debian \u00e4\n","start":"1048576","next":"1048585"})"));
        const auto output = resultOf(m_client->serialOutput(trainer, 100, nullptr));
        QCOMPARE(output->contents, QByteArray("Debian \xc3\xa4\n"));
        QCOMPARE(output->start, 1048576);
        QCOMPARE(output->next, 1048585);
        QCOMPARE(FakeTransport::query(m_transport->requests[0], QStringLiteral("start")), QStringLiteral("100"));
    }

    void guestAttributes_areAMap()
    {
        m_transport->then(answer(R"({"queryPath":"hostkeys/","queryValue":{"items":[{"namespace":"hostkeys","key":"ssh-ed25519","value":"AAAA"}]}})"));
        const auto attributes = resultOf(m_client->guestAttributes(trainer, QStringLiteral("hostkeys/"), nullptr));
        QCOMPARE(attributes->value(QStringLiteral("hostkeys/ssh-ed25519")), QStringLiteral("AAAA"));
        QCOMPARE(FakeTransport::query(m_transport->requests[0], QStringLiteral("queryPath")), QStringLiteral("hostkeys/"));
    }

    void nothingWrittenYet_isAnEmptyMap()
    {
        m_transport->then(FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("The resource 'hostkeys/' of type 'Guest Attribute' was not found.")));
        const auto attributes = resultOf(m_client->guestAttributes(trainer, QStringLiteral("hostkeys/"), nullptr));
        QVERIFY(attributes && attributes->isEmpty());
    }

    void machineGone_isNotAnEmptyMap()
    {
        m_transport->then(FakeTransport::googleError(404, QStringLiteral("notFound"), QStringLiteral("The resource 'projects/vision-lab/zones/us-central1-a/instances/trainer-1' was not found")));
        QCOMPARE(resultOf(m_client->guestAttributes(trainer, QStringLiteral("hostkeys/"), nullptr)).error().kind, ErrorKind::NotFound);
    }

    void operation_isAskedWhereItLives_data()
    {
        QTest::addColumn<QString>("zone");
        QTest::addColumn<QString>("region");
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("zone") << "us-central1-a" << "" << QByteArray("zones/us-central1-a/operations/op-1");
        QTest::newRow("region") << "" << "us-central1" << QByteArray("regions/us-central1/operations/op-1");
        QTest::newRow("global") << "" << "" << QByteArray("global/operations/op-1");
    }
    void operation_isAskedWhereItLives()
    {
        QFETCH(QString, zone);
        QFETCH(QString, region);
        QFETCH(QByteArray, path);
        Operation operation;
        operation.name = QStringLiteral("op-1");
        operation.zone = zone;
        operation.region = region;
        m_transport->then(answer("{}")).then(answer("{}"));
        QVERIFY(resultOf(m_client->getOperation(project, operation, nullptr)));
        QVERIFY(resultOf(m_client->waitOperation(project, operation, nullptr)));
        QCOMPARE(sentPath(0), "https://compute.googleapis.com/compute/v1/projects/vision-lab/" + path);
        QCOMPARE(sentPath(1), sentPath(0) + "/wait");
        QCOMPARE(m_transport->requests[0].verb, QByteArray("GET"));
        QCOMPARE(m_transport->requests[1].verb, QByteArray("POST"));
        QVERIFY2(m_transport->requests[1].timeout > 2min, "Google holds a wait for two minutes");
    }

    void endpoints_followGcloud_data()
    {
        QTest::addColumn<QByteArray>("variable");
        QTest::addColumn<EndpointField>("endpoint");
        const auto row = [](const char *name, QUrl Endpoints::*endpoint) {
            QTest::newRow(name) << QByteArray("CLOUDSDK_API_ENDPOINT_OVERRIDES_") + name << endpoint;
        };
        row("COMPUTE", &Endpoints::compute);
        row("CLOUDRESOURCEMANAGER", &Endpoints::resourceManager);
        row("OSLOGIN", &Endpoints::osLogin);
        row("SERVICEUSAGE", &Endpoints::serviceUsage);
        row("CLOUDBILLING", &Endpoints::billing);
        row("IAM", &Endpoints::iam);
    }
    void endpoints_followGcloud()
    {
        QFETCH(QByteArray, variable);
        QFETCH(EndpointField, endpoint);
        qputenv(variable, "http://127.0.0.1:1/some/v1");
        const Endpoints endpoints = Endpoints::fromEnvironment();
        qunsetenv(variable);
        QCOMPARE(endpoints.*endpoint, QUrl(QStringLiteral("http://127.0.0.1:1/some/v1/")));
        for (QUrl Endpoints::*other : {&Endpoints::compute, &Endpoints::resourceManager, &Endpoints::osLogin, &Endpoints::serviceUsage,
                                       &Endpoints::billing, &Endpoints::iam}) {
            if (other != endpoint)
                QCOMPARE(endpoints.*other, Endpoints().*other);
        }
        QCOMPARE(Endpoints::fromEnvironment().*endpoint, Endpoints().*endpoint);
    }

    void endpoints_allUnderOneRoot()
    {
        for (const char *root : {"http://127.0.0.1:3", "http://127.0.0.1:3/"}) {
            const Endpoints all = Endpoints::under(QUrl(QString::fromLatin1(root)));
            QCOMPARE(all.compute, QUrl(QStringLiteral("http://127.0.0.1:3/compute/v1/")));
            for (const QUrl &other : {all.resourceManager, all.osLogin, all.serviceUsage, all.billing, all.iam})
                QCOMPARE(other, QUrl(QStringLiteral("http://127.0.0.1:3/")));
        }
    }
};

QTEST_GUILESS_MAIN(ComputeClientTest)
#include "compute_client_test.moc"
