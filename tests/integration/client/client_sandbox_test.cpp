// SPDX-License-Identifier: Apache-2.0
#include "auth/credential_token_source.h"
#include "cloud/jobs/instance_jobs.h"
#include "cloud/jobs/publish_ssh_key.h"
#include "net/network_transport.h"

#include "support/finish.h"
#include "support/sandbox_fixture.h"

#include <QElapsedTimer>

using namespace nimbook;
using namespace nimbook::cloud;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

const QString project = SandboxFixture::fullProject();
const QByteArray publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0nPnN1bG8gYSBrZXkgZm9yIHRlc3RzIG9ubHkh ada@laptop";

CreateSpec cpuMachine(const QString &name)
{
    CreateSpec spec;
    spec.ref = {project, QStringLiteral("us-central1-a"), name};
    spec.machineType = QStringLiteral("e2-standard-2");
    spec.imageProject = QStringLiteral("debian-cloud");
    spec.imageFamily = QStringLiteral("debian-12");
    spec.labels = {{QStringLiteral("team"), QStringLiteral("tests")}};
    spec.metadata = {{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\necho nimbook-was-here\n")}};
    return spec;
}

} // namespace

/// The whole client over real HTTP: key file, signed assertion, token, calls, operations.
class ClientSandboxTest : public QObject {
    Q_OBJECT

    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<net::NetworkTransport> m_transport;
    std::unique_ptr<net::TokenSource> m_tokens;
    std::unique_ptr<net::ApiClient> m_api;
    std::unique_ptr<ComputeClient> m_client;

    void signIn(const QString &credentialFile)
    {
        const auto credential = auth::CredentialFile::read(credentialFile);
        QVERIFY2(credential, credential ? "" : qPrintable(credential.error().message));
        m_client.reset();
        m_api.reset();
        m_tokens = auth::makeCredentialTokenSource(*credential, *m_transport);
        m_api = std::make_unique<net::ApiClient>(*m_transport, *m_tokens, Backoff{20ms, 1.5, 100ms});
        m_client = std::make_unique<ComputeClient>(*m_api, Endpoints::under(m_sandbox->url()));
    }

    /// POST of one fault, or DELETE of all, on the sandbox's own administration path.
    void setFault(const QByteArray &spec)
    {
        net::HttpRequest request;
        request.verb = spec.isEmpty() ? "DELETE" : "POST";
        request.url = m_sandbox->url().resolved(QUrl(QStringLiteral("/nimbook/faults")));
        request.headers = {{"Authorization", "Bearer " + m_sandbox->adminToken()}, {"Content-Type", "application/json"}};
        if (!spec.isEmpty())
            request.body = "{\"spec\":\"" + spec + "\"}";
        const auto response = resultOf(m_transport->send(request, nullptr));
        QVERIFY2(response && response->status / 100 == 2, response ? response->body.constData() : "no answer");
    }

    int machinesNamed(const QString &name)
    {
        const auto listing = resultOf(m_client->listInstances(project, nullptr));
        return listing ? int(std::count_if(listing->instances.begin(), listing->instances.end(), [&](const Instance &each) { return each.ref.name == name; })) : -1;
    }

    void removeMachine(const InstanceRef &ref)
    {
        const auto result = resultOf(deleteInstance(*m_client, ref, nullptr), 60s);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_sandbox = std::make_unique<SandboxFixture>();
        QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
        m_transport = std::make_unique<net::NetworkTransport>();
        signIn(m_sandbox->credentialsFile());
    }
    void cleanup()
    {
        if (m_sandbox && m_sandbox->isRunning())
            setFault({});
    }

    void bothCredentialFiles_signIn()
    {
        QVERIFY(resultOf(m_tokens->accessToken(nullptr)));
        QVERIFY(m_tokens->account().contains(QLatin1Char('@')));
        signIn(m_sandbox->authorizedUserFile());
        QVERIFY(resultOf(m_client->listProjects(nullptr)));
        signIn(m_sandbox->credentialsFile());
    }

    void revokedKey_meansSigningInAgain()
    {
        auto credential = *auth::CredentialFile::read(m_sandbox->authorizedUserFile());
        credential.refreshToken = Secret("1//revoked");
        const auto tokens = auth::makeCredentialTokenSource(credential, *m_transport);
        const auto token = resultOf(tokens->accessToken(nullptr));
        QCOMPARE(token.error().kind, ErrorKind::NotSignedIn);
        QVERIFY(!token.error().nextStep.isEmpty());
    }

    void lists_areThere()
    {
        const auto projects = resultOf(m_client->listProjects(nullptr));
        QVERIFY(projects && projects->size() >= 2);
        QVERIFY(std::any_of(projects->begin(), projects->end(), [](const Project &each) { return each.id == project && each.active; }));
        const auto listing = resultOf(m_client->listInstances(project, nullptr));
        QVERIFY(listing && listing->instances.size() >= 4 && listing->unreachable.isEmpty());
        const auto empty = resultOf(m_client->listInstances(SandboxFixture::emptyProject(), nullptr));
        QVERIFY(empty && empty->instances.isEmpty());
        const auto zones = resultOf(m_client->listZones(project, nullptr));
        QVERIFY(zones && zones->size() > 10 && zones->constFirst().name.startsWith(zones->constFirst().region));
        const auto regions = resultOf(m_client->listRegions(project, nullptr));
        QVERIFY(regions && !regions->isEmpty() && !regions->constFirst().quotas.isEmpty());
        const auto types = resultOf(m_client->listMachineTypes(project, QStringLiteral("us-central1-a"), nullptr));
        QVERIFY(types && std::any_of(types->begin(), types->end(), [](const MachineType &each) { return each.acceleratorType == QLatin1String("nvidia-l4") && each.acceleratorCount > 0; }));
        const auto gpus = resultOf(m_client->listAcceleratorTypes(project, nullptr));
        QVERIFY(gpus && gpus->size() > 10);
        const auto disks = resultOf(m_client->listDiskTypes(project, QStringLiteral("us-central1-a"), nullptr));
        QVERIFY(disks && std::any_of(disks->begin(), disks->end(), [](const DiskType &each) { return each.name == QLatin1String("pd-balanced"); }));
        const auto image = resultOf(m_client->imageFromFamily(QStringLiteral("debian-cloud"), QStringLiteral("debian-12"), nullptr));
        QVERIFY(image && image->family == QLatin1String("debian-12") && image->project == QLatin1String("debian-cloud"));
        QCOMPARE(resultOf(m_client->imageFromFamily(QStringLiteral("debian-cloud"), QStringLiteral("debian-3"), nullptr)).error().kind, ErrorKind::NotFound);
    }

    void machine_livesFromCreateToDelete()
    {
        const CreateSpec spec = cpuMachine(QStringLiteral("life-1"));
        const std::unique_ptr<ValueJob<Operation>> create(createInstance(*m_client, spec, nullptr));
        QVERIFY(finish(*create, 60s));
        QVERIFY2(create->result(), qPrintable(create->error().message));
        QCOMPARE(create->progress().percent(), 100);

        const auto running = [&] {
            const auto machine = resultOf(m_client->getInstance(spec.ref, nullptr));
            return machine && machine->state() == MachineState::Running;
        };
        QTRY_VERIFY_WITH_TIMEOUT(running(), 30'000);
        const Instance machine = *resultOf(m_client->getInstance(spec.ref, nullptr));
        QVERIFY(!machine.externalAddress.isEmpty());
        QCOMPARE(machine.labels.value(QStringLiteral("nimbook")), QStringLiteral("managed"));
        QCOMPARE(machine.metadata.value(QStringLiteral("enable-guest-attributes")), QStringLiteral("TRUE"));

        // The startup script was really run, and the host keys are published.
        const auto consoleSays = [&] { return resultOf(m_client->serialOutput(spec.ref, 0, nullptr)).value_or(SerialOutput()).contents.contains("nimbook-was-here"); };
        QTRY_VERIFY_WITH_TIMEOUT(consoleSays(), 30'000);
        const auto hostKeys = [&] { return resultOf(m_client->guestAttributes(spec.ref, QStringLiteral("hostkeys/"), nullptr)).value_or(QMap<QString, QString>()); };
        QTRY_VERIFY_WITH_TIMEOUT(hostKeys().contains(QStringLiteral("hostkeys/ssh-ed25519")), 30'000);

        const QDateTime now = QDateTime::currentDateTimeUtc();
        const SshKeyWish wish{QStringLiteral("ada"), publicKey, now.addSecs(60), now.addDays(1)};
        QVERIFY(resultOf(publishSshKey(*m_client, spec.ref, wish, nullptr)));
        QVERIFY(resultOf(publishSshKey(*m_client, spec.ref, wish, nullptr)));
        const Instance keyed = *resultOf(m_client->getInstance(spec.ref, nullptr));
        QCOMPARE(keyed.metadata.value(QStringLiteral("ssh-keys")).count(QLatin1String("google-ssh")), 1);
        QCOMPARE(keyed.metadata.value(QStringLiteral("startup-script")), spec.metadata.value(QStringLiteral("startup-script")));

        QVERIFY(resultOf(m_client->setLabels(spec.ref, {{QStringLiteral("team"), QStringLiteral("other")}}, keyed.labelFingerprint, nullptr)));
        QCOMPARE(resultOf(m_client->setLabels(spec.ref, {}, QStringLiteral("c3RhbGU="), nullptr)).error().kind, ErrorKind::Conflict);

        QVERIFY(resultOf(stopInstance(*m_client, spec.ref, nullptr), 60s));
        QCOMPARE(resultOf(m_client->getInstance(spec.ref, nullptr))->state(), MachineState::Stopped);
        QVERIFY(resultOf(startInstance(*m_client, spec.ref, nullptr), 60s));
        QTRY_VERIFY_WITH_TIMEOUT(running(), 30'000);
        QVERIFY(resultOf(resetInstance(*m_client, spec.ref, nullptr), 60s));
        removeMachine(spec.ref);
        QCOMPARE(resultOf(m_client->getInstance(spec.ref, nullptr)).error().kind, ErrorKind::NotFound);
        QCOMPARE(machinesNamed(spec.ref.name), 0);
    }

    void lostAnswerOfInsert_makesOneMachine()
    {
        setFault("lost-answer=1@instances.insert");
        const CreateSpec spec = cpuMachine(QStringLiteral("lost-1"));
        const auto created = resultOf(createInstance(*m_client, spec, nullptr), 60s);
        QVERIFY2(created, created ? "" : qPrintable(created.error().message));
        QCOMPARE(machinesNamed(spec.ref.name), 1);
        removeMachine(spec.ref);
    }

    void lostAnswerOfSetMetadata_endsWell()
    {
        const CreateSpec spec = cpuMachine(QStringLiteral("lost-2"));
        QVERIFY(resultOf(createInstance(*m_client, spec, nullptr), 60s));
        setFault("lost-answer=1@instances.setMetadata");
        QVERIFY(resultOf(updateMetadata(*m_client, spec.ref, [](QMap<QString, QString> &metadata) { metadata.insert(QStringLiteral("mine"), QStringLiteral("1")); }, nullptr), 60s));
        QCOMPARE(resultOf(m_client->getInstance(spec.ref, nullptr))->metadata.value(QStringLiteral("mine")), QStringLiteral("1"));
        removeMachine(spec.ref);
    }

    void twoWritersAtOnce_bothChangesSurvive()
    {
        const CreateSpec spec = cpuMachine(QStringLiteral("race-1"));
        QVERIFY(resultOf(createInstance(*m_client, spec, nullptr), 60s));
        QObject owner;
        QList<ValueJob<Done> *> jobs;
        for (int i = 0; i < 4; ++i) {
            jobs.append(updateMetadata(*m_client, spec.ref, [i](QMap<QString, QString> &metadata) { metadata.insert(QStringLiteral("writer-%1").arg(i), QStringLiteral("x")); }, &owner));
            jobs.last()->start();
        }
        for (auto *job : jobs) {
            QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 30'000);
            QVERIFY2(job->result(), qPrintable(job->error().message));
        }
        const auto metadata = resultOf(m_client->getInstance(spec.ref, nullptr))->metadata;
        for (int i = 0; i < 4; ++i)
            QVERIFY(metadata.contains(QStringLiteral("writer-%1").arg(i)));
        removeMachine(spec.ref);
    }

    void passingFaults_areGotOver_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::newRow("503 twice") << QByteArray("unavailable:2");
        QTest::newRow("rate limit twice") << QByteArray("rate-limit:2");
        QTest::newRow("token refused once") << QByteArray("unauthorized:1");
        QTest::newRow("all tokens void") << QByteArray("expire-tokens");
        QTest::newRow("connection cut") << QByteArray("lost-answer=1");
    }
    void passingFaults_areGotOver()
    {
        QFETCH(QByteArray, fault);
        setFault(fault);
        const auto zones = resultOf(m_client->listZones(project, nullptr), 30s);
        QVERIFY2(zones, zones ? "" : qPrintable(zones.error().message));
    }

    void lastingFaults_areNamed_data()
    {
        QTest::addColumn<QByteArray>("fault");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("forbidden") << QByteArray("forbidden") << ErrorKind::PermissionDenied;
        QTest::newRow("unavailable") << QByteArray("unavailable") << ErrorKind::ServerError;
        QTest::newRow("rate limit") << QByteArray("rate-limit") << ErrorKind::RateLimited;
        QTest::newRow("token refused again and again") << QByteArray("unauthorized") << ErrorKind::NotSignedIn;
    }
    void lastingFaults_areNamed()
    {
        QFETCH(QByteArray, fault);
        QFETCH(ErrorKind, kind);
        setFault(fault);
        const auto listing = resultOf(m_client->listInstances(project, nullptr), 30s);
        QVERIFY(!listing);
        QCOMPARE(errorKindName(listing.error().kind), errorKindName(kind));
        QVERIFY(listing.error().message.contains(project));
        QVERIFY(!listing.error().nextStep.isEmpty());
    }

    void stockOut_offersOtherZonesAndLeavesNothing()
    {
        setFault("stock-out=us-central1-a");
        const CreateSpec spec = cpuMachine(QStringLiteral("none-left"));
        const auto created = resultOf(createInstance(*m_client, spec, nullptr), 60s);
        QCOMPARE(created.error().kind, ErrorKind::StockOut);
        QVERIFY2(created.error().message.contains(QLatin1String("none-left")), qPrintable(created.error().message));
        QVERIFY(created.error().nextStep.contains(QLatin1String("zone")));
        QTRY_COMPARE(machinesNamed(spec.ref.name), 0);
    }

    void quota_isNamed()
    {
        setFault("quota=CPUS");
        const auto created = resultOf(createInstance(*m_client, cpuMachine(QStringLiteral("too-many")), nullptr), 60s);
        QCOMPARE(created.error().kind, ErrorKind::QuotaExceeded);
        QVERIFY2(created.error().message.contains(QLatin1String("CPUS")), qPrintable(created.error().message));
    }

    void zoneThatDoesNotAnswer_isToldBesideTheRest()
    {
        setFault("unreachable-zone=europe-west4-a");
        const auto listing = resultOf(m_client->listInstances(project, nullptr));
        QVERIFY2(listing, listing ? "" : qPrintable(listing.error().message));
        QCOMPARE(listing->unreachable, QStringList{QStringLiteral("europe-west4-a")});
    }

    void slowOperation_showsItsPercentAndCanBeLeft()
    {
        const CreateSpec spec = cpuMachine(QStringLiteral("slow-1"));
        setFault("slow-operations=8");
        const std::unique_ptr<ValueJob<Operation>> job(createInstance(*m_client, spec, nullptr));
        job->start();
        QTRY_VERIFY_WITH_TIMEOUT(job->progress().percent() > 0 && job->progress().percent() < 100, 8'000);
        job->cancel();
        QTRY_COMPARE(job->state(), Job::State::Cancelled);
        setFault({});
        const auto isThere = [&] { // only the waiting was given up
            const auto machine = resultOf(m_client->getInstance(spec.ref, nullptr));
            return machine && machine->state() == MachineState::Running;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isThere(), 30'000);
        removeMachine(spec.ref);
    }

    void sandboxGone_isANetworkError()
    {
        m_sandbox->stop();
        const auto listing = resultOf(m_client->listInstances(project, nullptr), 30s);
        QCOMPARE(listing.error().kind, ErrorKind::Network);
        QVERIFY2(listing.error().message.contains(QLatin1String("127.0.0.1")), qPrintable(listing.error().message));
    }
};

QTEST_GUILESS_MAIN(ClientSandboxTest)
#include "client_sandbox_test.moc"
