// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_client.h"

#include <QRegularExpression>
#include <QTest>

using namespace nimbook::testing;

class SandboxApiReadingTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_client = std::make_unique<SandboxClient>(m_sandbox);
    }

    void projects_areFoundByBothGenerations()
    {
        const auto v3 = m_client->get("/v3/projects:search");
        QCOMPARE(ids(v3["projects"], "projectId"), QStringList({"empty-lab", "vision-lab"}));
        const QJsonObject lab = v3["projects"].toArray().at(1).toObject();
        QVERIFY(lab.value("name").toString().startsWith("projects/4"));
        QCOMPARE(lab.value("displayName").toString(), QStringLiteral("Vision Lab"));
        const auto v1 = m_client->get("/v1/projects");
        QVERIFY(v1["projects"].toArray().first().toObject().value("projectNumber").isString());
        const auto one = m_client->get("/v3/projects:search", QUrlQuery{{"query", "id:vision*"}});
        QCOMPARE(ids(one["projects"], "projectId"), QStringList{"vision-lab"});
        const auto page = m_client->get("/v3/projects:search", QUrlQuery{{"pageSize", "1"}});
        const auto next = m_client->get("/v3/projects:search", QUrlQuery{{"pageSize", "1"}, {"pageToken", page.text("nextPageToken")}});
        QCOMPARE(ids(next["projects"], "projectId"), QStringList{"vision-lab"});
        QVERIFY(!next.json.contains("nextPageToken"));
        QCOMPARE(m_client->get("/v1/projects/someone-elses").error().value("status").toString(), QStringLiteral("PERMISSION_DENIED"));
    }

    void missingThings_are404WithGooglesWords_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path : {"zones/us-central1-a/instances/nobody", "zones/us-central1-a/disks/none", "zones/us-central1-a/machineTypes/z9-huge",
                                 "zones/us-central1-a/acceleratorTypes/nvidia-none", "zones/us-central1-a/diskTypes/tape", "zones/nowhere-1-a",
                                 "regions/nowhere-1", "zones/us-central1-a/operations/operation-1", "global/operations/operation-1",
                                 "regions/us-central1/operations/operation-1", "global/networks/none", "global/images/none"})
            QTest::newRow(path) << QString::fromLatin1(path);
    }

    void missingThings_are404WithGooglesWords()
    {
        QFETCH(QString, path);
        const auto reply = m_client->get(path);
        QCOMPARE(reply.status, 404);
        QCOMPARE(reply.reason(), QStringLiteral("notFound"));
        QCOMPARE(reply.message(), QStringLiteral("The resource 'projects/vision-lab/%1' was not found").arg(path));
        QVERIFY(!reply.error().contains("status")); // the classic envelope
    }

    void unknownPathOrVerb_isAPageNotJson()
    {
        for (const auto &reply : {m_client->invalid().get("zones/us-central1-a/llamas"), m_client->invalid().remove("zones"), m_client->invalid().get("/v7/projects")}) {
            QCOMPARE(reply.status, 404);
            QVERIFY(reply.body.startsWith("<!DOCTYPE html>"));
        }
    }

    void foreignProject_isForbidden_publicImagesAreNot()
    {
        const auto reply = m_client->get("/compute/v1/projects/bank-vault/zones/us-central1-a/instances");
        QCOMPARE(reply.status, 403);
        QCOMPARE(reply.reason(), QStringLiteral("forbidden"));
        QCOMPARE(reply.message(), QStringLiteral("Required 'compute.instances.list' permission for 'projects/bank-vault'"));
        const auto image = m_client->get("/compute/v1/projects/debian-cloud/global/images/family/debian-12");
        QCOMPARE(image.text("family"), QStringLiteral("debian-12"));
        QCOMPARE(image.text("diskSizeGb"), QStringLiteral("10"));
        QCOMPARE(m_client->get("/compute/v1/projects/debian-cloud/global/images/family/debian-3").status, 404);
        QCOMPARE(m_client->get("/compute/v1/projects/debian-cloud/zones").status, 403);
    }

    void unknownZone_isABadField()
    {
        const auto reply = m_client->get("zones/us-moon1-a/instances");
        QCOMPARE(reply.status, 400);
        QCOMPARE(reply.reason(), QStringLiteral("invalid"));
        QCOMPARE(reply.message(), QStringLiteral("Invalid value for field 'zone': 'us-moon1-a'. Unknown zone."));
    }

    void resources_areWrittenAsGoogleWritesThem()
    {
        const auto machine = m_client->get("zones/us-central1-a/instances/trainer-1");
        QCOMPARE(machine.text("status"), QStringLiteral("RUNNING"));
        QCOMPARE(machine.text("selfLink"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/vision-lab/zones/us-central1-a/instances/trainer-1"));
        QCOMPARE(machine.text("zone"), QStringLiteral("https://www.googleapis.com/compute/v1/projects/vision-lab/zones/us-central1-a"));
        QVERIFY(QRegularExpression("\\A[0-9]{19,20}\\z").match(machine.text("id")).hasMatch());
        QVERIFY2(QRegularExpression("\\A\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}-0[78]:00\\z").match(machine.text("creationTimestamp")).hasMatch(), machine.body);
        QVERIFY(machine["disks"].toArray().first().toObject().value("diskSizeGb").isString());
        QVERIFY(!machine.text("labelFingerprint").isEmpty());
        QVERIFY(!machine.json.contains("_sandbox"));
        const auto web = m_client->get("zones/europe-west1-b/instances/labeling-web");
        QVERIFY(!web.json.contains("guestAccelerators")); // empty lists are left out
        QVERIFY(!m_client->get("zones/us-west1-a/instances/segment-v100").json.contains("labels"));
        QVERIFY(!web["labelFingerprint"].toString().isEmpty());
    }

    void emptyList_hasNoItems()
    {
        const auto reply = m_client->get("/compute/v1/projects/empty-lab/zones/us-central1-a/instances");
        QCOMPARE(reply.status, 200);
        QCOMPARE(reply.text("kind"), QStringLiteral("compute#instanceList"));
        QVERIFY(!reply.json.contains("items"));
    }

    void aggregatedList_namesEveryScope()
    {
        const auto reply = m_client->get("aggregated/instances");
        const QJsonObject items = reply["items"].toObject();
        QCOMPARE(items.size(), m_client->get("zones")["items"].toArray().size() + m_client->get("regions")["items"].toArray().size());
        QCOMPARE(names(items.value("zones/us-central1-a").toObject().value("instances")), QStringList{"trainer-1"});
        const QJsonObject warning = items.value("zones/us-east4-c").toObject().value("warning").toObject();
        QCOMPARE(warning.value("code").toString(), QStringLiteral("NO_RESULTS_ON_PAGE"));
        QCOMPARE(warning.value("data").toArray().first().toObject().value("value").toString(), QStringLiteral("zones/us-east4-c"));
    }

    void aggregatedList_filteredShowsOnlyScopesWithResults()
    {
        const auto some = m_client->get("aggregated/instances", QUrlQuery{{"filter", "status = RUNNING"}});
        QCOMPARE(some["items"].toObject().keys(), QStringList({"zones/europe-west1-b", "zones/us-central1-a"}));
        const auto all = m_client->get("aggregated/instances", QUrlQuery{{"filter", "status = RUNNING"}, {"includeAllScopes", "true"}});
        QVERIFY(all["items"].toObject().size() > 100);
    }

    void aggregatedPages_giveEveryMachineOnce()
    {
        QStringList found;
        QString token;
        int pages = 0;
        do {
            QUrlQuery query{{"maxResults", "2"}};
            if (!token.isEmpty())
                query.addQueryItem("pageToken", token);
            const auto page = m_client->get("aggregated/instances", query);
            QCOMPARE(page.status, 200);
            for (const QJsonValue &scope : page["items"].toObject())
                found += names(scope.toObject().value("instances"));
            token = page.text("nextPageToken");
            ++pages;
        } while (!token.isEmpty());
        found.sort();
        QCOMPARE(found, QStringList({"eval-2", "labeling-web", "old-t4", "paused-notes", "segment-v100", "trainer-1"}));
        QCOMPARE(pages, 3);
    }

    void filter_understands_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *filter, const QStringList &expected) { QTest::newRow(filter) << QString::fromLatin1(filter) << expected; };
        row("status = RUNNING", {"labeling-web", "trainer-1"});
        row("status=RUNNING", {"labeling-web", "trainer-1"});
        row("status = \"SUSPENDED\"", {"paused-notes"});
        row("status != TERMINATED", {"labeling-web", "paused-notes", "trainer-1"});
        row("labels.owner:mila", {"old-t4", "trainer-1"});
        row("labels.owner=mila", {"old-t4", "trainer-1"});
        row("labels.purpose:*", {"eval-2", "labeling-web", "trainer-1"});
        row("NOT labels.owner:*", {"segment-v100"});
        row("-labels.owner:*", {"segment-v100"});
        row("(status = RUNNING) (labels.owner = mila)", {"trainer-1"});
        row("status = RUNNING AND labels.owner = mila", {"trainer-1"});
        row("status = SUSPENDED OR (status = RUNNING AND labels.owner = mila)", {"paused-notes", "trainer-1"});
        row("name eq .*-[0-9]", {"eval-2", "trainer-1"});
        row("name eq 'old.*'", {"old-t4"});
        row("name ne .*-.*", {});
        row("name = train*", {"trainer-1"});
        row("machineType:n1-standard", {"eval-2", "old-t4"});
        row("guestAccelerators.acceleratorCount > 1", {"segment-v100"});
        row("zone eq .*us-central1-.", {"eval-2", "trainer-1"});
        row("deletionProtection = true", {"old-t4"});
    }

    void filter_understands()
    {
        QFETCH(QString, filter);
        QFETCH(QStringList, expected);
        QStringList found;
        const auto reply = m_client->get("aggregated/instances", QUrlQuery{{"filter", filter}});
        QCOMPARE(reply.status, 200);
        for (const QJsonValue &scope : reply["items"].toObject())
            found += names(scope.toObject().value("instances"));
        found.sort();
        QCOMPARE(found, expected);
    }

    void badListParameters_areRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::newRow("too many") << "maxResults" << "501";
        QTest::newRow("fewer than none") << "maxResults" << "-1";
        QTest::newRow("no number") << "maxResults" << "many";
        QTest::newRow("unknown order") << "orderBy" << "status";
        QTest::newRow("broken filter") << "filter" << "status = ";
        QTest::newRow("unbalanced filter") << "filter" << "(status = RUNNING";
        QTest::newRow("both forms at once") << "filter" << "(name eq a.*) (status = RUNNING)";
        QTest::newRow("made-up page") << "pageToken" << "page-2";
    }

    void badListParameters_areRefused()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto reply = m_client->invalid().get("zones/us-central1-a/instances", QUrlQuery{{name, value}});
        QCOMPARE(reply.status, 400);
        QCOMPARE(reply.reason(), QStringLiteral("invalid"));
        QVERIFY(reply.message().contains(name));
    }

    void order_byNameOrNewestFirst()
    {
        QStringList byName = names(m_client->get("zones", QUrlQuery{{"orderBy", "name"}})["items"]);
        QStringList sorted = byName;
        sorted.sort();
        QCOMPARE(byName, sorted);
        SandboxFixture crowd({"--instances", "40"});
        SandboxClient client(crowd);
        QList<QDateTime> times;
        QString token;
        do { // over pages, too
            QUrlQuery query{{"orderBy", "creationTimestamp desc"}, {"maxResults", "3"}};
            if (!token.isEmpty())
                query.addQueryItem("pageToken", token);
            const auto page = client.get("zones/us-central1-a/instances", query);
            for (const QJsonValue &machine : page["items"].toArray())
                times << QDateTime::fromString(machine.toObject().value("creationTimestamp").toString(), Qt::ISODateWithMs);
            token = page.text("nextPageToken");
        } while (!token.isEmpty());
        QCOMPARE(times.size(), 6);
        QVERIFY(std::is_sorted(times.crbegin(), times.crend()));
    }

    void fields_cutTheAnswer()
    {
        const auto list = m_client->get("zones/us-central1-a/instances", QUrlQuery{{"fields", "items(name,networkInterfaces/networkIP),nextPageToken"}});
        QCOMPARE(list.json.keys(), QStringList{"items"});
        const QJsonObject machine = list["items"].toArray().first().toObject();
        QCOMPARE(machine.keys(), QStringList({"name", "networkInterfaces"}));
        QCOMPARE(machine.value("networkInterfaces").toArray().first().toObject().keys(), QStringList{"networkIP"});
        const auto map = m_client->get("aggregated/instances", QUrlQuery{{"fields", "items/*/instances/name"}});
        QCOMPARE(map["items"].toObject().value("zones/us-central1-a").toObject().value("instances").toArray().first().toObject().keys(), QStringList{"name"});
        QCOMPARE(m_client->invalid().get("zones", QUrlQuery{{"fields", "items("}}).status, 400);
    }

    void catalogue_tellsWhatIsWhere()
    {
        const auto g2 = m_client->get("zones/us-central1-a/machineTypes/g2-standard-24");
        const QJsonObject l4 = g2["accelerators"].toArray().first().toObject();
        QCOMPARE(l4.value("guestAcceleratorType").toString(), QStringLiteral("nvidia-l4"));
        QCOMPARE(l4.value("guestAcceleratorCount").toInt(), 2);
        QCOMPARE(g2["guestCpus"].toInt(), 24);
        QCOMPARE(g2["memoryMb"].toInt(), 98304);
        QVERIFY(names(m_client->get("zones/us-central1-b/acceleratorTypes")["items"]).contains("nvidia-tesla-t4"));
        QVERIFY(!names(m_client->get("zones/europe-north1-a/acceleratorTypes")["items"]).contains("nvidia-tesla-t4"));
        QVERIFY(names(m_client->get("zones/us-central1-a/diskTypes")["items"]).contains("pd-balanced"));
        const auto everywhere = m_client->get("aggregated/acceleratorTypes", QUrlQuery{{"filter", "name = nvidia-l4"}});
        QVERIFY(everywhere["items"].toObject().contains("zones/us-central1-a"));
        QVERIFY(m_client->get("regions/us-central1/subnetworks/default").text("ipCidrRange").endsWith("/20"));
    }

    void quotas_countWhatRuns()
    {
        const auto quota = [this](const char *metric) {
            for (const QJsonValue &value : m_client->get("regions/us-central1")["quotas"].toArray()) {
                if (value.toObject().value("metric").toString() == QLatin1String(metric))
                    return value.toObject().value("usage").toDouble();
            }
            return -1.0;
        };
        QCOMPARE(quota("NVIDIA_L4_GPUS"), 1.0);  // trainer-1 runs
        QCOMPARE(quota("NVIDIA_T4_GPUS"), 0.0);  // eval-2 is stopped
        QCOMPARE(quota("INSTANCES"), 2.0);
        QCOMPARE(quota("SSD_TOTAL_GB"), 300.0);
        QCOMPARE(quota("DISKS_TOTAL_GB"), 1000.0);
        const auto project = m_client->get("/compute/v1/projects/vision-lab");
        QCOMPARE(project.text("kind"), QStringLiteral("compute#project"));
        for (const QJsonValue &value : project["quotas"].toArray()) {
            if (value.toObject().value("metric").toString() == QLatin1String("GPUS_ALL_REGIONS"))
                QCOMPARE(value.toObject().value("usage").toDouble(), 1.0);
        }
    }

    void thousandsOfMachines_arePagedBy500()
    {
        SandboxFixture crowd({"--instances", "1200"});
        SandboxClient client(crowd);
        int count = 0;
        int pages = 0;
        QString token;
        do {
            QUrlQuery query{{"maxResults", "500"}};
            if (!token.isEmpty())
                query.addQueryItem("pageToken", token);
            const auto page = client.get("aggregated/instances", query);
            for (const QJsonValue &scope : page["items"].toObject())
                count += int(scope.toObject().value("instances").toArray().size());
            token = page.text("nextPageToken");
            ++pages;
        } while (!token.isEmpty());
        QCOMPARE(count, 1206);
        QCOMPARE(pages, 3);
    }

private:
    static QStringList ids(const QJsonValue &list, const char *key)
    {
        QStringList out;
        for (const QJsonValue &value : list.toArray())
            out << value.toObject().value(QLatin1String(key)).toString();
        return out;
    }
    static QStringList names(const QJsonValue &list) { return ids(list, "name"); }

    SandboxFixture m_sandbox;
    std::unique_ptr<SandboxClient> m_client;
};

QTEST_GUILESS_MAIN(SandboxApiReadingTest)
#include "sandbox_api_reading_test.moc"
