// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_client.h"

#include <QTest>

using namespace nimbook::testing;

namespace {

const QString here = QStringLiteral("us-central1-a");

QJsonArray gpu(const QString &type, int count = 1)
{
    return {QJsonObject{{"acceleratorType", "zones/us-central1-a/acceleratorTypes/" + type}, {"acceleratorCount", count}}};
}

QJsonArray diskWith(const QJsonObject &params)
{
    QJsonObject disk = machineBody("x", here)["disks"].toArray().first().toObject();
    QJsonObject merged = disk["initializeParams"].toObject();
    for (auto it = params.begin(); it != params.end(); ++it)
        merged[it.key()] = it.value();
    disk["initializeParams"] = merged;
    return {disk};
}

QJsonObject metadata(const QJsonArray &items)
{
    return {{"items", items}};
}

QJsonObject item(const QString &key, const QString &value)
{
    return {{"key", key}, {"value", value}};
}

const QJsonObject terminate{{"onHostMaintenance", "TERMINATE"}};

} // namespace

/// What instances.insert refuses before anything is made.
class SandboxApiRefusalsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_client = std::make_unique<SandboxClient>(m_sandbox);
    }

    void insert_refuses_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const QJsonObject &changes, int status, const char *reason, const char *words) {
            QTest::newRow(name) << changes << status << QString::fromLatin1(reason) << QString::fromLatin1(words);
        };
        row("no name", {{"name", QJsonValue()}}, 400, "required", "resource.name");
        for (const char *bad : {"Trainer", "1st", "-dash", "dash-", "under_score", "a b"})
            row(bad, {{"name", bad}}, 400, "invalid", "Must be a match of regex");
        row("64 letters", {{"name", QString(64, 'a')}}, 400, "invalid", "Must be a match of regex");
        row("name taken", {{"name", "trainer-1"}}, 409, "alreadyExists", "already exists");
        row("no machine type", {{"machineType", QJsonValue()}}, 400, "required", "machineType");
        row("unknown machine type", {{"machineType", "zones/us-central1-a/machineTypes/n1-huge-1"}}, 400, "invalid", "does not exist in zone");
        row("machine type of another zone", {{"machineType", "zones/us-east1-b/machineTypes/e2-small"}}, 400, "invalid", "does not exist in zone");
        row("GPU the zone has not", {{"machineType", "zones/us-central1-a/machineTypes/n1-standard-4"}, {"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-tesla-p100")}},
            404, "notFound", "acceleratorTypes/nvidia-tesla-p100' was not found");
        row("GPU on E2", {{"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-tesla-t4")}}, 400, "badRequest", "not compatible");
        row("wrong GPU on G2", {{"machineType", "zones/us-central1-a/machineTypes/g2-standard-4"}, {"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-tesla-t4")}},
            400, "badRequest", "not compatible");
        row("two L4 on a machine with one", {{"machineType", "zones/us-central1-a/machineTypes/g2-standard-32"}, {"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-l4", 2)}},
            400, "invalid", "acceleratorCount");
        row("three T4", {{"machineType", "zones/us-central1-a/machineTypes/n1-standard-4"}, {"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-tesla-t4", 3)}},
            400, "invalid", "acceleratorCount': '3'");
        row("too many vCPUs for one V100", {{"machineType", "zones/us-central1-a/machineTypes/n1-standard-16"}, {"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-tesla-v100")}},
            400, "badRequest", "not compatible");
        row("GPU that would migrate", {{"machineType", "zones/us-central1-a/machineTypes/n1-standard-4"}, {"guestAccelerators", gpu("nvidia-tesla-t4")}},
            400, "invalid", "do not support live migration");
        row("G2 that would migrate", {{"machineType", "zones/us-central1-a/machineTypes/g2-standard-4"}}, 400, "invalid", "do not support live migration");
        row("Spot that restarts", {{"scheduling", QJsonObject{{"provisioningModel", "SPOT"}, {"automaticRestart", true}}}}, 400, "invalid", "AutomaticRestart");
        row("no disk", {{"disks", QJsonArray()}}, 400, "invalid", "boot disk");
        row("disk smaller than its image", {{"disks", diskWith({{"diskSizeGb", "5"}})}}, 400, "invalid", "cannot be smaller than the image size (10 GB)");
        row("disk of no size", {{"disks", diskWith({{"diskSizeGb", "big"}})}}, 400, "invalid", "diskSizeGb");
        row("unknown disk type", {{"disks", diskWith({{"diskType", "zones/us-central1-a/diskTypes/floppy"}})}}, 400, "invalid", "does not exist in zone");
        row("retired image family", {{"disks", diskWith({{"sourceImage", "projects/deeplearning-platform-release/global/images/family/common-gpu"}})}}, 404, "notFound",
            "images/family/common-gpu' was not found");
        row("bad disk label", {{"disks", diskWith({{"labels", QJsonObject{{"Big", "x"}}}})}}, 400, "invalid", "Label keys");
        row("no network", {{"networkInterfaces", QJsonArray()}}, 400, "invalid", "network interface");
        row("unknown network", {{"networkInterfaces", QJsonArray{QJsonObject{{"network", "global/networks/secret"}}}}}, 404, "notFound", "networks/secret");
        row("label key in capitals", {{"labels", QJsonObject{{"Owner", "ada"}}}}, 400, "invalid", "Label keys");
        row("label value with a space", {{"labels", QJsonObject{{"owner", "ada l"}}}}, 400, "invalid", "Label values");
        QJsonObject crowd;
        for (int i = 0; i < 65; ++i)
            crowd[QStringLiteral("k%1").arg(i)] = "v";
        row("65 labels", {{"labels", crowd}}, 400, "invalid", "cannot exceed 64");
        row("metadata key with a dot", {{"metadata", metadata({item("a.b", "c")})}}, 400, "invalid", "regex");
        row("metadata key twice", {{"metadata", metadata({item("a", "b"), item("a", "c")})}}, 400, "invalid", "duplicate key: a");
        row("metadata value of 256 KiB and one", {{"metadata", metadata({item("a", QString(262'145, 'x'))})}}, 400, "invalid", "too large");
        row("metadata of more than 512 KB", {{"metadata", metadata({item("a", QString(262'144, 'x')), item("b", QString(262'144, 'x')), item("c", "x")})}}, 400, "invalid", "Total size");
    }

    void insert_refuses()
    {
        QFETCH(QJsonObject, changes);
        QFETCH(int, status);
        QFETCH(QString, reason);
        QFETCH(QString, words);
        QJsonObject body = machineBody("candidate", here);
        for (auto it = changes.begin(); it != changes.end(); ++it) {
            if (it.value().isNull())
                body.remove(it.key());
            else
                body[it.key()] = it.value();
        }

        const auto reply = m_client->invalid().post("zones/us-central1-a/instances", body);

        QVERIFY2(reply.status == status, reply.body);
        QCOMPARE(reply.reason(), reason);
        QVERIFY2(reply.message().contains(words), reply.body);
        QCOMPARE(m_client->get("zones/us-central1-a/instances/candidate").status, 404);
        QCOMPARE(m_client->get("zones/us-central1-a/disks/candidate").status, 404);
    }

    void insert_acceptsWhatTheSameRulesAllow_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::newRow("four T4 on N1") << QJsonObject{{"machineType", "zones/us-central1-a/machineTypes/n1-standard-4"}, {"scheduling", terminate}, {"guestAccelerators", gpu("nvidia-tesla-t4", 4)}};
        QTest::newRow("G2 without naming its GPU") << QJsonObject{{"machineType", "zones/us-central1-a/machineTypes/g2-standard-4"}, {"scheduling", terminate}};
        QTest::newRow("Spot") << QJsonObject{{"scheduling", QJsonObject{{"provisioningModel", "SPOT"}}}};
        QTest::newRow("63 letters") << QJsonObject{{"name", QString(63, 'a')}};
        QTest::newRow("full URLs") << QJsonObject{{"machineType", "https://www.googleapis.com/compute/v1/projects/vision-lab/zones/us-central1-a/machineTypes/e2-small"}};
    }

    void insert_acceptsWhatTheSameRulesAllow()
    {
        QFETCH(QJsonObject, changes);
        QJsonObject body = machineBody("candidate", here);
        for (auto it = changes.begin(); it != changes.end(); ++it)
            body[it.key()] = it.value();
        const QString path = "zones/us-central1-a/instances/" + body["name"].toString();

        const auto reply = m_client->post("zones/us-central1-a/instances", body);

        QVERIFY2(reply.status == 200, reply.body);
        const auto machine = m_client->get(path);
        if (QString::fromLatin1(QTest::currentDataTag()).startsWith("G2"))
            QVERIFY(machine["guestAccelerators"].toArray().first()["acceleratorType"].toString().endsWith("/nvidia-l4"));
        if (QString::fromLatin1(QTest::currentDataTag()) == "Spot")
            QCOMPARE(machine["scheduling"]["onHostMaintenance"].toString(), QStringLiteral("TERMINATE"));
        QVERIFY(!m_client->done(m_client->remove(path)).json.contains("error"));
        m_client->done(reply);
    }

    void brokenJson_isRefused()
    {
        const auto reply = m_client->invalid().send("POST", "zones/us-central1-a/instances", {}, "{\"name\": ");
        QCOMPARE(reply.status, 400);
        QCOMPARE(reply.reason(), QStringLiteral("parseError"));
    }

    void quota_failsTheOperationAndLeavesNothing()
    {
        QJsonObject body = machineBody("greedy", here, "a2-ultragpu-1g");
        body["scheduling"] = terminate;
        const auto reply = m_client->post("zones/us-central1-a/instances", body);
        QCOMPARE(reply.status, 200); // promised, as at Google
        const auto operation = m_client->done(reply);
        QCOMPARE(m_client->opErrorCode(operation), QStringLiteral("QUOTA_EXCEEDED"));
        QCOMPARE(operation["httpErrorStatusCode"].toInt(), 403);
        QCOMPARE(operation.text("httpErrorMessage"), QStringLiteral("FORBIDDEN"));
        const QJsonObject info = m_client->opError(operation)["errorDetails"].toArray().first()["quotaInfo"].toObject();
        QCOMPARE(info["limitName"].toString(), QStringLiteral("NVIDIA-A100-80GB-GPUS-per-project-region"));
        QCOMPARE(info["dimensions"]["region"].toString(), QStringLiteral("us-central1"));
        QCOMPARE(m_client->get("zones/us-central1-a/instances/greedy").status, 404);
        QCOMPARE(m_client->get("zones/us-central1-a/disks/greedy").status, 404);
    }

private:
    SandboxFixture m_sandbox;
    std::unique_ptr<SandboxClient> m_client;
};

QTEST_GUILESS_MAIN(SandboxApiRefusalsTest)
#include "sandbox_api_refusals_test.moc"
