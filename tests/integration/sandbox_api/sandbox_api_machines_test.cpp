// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_client.h"

#include <QTcpSocket>
#include <QTest>
#include <QUuid>

using namespace nimbook::testing;
using namespace std::chrono_literals;

class SandboxApiMachinesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_client = std::make_unique<SandboxClient>(m_sandbox);
    }

    void insert_passesThroughItsStatesAndTheMachineAnswersSsh()
    {
        const auto operation = m_client->post(zone("instances"), machineBody("walker", "us-central1-a"));
        QCOMPARE(operation.status, 200);
        QCOMPARE(operation.text("status"), QStringLiteral("PENDING"));
        QCOMPARE(operation.text("operationType"), QStringLiteral("insert"));
        QVERIFY(operation.text("targetLink").endsWith("/zones/us-central1-a/instances/walker"));
        QVERIFY(operation.text("zone").startsWith("https://www.googleapis.com/compute/v1/"));
        QVERIFY(!operation.json.contains("_sandbox"));

        QStringList operationStates, machineStates;
        QList<int> progress;
        const QString path = zone("operations/") + operation.text("name");
        QTRY_VERIFY_WITH_TIMEOUT((note(operationStates, m_client->get(path).text("status")), note(machineStates, m_client->get(zone("instances/walker")).text("status")),
                                  progress << m_client->get(path)["progress"].toInt(), operationStates.last() == "DONE"), 20'000);

        QCOMPARE(operationStates, QStringList({"PENDING", "RUNNING", "DONE"}));
        QVERIFY2(machineStates == QStringList({"PROVISIONING", "STAGING", "RUNNING"}), qPrintable(machineStates.join(',')));
        QVERIFY(std::is_sorted(progress.cbegin(), progress.cend()));
        const auto finished = m_client->get(path);
        QCOMPARE(finished["progress"].toInt(), 100);
        QVERIFY(!finished.text("endTime").isEmpty());
        const auto machine = m_client->get(zone("instances/walker"));
        QCOMPARE(finished.text("targetId"), machine.text("id"));
        QVERIFY2(banner(machine).startsWith("SSH-2.0-"), machine.body);
    }

    void stopAndStart_keepTheDiskAndLoseTheAddress()
    {
        QCOMPARE(make("sleeper").status, 200);
        QVERIFY(!natIp(m_client->get(zone("instances/sleeper"))).isEmpty());

        const auto stopping = m_client->post(zone("instances/sleeper/stop"));
        QCOMPARE(m_client->get(zone("instances/sleeper")).text("status"), QStringLiteral("STOPPING"));
        QCOMPARE(m_client->post(zone("instances/sleeper/start")).reason(), QStringLiteral("resourceNotReady"));
        m_client->done(stopping);
        const auto stopped = m_client->get(zone("instances/sleeper"));
        QCOMPARE(stopped.text("status"), QStringLiteral("TERMINATED"));
        QVERIFY(natIp(stopped).isEmpty());
        QVERIFY(stopped.json.contains("lastStopTimestamp"));
        QCOMPARE(m_client->get(zone("disks/sleeper")).status, 200);
        QCOMPARE(m_client->post(zone("instances/sleeper/reset")).reason(), QStringLiteral("resourceNotReady"));
        QCOMPARE(m_client->done(m_client->post(zone("instances/sleeper/stop"))).text("status"), QStringLiteral("DONE")); // nothing to do is no error

        QVERIFY(!m_client->done(m_client->post(zone("instances/sleeper/start"))).json.contains("error"));
        const auto again = m_client->get(zone("instances/sleeper"));
        QCOMPARE(again.text("status"), QStringLiteral("RUNNING"));
        QVERIFY(banner(again).startsWith("SSH-2.0-"));
        QVERIFY(!m_client->done(m_client->post(zone("instances/sleeper/reset"))).json.contains("error"));
        QCOMPARE(m_client->get(zone("instances/sleeper")).text("status"), QStringLiteral("RUNNING"));
        QVERIFY(banner(m_client->get(zone("instances/sleeper"))).startsWith("SSH-2.0-"));
    }

    void delete_removesTheMachineAndOnlyTheDisksThatGoWithIt()
    {
        QJsonObject body = machineBody("goer", "us-central1-a");
        QJsonObject keeper = body["disks"].toArray().first().toObject();
        keeper["boot"] = false;
        keeper["autoDelete"] = false;
        keeper["initializeParams"] = QJsonObject{{"diskName", "keeper"}, {"diskSizeGb", "12"}};
        QJsonArray disks = body["disks"].toArray();
        disks.append(keeper);
        body["disks"] = disks;
        m_client->done(m_client->post(zone("instances"), body));
        QCOMPARE(m_client->get(zone("disks/keeper"))["users"].toArray().size(), 1);
        QCOMPARE(m_client->remove(zone("disks/keeper")).reason(), QStringLiteral("resourceInUseByAnotherResource"));

        QCOMPARE(m_client->done(m_client->remove(zone("instances/goer"))).text("operationType"), QStringLiteral("delete"));

        QCOMPARE(m_client->get(zone("instances/goer")).status, 404);
        QCOMPARE(m_client->get(zone("disks/goer")).status, 404);
        const auto left = m_client->get(zone("disks/keeper"));
        QCOMPARE(left.status, 200);
        QVERIFY(!left.json.contains("users"));
        // A disk left behind stands in the way of a new machine's disk of that name, as at Google.
        body = machineBody("keeper", "us-central1-a");
        QCOMPARE(m_client->post(zone("instances"), body).reason(), QStringLiteral("alreadyExists"));
        QCOMPARE(m_client->done(m_client->post(zone("disks/keeper/resize"), {{"sizeGb", "20"}})).text("status"), QStringLiteral("DONE"));
        QCOMPARE(m_client->get(zone("disks/keeper")).text("sizeGb"), QStringLiteral("20"));
        QCOMPARE(m_client->post(zone("disks/keeper/resize"), {{"sizeGb", "5"}}).status, 400);
        m_client->done(m_client->remove(zone("disks/keeper")));
        QCOMPARE(m_client->get(zone("disks/keeper")).status, 404);
    }

    void deletionProtection_holdsUntilItIsTakenOff()
    {
        const QString path = "zones/europe-west4-a/instances/old-t4";
        QCOMPARE(m_client->remove(path).status, 400);
        m_client->done(m_client->post(path + "/setDeletionProtection", {}, QUrlQuery{{"deletionProtection", "false"}}));
        QVERIFY(!m_client->done(m_client->remove(path)).json.contains("error"));
        QCOMPARE(m_client->get(path).status, 404);
    }

    void requestId_repeatedGivesTheFirstOperation()
    {
        const QUrlQuery id{{"requestId", QUuid::createUuid().toString(QUuid::WithoutBraces)}};
        const auto first = m_client->post(zone("disks"), {{"name", "once"}, {"sizeGb", "10"}}, id);
        const auto second = m_client->post(zone("disks"), {{"name", "once"}, {"sizeGb", "10"}}, id);
        QCOMPARE(second.status, 200);
        QCOMPARE(second.text("name"), first.text("name"));
        m_client->done(first);
        QCOMPARE(m_client->post(zone("disks"), {{"name", "once"}, {"sizeGb", "10"}}, id).text("status"), QStringLiteral("DONE"));
        QCOMPARE(m_client->post(zone("disks"), {{"name", "once"}, {"sizeGb", "10"}}).reason(), QStringLiteral("alreadyExists"));
        for (const char *bad : {"00000000-0000-0000-0000-000000000000", "not-a-uuid"})
            QCOMPARE(m_client->invalid().post(zone("disks"), {{"name", "twice"}}, QUrlQuery{{"requestId", bad}}).status, 400);
    }

    void metadataAndLabels_needTheCurrentFingerprint()
    {
        const QString path = "zones/us-central1-b/instances/eval-2";
        const auto before = m_client->get(path);
        const QJsonArray items{QJsonObject{{"key", "note"}, {"value", "hello"}}};
        const QString old = before["metadata"].toObject()["fingerprint"].toString();
        for (const char *stale : {"", "AAAAAAAAAAA="}) {
            const auto refused = m_client->post(path + "/setMetadata", {{"items", items}, {"fingerprint", stale}});
            QCOMPARE(refused.status, 412);
            QCOMPARE(refused.reason(), QStringLiteral("conditionNotMet"));
        }
        // Two at once: both are let in, the later one fails in its operation.
        const auto first = m_client->post(path + "/setMetadata", {{"items", items}, {"fingerprint", old}});
        const auto second = m_client->post(path + "/setMetadata", {{"items", QJsonArray()}, {"fingerprint", old}});
        QVERIFY(!m_client->done(first).json.contains("error"));
        const auto lost = m_client->done(second);
        QCOMPARE(m_client->opErrorCode(lost), QStringLiteral("CONDITION_NOT_MET"));
        QCOMPARE(lost["httpErrorStatusCode"].toInt(), 412);
        const auto after = m_client->get(path);
        QCOMPARE(after["metadata"].toObject()["items"].toArray(), items); // everything else is gone: it replaces
        QVERIFY(after["metadata"].toObject()["fingerprint"].toString() != old);

        QCOMPARE(m_client->post(path + "/setLabels", {{"labels", QJsonObject{{"a", "b"}}}}).status, 412);
        m_client->done(m_client->post(path + "/setLabels", {{"labels", QJsonObject{{"a", "b"}}}, {"labelFingerprint", before.text("labelFingerprint")}}));
        QCOMPARE(m_client->get(path)["labels"].toObject(), QJsonObject({{"a", "b"}}));
    }

    void projectMetadata_changesWithItsFingerprint()
    {
        const auto before = m_client->get("/compute/v1/projects/vision-lab");
        const QString path = "/compute/v1/projects/vision-lab/setCommonInstanceMetadata";
        QCOMPARE(m_client->post(path, {{"fingerprint", "AAAAAAAAAAA="}}).status, 412);
        const QJsonArray items{QJsonObject{{"key", "site"}, {"value", "lab"}}};
        const auto operation = m_client->done(m_client->post(path, {{"items", items}, {"fingerprint", before["commonInstanceMetadata"].toObject()["fingerprint"]}}));
        QCOMPARE(operation.text("operationType"), QStringLiteral("compute.projects.setCommonInstanceMetadata"));
        QVERIFY(!operation.json.contains("zone"));
        const auto after = m_client->get("/compute/v1/projects/vision-lab")["commonInstanceMetadata"].toObject();
        QCOMPARE(after["items"].toArray(), items);

        // two that begin together: the second one's operation is refused
        const auto first = m_client->post(path, {{"items", QJsonArray({items.first(), QJsonObject{{"key", "first"}, {"value", "1"}}})}, {"fingerprint", after["fingerprint"]}});
        const auto second = m_client->post(path, {{"items", QJsonArray()}, {"fingerprint", after["fingerprint"]}});
        QVERIFY(!m_client->done(first).json.contains("error"));
        const auto lost = m_client->done(second);
        QCOMPARE(lost["httpErrorStatusCode"].toInt(), 412);
        QCOMPARE(m_client->opErrorCode(lost), QStringLiteral("CONDITION_NOT_MET"));
    }

    void serialPort_countsItsBytes()
    {
        QCOMPARE(make("talker").status, 200);
        const auto whole = m_client->get(zone("instances/talker/serialPort"));
        QCOMPARE(whole.text("start"), QStringLiteral("0"));
        QVERIFY(!whole.text("contents").isEmpty());
        QCOMPARE(whole.text("next").toLongLong(), qint64(whole.text("contents").toUtf8().size()));
        const auto rest = m_client->get(zone("instances/talker/serialPort"), QUrlQuery{{"start", "10"}});
        QCOMPARE(rest.text("start"), QStringLiteral("10"));
        QVERIFY(rest.text("contents").startsWith(whole.text("contents").mid(10, 40)));
        QCOMPARE(m_client->invalid().get(zone("instances/talker/serialPort"), QUrlQuery{{"port", "9"}}).status, 400);
    }

    void guestAttributes_holdTheHostKeys()
    {
        QCOMPARE(make("host").status, 200);
        const QString path = zone("instances/host/getGuestAttributes");
        const QUrlQuery key{{"variableKey", "hostkeys/ssh-ed25519"}};
        QTRY_COMPARE_WITH_TIMEOUT(m_client->get(path, key).status, 200, 10'000); // the agent writes them one after the other
        const auto keys = m_client->get(path, QUrlQuery{{"queryPath", "hostkeys/"}});
        QStringList types;
        for (const QJsonValue &item : keys["queryValue"].toObject()["items"].toArray()) {
            QCOMPARE(item["namespace"].toString(), QStringLiteral("hostkeys"));
            types << item["key"].toString();
        }
        QVERIFY(types.contains("ssh-ed25519"));
        const auto one = m_client->get(path, key);
        QVERIFY(one.text("variableValue").startsWith("AAAAC3NzaC1lZDI1NTE5"));
        const auto none = m_client->get(path, QUrlQuery{{"queryPath", "nimbook/"}});
        QCOMPARE(none.status, 404);
        QCOMPARE(none.message(), QStringLiteral("The resource 'nimbook/' of type 'Guest Attribute' was not found."));
    }

    void machineType_changesOnlyWhileStopped()
    {
        const QString path = "zones/us-central1-b/instances/eval-2/setMachineType";
        QCOMPARE(m_client->post(zone("instances/trainer-1/setMachineType"), {{"machineType", "zones/us-central1-a/machineTypes/g2-standard-4"}}).reason(),
                 QStringLiteral("resourceNotReady"));
        QVERIFY(!m_client->done(m_client->post(path, {{"machineType", "zones/us-central1-b/machineTypes/n1-standard-4"}})).json.contains("error"));
        QVERIFY(m_client->get("zones/us-central1-b/instances/eval-2").text("machineType").endsWith("/n1-standard-4"));
        QCOMPARE(m_client->post(path, {{"machineType", "zones/us-central1-b/machineTypes/e2-small"}}).status, 400); // has a T4
    }

    void wait_holdsUntilDone()
    {
        const auto operation = m_client->post(zone("disks"), {{"name", "awaited"}, {"sizeGb", "10"}});
        const auto waited = m_client->post(zone("operations/") + operation.text("name") + "/wait");
        QCOMPARE(waited.text("status"), QStringLiteral("DONE"));
        QCOMPARE(waited.text("name"), operation.text("name"));
        QVERIFY(m_client->get(zone("operations"))["items"].toArray().size() > 0);
    }

    void restartOfTheSandbox_bootsWhatRanAndKeepsTheRest()
    {
        QCOMPARE(make("survivor").status, 200);
        const auto before = m_client->get(zone("instances/survivor"));
        const QString attributes = zone("instances/survivor/getGuestAttributes");
        const QUrlQuery key{{"variableKey", "hostkeys/ssh-ed25519"}};
        QTRY_COMPARE_WITH_TIMEOUT(m_client->get(attributes, key).status, 200, 10'000);
        const QString hostKey = m_client->get(attributes, key).text("variableValue");
        m_sandbox.stop();
        QVERIFY(banner(before).isEmpty());

        m_sandbox.start();
        m_client->signIn();

        QTRY_COMPARE_WITH_TIMEOUT(m_client->get(zone("instances/survivor")).text("status"), QStringLiteral("RUNNING"), 20'000);
        const auto after = m_client->get(zone("instances/survivor"));
        QCOMPARE(after.text("id"), before.text("id"));
        QVERIFY(banner(after).startsWith("SSH-2.0-"));
        QTRY_COMPARE_WITH_TIMEOUT(m_client->get(attributes, key).text("variableValue"), hostKey, 10'000);
        QCOMPARE(m_client->get("zones/us-west1-a/instances/segment-v100").text("status"), QStringLiteral("TERMINATED"));
    }

private:
    static QString zone(const QString &rest) { return "zones/us-central1-a/" + rest; }

    static void note(QStringList &states, const QString &state)
    {
        if (states.isEmpty() || states.last() != state)
            states << state;
    }

    SandboxClient::Reply make(const QString &name) { return m_client->done(m_client->post(zone("instances"), machineBody(name, "us-central1-a"))); }

    static QString natIp(const SandboxClient::Reply &machine)
    {
        return machine["networkInterfaces"].toArray().first()["accessConfigs"].toArray().first()["natIP"].toString();
    }

    /// What the machine's SSH port says first; empty when nobody answers within 5 s.
    static QByteArray banner(const SandboxClient::Reply &machine)
    {
        quint16 port = 22;
        for (const QJsonValue &item : machine["metadata"].toObject()["items"].toArray()) {
            if (item["key"].toString() == QLatin1String("nimbook-ssh-port"))
                port = item["value"].toString().toUShort();
        }
        QTcpSocket socket;
        socket.connectToHost(natIp(machine), port);
        if (!socket.waitForConnected(5'000) || !socket.waitForReadyRead(5'000))
            return {};
        return socket.readLine();
    }

    SandboxFixture m_sandbox;
    std::unique_ptr<SandboxClient> m_client;
};

QTEST_GUILESS_MAIN(SandboxApiMachinesTest)
#include "sandbox_api_machines_test.moc"
