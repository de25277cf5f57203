// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_client.h"

#include <QElapsedTimer>
#include <QTcpSocket>
#include <QTest>
#include <QUuid>

using namespace nimbook::testing;

class SandboxApiFaultsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_client = std::make_unique<SandboxClient>(m_sandbox);
    }
    void cleanup() { m_client->admin("DELETE", "/nimbook/faults"); }

    void httpFault_strikesTheNextRequestsOnly_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reason");
        QTest::newRow("forbidden") << "forbidden:2" << 403 << "forbidden";
        QTest::newRow("unauthorized") << "unauthorized:2" << 401 << "authError";
        QTest::newRow("rate limit") << "rate-limit:2" << 403 << "rateLimitExceeded";
        QTest::newRow("backend") << "unavailable:2" << 503 << "backendError";
    }

    void httpFault_strikesTheNextRequestsOnly()
    {
        QFETCH(QString, spec);
        QFETCH(int, status);
        QFETCH(QString, reason);
        QCOMPARE(m_client->fault(spec)["faults"].toArray().first()["spec"].toString(), spec);
        for (int i = 0; i < 2; ++i) {
            const auto reply = m_client->get("zones");
            QCOMPARE(reply.status, status);
            QCOMPARE(reply.reason(), reason);
        }
        QCOMPARE(m_client->get("zones").status, 200);
    }

    void faultForOneMethod_sparesTheOthers()
    {
        m_client->fault("forbidden@instances.get:1");
        QCOMPARE(m_client->get("zones/us-central1-a/instances").status, 200);
        QCOMPARE(m_client->get("zones/us-central1-a/instances/trainer-1").status, 403);
        QCOMPARE(m_client->get("zones/us-central1-a/instances/trainer-1").status, 200);
    }

    void stockOut_namesTheZonesThatHaveSome()
    {
        m_client->fault("stock-out=us-central1-a,us-central1-b");
        QJsonObject body = machineBody("unlucky", "us-central1-b", "n1-standard-4");
        body["scheduling"] = QJsonObject{{"onHostMaintenance", "TERMINATE"}};
        body["guestAccelerators"] = QJsonArray{QJsonObject{{"acceleratorType", "zones/us-central1-b/acceleratorTypes/nvidia-tesla-t4"}, {"acceleratorCount", 1}}};

        const auto reply = m_client->post("zones/us-central1-b/instances", body);
        QCOMPARE(reply.status, 200);
        QCOMPARE(m_client->get("zones/us-central1-b/instances/unlucky").text("status"), QStringLiteral("PROVISIONING")); // it shows for a moment
        const auto operation = m_client->done(reply);

        QCOMPARE(operation["httpErrorStatusCode"].toInt(), 503);
        QCOMPARE(m_client->opErrorCode(operation), QStringLiteral("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"));
        QJsonObject info;
        for (const QJsonValue &detail : m_client->opError(operation)["errorDetails"].toArray()) {
            if (detail.toObject().contains("errorInfo"))
                info = detail["errorInfo"].toObject();
        }
        QCOMPARE(info.value("reason").toString(), QStringLiteral("resource_availability"));
        QCOMPARE(info.value("metadatas")["attachment"].toString(), QStringLiteral("nvidia-tesla-t4:1"));
        const QStringList available = info.value("metadatas")["zonesAvailable"].toString().split(',');
        QVERIFY2(available.contains("us-central1-c") || available.contains("us-central1-f"), qPrintable(available.join(' ')));
        QVERIFY(!available.contains("us-central1-a"));
        QCOMPARE(m_client->get("zones/us-central1-b/instances/unlucky").status, 404);
        QCOMPARE(m_client->get("zones/us-central1-b/disks/unlucky").status, 404);
    }

    void stockOut_strikesAStartToo()
    {
        m_client->fault("stock-out=us-west1-a:1");
        const auto operation = m_client->done(m_client->post("zones/us-west1-a/instances/segment-v100/start"));
        QVERIFY(m_client->opErrorCode(operation).startsWith("ZONE_RESOURCE_POOL_EXHAUSTED"));
        QCOMPARE(m_client->get("zones/us-west1-a/instances/segment-v100").text("status"), QStringLiteral("TERMINATED"));
    }

    void quotaFault_namesTheMetric()
    {
        m_client->fault("quota=GPUS_ALL_REGIONS:1");
        const auto operation = m_client->done(m_client->post("zones/us-central1-a/instances", machineBody("wish", "us-central1-a")));
        QCOMPARE(m_client->opError(operation)["message"].toString(), QStringLiteral("Quota 'GPUS_ALL_REGIONS' exceeded.  Limit: 16.0 globally."));
    }

    void slowOperations_takeTheirTime()
    {
        m_client->fault("slow-operations=2");
        QElapsedTimer timer;
        timer.start();
        m_client->done(m_client->post("zones/us-central1-a/disks", {{"name", "slow"}, {"sizeGb", "10"}}));
        QVERIFY(timer.elapsed() >= 1900);
    }

    void unreachableZone_failsTheWholeListUnlessPartsAreWelcome()
    {
        m_client->fault("unreachable-zone=us-central1-a");
        QCOMPARE(m_client->get("aggregated/instances").status, 503);
        const auto partial = m_client->get("aggregated/instances", QUrlQuery{{"returnPartialSuccess", "true"}});
        QCOMPARE(partial.status, 200);
        QVERIFY(partial["unreachables"].toArray().first().toString().endsWith("/zones/us-central1-a"));
        QCOMPARE(partial["items"]["zones/us-central1-a"]["warning"]["code"].toString(), QStringLiteral("UNREACHABLE"));
        QVERIFY(partial["items"]["zones/europe-west1-b"].toObject().contains("instances"));
        QCOMPARE(m_client->get("zones/us-central1-a/instances/trainer-1").status, 503);
    }

    void lostAnswer_theWorkIsDoneAndTheRequestIdFindsIt()
    {
        const QUrlQuery id{{"requestId", QUuid::createUuid().toString(QUuid::WithoutBraces)}};
        m_client->fault("lost-answer@disks.insert"); // without a count: Qt itself repeats a request that got no answer
        const auto lost = m_client->post("zones/us-central1-a/disks", {{"name", "silent"}, {"sizeGb", "10"}}, id);
        QCOMPARE(lost.status, 0);
        m_client->admin("DELETE", "/nimbook/faults");
        QCOMPARE(m_client->post("zones/us-central1-a/disks", {{"name", "silent"}, {"sizeGb", "10"}}).reason(), QStringLiteral("alreadyExists"));
        const auto again = m_client->post("zones/us-central1-a/disks", {{"name", "silent"}, {"sizeGb", "10"}}, id);
        QCOMPARE(again.status, 200);
        QVERIFY(!m_client->done(again).json.contains("error"));
    }

    void noSsh_acceptsAndStaysSilent()
    {
        m_client->fault("no-ssh=mute");
        QVERIFY(!m_client->done(m_client->post("zones/us-central1-a/instances", machineBody("mute", "us-central1-a"))).json.contains("error"));
        const auto machine = m_client->get("zones/us-central1-a/instances/mute");
        QCOMPARE(machine.text("status"), QStringLiteral("RUNNING"));
        QTcpSocket socket;
        const QJsonArray items = machine["metadata"]["items"].toArray();
        socket.connectToHost(machine["networkInterfaces"].toArray().first()["accessConfigs"].toArray().first()["natIP"].toString(),
                             items.last()["value"].toString().toUShort());
        QVERIFY(socket.waitForConnected(5'000));
        QVERIFY(!socket.waitForReadyRead(1'000));
        QCOMPARE(socket.state(), QAbstractSocket::ConnectedState);
    }

    void badSpec_isExplained()
    {
        for (const char *spec : {"", "earthquake", "stock-out", "forbidden=maybe", "forbidden:0"}) {
            const auto reply = m_client->fault(QString::fromLatin1(spec).isEmpty() ? QStringLiteral(" ") : QString::fromLatin1(spec));
            QCOMPARE(reply.status, 400);
            QVERIFY(reply.message().contains("stock-out"));
        }
    }

    void program_refusesWhatItMustNotDo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("words");
        QTest::newRow("every address") << QStringList{"--listen", "0.0.0.0:0"} << "not a loopback address";
        QTest::newRow("no address") << QStringList{"--listen", "nowhere"} << "--listen wants ADDRESS:PORT";
        QTest::newRow("busy port") << QStringList{"--listen", "127.0.0.1:" + QString::number(m_sandbox.url().port())} << "cannot listen";
        QTest::newRow("bad fault") << QStringList{"--fault", "earthquake"} << "is no fault";
        QTest::newRow("no such parent") << QStringList{"--parent-pid", "999999999"} << "no process";
    }

    void program_refusesWhatItMustNotDo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, words);
        QTemporaryDir state;
        QProcess program;
        program.start(SandboxFixture::program(), QStringList{"--state", state.path()} + arguments);
        QVERIFY(program.waitForFinished(20'000));
        QCOMPARE(program.exitCode(), 2);
        QVERIFY2(QString::fromUtf8(program.readAllStandardError()).contains(words), qPrintable(words));
    }

    void parentGone_theSandboxGoesToo()
    {
        QProcess parent;
        parent.start("sleep", {"600"});
        QVERIFY(parent.waitForStarted());
        QTemporaryDir state;
        QProcess program;
        program.start(SandboxFixture::program(), {"--state", state.path(), "--foreign", "records", "--parent-pid", QString::number(parent.processId())});
        QVERIFY(program.waitForReadyRead(20'000));
        parent.kill();
        QVERIFY(parent.waitForFinished());
        QVERIFY(program.waitForFinished(10'000));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    }

private:
    SandboxFixture m_sandbox;
    std::unique_ptr<SandboxClient> m_client;
};

QTEST_GUILESS_MAIN(SandboxApiFaultsTest)
#include "sandbox_api_faults_test.moc"
