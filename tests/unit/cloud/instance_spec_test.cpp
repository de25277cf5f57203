// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/instance_spec.h"
#include "cloud/model/metadata_items.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace nimbook::cloud;

namespace {

CreateSpec trainer()
{
    CreateSpec spec;
    spec.ref = {QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
    spec.machineType = QStringLiteral("n1-standard-8");
    spec.acceleratorType = QStringLiteral("nvidia-tesla-t4");
    spec.acceleratorCount = 1;
    spec.imageProject = QStringLiteral("deeplearning-platform-release");
    spec.imageFamily = QStringLiteral("common-cu129-ubuntu-2204-nvidia-580");
    spec.labels = {{QStringLiteral("team"), QStringLiteral("vision")}};
    spec.metadata = {{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\n")}};
    return spec;
}

QMap<QString, QString> metadataOf(const QJsonObject &body)
{
    return metadataFromItems(body.value(QStringLiteral("metadata")).toObject().value(QStringLiteral("items")).toArray());
}

QJsonObject schedulingOf(const CreateSpec &spec)
{
    return insertBody(spec).value(QStringLiteral("scheduling")).toObject();
}

} // namespace

class InstanceSpecTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void body_isWhatGoogleExpects()
    {
        const QJsonObject body = insertBody(trainer());
        QCOMPARE(body.value(QStringLiteral("name")).toString(), QStringLiteral("trainer-1"));
        QCOMPARE(body.value(QStringLiteral("machineType")).toString(), QStringLiteral("zones/us-central1-a/machineTypes/n1-standard-8"));
        const QJsonObject gpu = body.value(QStringLiteral("guestAccelerators")).toArray().at(0).toObject();
        QCOMPARE(gpu.value(QStringLiteral("acceleratorType")).toString(), QStringLiteral("zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4"));
        QCOMPARE(gpu.value(QStringLiteral("acceleratorCount")), QJsonValue(1));
        const QJsonObject disk = body.value(QStringLiteral("disks")).toArray().at(0).toObject();
        QVERIFY(disk.value(QStringLiteral("boot")).toBool() && disk.value(QStringLiteral("autoDelete")).toBool());
        const QJsonObject parameters = disk.value(QStringLiteral("initializeParams")).toObject();
        QCOMPARE(parameters.value(QStringLiteral("diskSizeGb")), QJsonValue(QStringLiteral("100"))); // int64 is text
        QCOMPARE(parameters.value(QStringLiteral("diskType")).toString(), QStringLiteral("zones/us-central1-a/diskTypes/pd-balanced"));
        QCOMPARE(parameters.value(QStringLiteral("sourceImage")).toString(),
                 QStringLiteral("projects/deeplearning-platform-release/global/images/family/common-cu129-ubuntu-2204-nvidia-580"));
        const QJsonObject labels{{QStringLiteral("nimbook"), QStringLiteral("managed")}, {QStringLiteral("team"), QStringLiteral("vision")}};
        QCOMPARE(body.value(QStringLiteral("labels")).toObject(), labels);
        QCOMPARE(parameters.value(QStringLiteral("labels")).toObject(), labels); // the disk outlives the machine on the bill
        const QJsonObject access = body.value(QStringLiteral("networkInterfaces")).toArray().at(0).toObject().value(QStringLiteral("accessConfigs")).toArray().at(0).toObject();
        QCOMPARE(access, (QJsonObject{{QStringLiteral("name"), QStringLiteral("External NAT")}, {QStringLiteral("type"), QStringLiteral("ONE_TO_ONE_NAT")}}));
        const QJsonObject account = body.value(QStringLiteral("serviceAccounts")).toArray().at(0).toObject();
        QCOMPARE(account.value(QStringLiteral("scopes")).toArray().at(0).toString(), QStringLiteral("https://www.googleapis.com/auth/cloud-platform"));
        QCOMPARE(metadataOf(body).value(QStringLiteral("startup-script")), QStringLiteral("#!/bin/sh\n"));
    }

    void guestAttributes_areAlwaysOn()
    {
        CreateSpec spec = trainer();
        spec.metadata.insert(QStringLiteral("enable-guest-attributes"), QStringLiteral("FALSE"));
        QCOMPARE(metadataOf(insertBody(spec)).value(QStringLiteral("enable-guest-attributes")), QStringLiteral("TRUE"));
    }

    void scheduling_data()
    {
        QTest::addColumn<int>("gpus");
        QTest::addColumn<bool>("typeHasGpu");
        QTest::addColumn<bool>("spot");
        QTest::addColumn<QJsonObject>("expected");
        const auto object = [](const char *json) { return QJsonDocument::fromJson(json).object(); };
        QTest::newRow("CPU") << 0 << false << false << object(R"({"automaticRestart":true})");
        QTest::newRow("attached GPU") << 1 << false << false << object(R"({"automaticRestart":true,"onHostMaintenance":"TERMINATE"})");
        QTest::newRow("GPU of the type") << 0 << true << false << object(R"({"automaticRestart":true,"onHostMaintenance":"TERMINATE"})");
        QTest::newRow("spot CPU") << 0 << false << true
            << object(R"({"automaticRestart":false,"onHostMaintenance":"TERMINATE","provisioningModel":"SPOT","instanceTerminationAction":"STOP"})");
        QTest::newRow("spot GPU") << 2 << false << true
            << object(R"({"automaticRestart":false,"onHostMaintenance":"TERMINATE","provisioningModel":"SPOT","instanceTerminationAction":"STOP"})");
    }
    void scheduling()
    {
        QFETCH(int, gpus);
        QFETCH(bool, typeHasGpu);
        QFETCH(bool, spot);
        QFETCH(QJsonObject, expected);
        CreateSpec spec = trainer();
        spec.acceleratorCount = gpus;
        spec.machineTypeHasGpu = typeHasGpu;
        spec.spot = spot;
        QCOMPARE(schedulingOf(spec), expected);
    }

    void impliedGpu_isNotAskedForAgain()
    {
        CreateSpec spec = trainer();
        spec.machineType = QStringLiteral("g2-standard-8");
        spec.machineTypeHasGpu = true;
        spec.acceleratorType = QStringLiteral("nvidia-l4");
        QVERIFY(!insertBody(spec).contains(QStringLiteral("guestAccelerators")));
    }

    void noAddressAndNoScopes_areLeftOut()
    {
        CreateSpec spec = trainer();
        spec.externalAddress = false;
        spec.scopes.clear();
        const QJsonObject body = insertBody(spec);
        QVERIFY(!body.value(QStringLiteral("networkInterfaces")).toArray().at(0).toObject().contains(QStringLiteral("accessConfigs")));
        QVERIFY(!body.contains(QStringLiteral("serviceAccounts")));
    }

    void networkAndProcessor_areAskedForByName()
    {
        CreateSpec spec = trainer();
        const auto network = [&spec] { return insertBody(spec).value(QStringLiteral("networkInterfaces")).toArray().at(0).toObject(); };
        QCOMPARE(network().value(QStringLiteral("network")).toString(), QStringLiteral("global/networks/default"));
        QVERIFY(!insertBody(spec).contains(QStringLiteral("minCpuPlatform")));
        spec.minCpuPlatform = QStringLiteral("Intel Skylake");
        spec.subnetwork = QStringLiteral("lab"); // says its network by itself: another one beside it would be refused
        QCOMPARE(insertBody(spec).value(QStringLiteral("minCpuPlatform")).toString(), QStringLiteral("Intel Skylake"));
        QCOMPARE(network().value(QStringLiteral("subnetwork")).toString(), QStringLiteral("regions/us-central1/subnetworks/lab"));
        QVERIFY(!network().contains(QStringLiteral("network")));
        spec.network = QStringLiteral("vision");
        QCOMPARE(network().value(QStringLiteral("network")).toString(), QStringLiteral("global/networks/vision"));
    }

    void name_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("problem");
        QTest::newRow("one letter") << "a" << "";
        QTest::newRow("usual") << "trainer-1" << "";
        QTest::newRow("63") << QString(63, QLatin1Char('a')) << "";
        QTest::newRow("64") << QString(64, QLatin1Char('a')) << "64 characters";
        QTest::newRow("empty") << "" << "empty";
        QTest::newRow("capital") << "Trainer" << "“T” is a capital letter";
        QTest::newRow("space") << "my trainer" << "space";
        QTest::newRow("underscore") << "my_trainer" << "“_” is not allowed";
        QTest::newRow("umlaut") << QStringLiteral("träiner") << "“ä” is not allowed";
        QTest::newRow("digit first") << "1trainer" << "begin with a small letter, not with “1”";
        QTest::newRow("hyphen first") << "-a" << "not with “-”";
        QTest::newRow("hyphen last") << "a-" << "end with a hyphen";
        QTest::newRow("newline last") << "trainer\n" << "space";
        QTest::newRow("slash") << "a/b" << "“/” is not allowed";
        QTest::newRow("quote") << "a'b" << "“'” is not allowed";
    }
    void name()
    {
        QFETCH(QString, name);
        QFETCH(QString, problem);
        const QString said = instanceNameProblem(name);
        QCOMPARE(said.isEmpty(), problem.isEmpty());
        QVERIFY2(said.contains(problem), qPrintable(said));
    }

    void label_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("good");
        QTest::newRow("usual") << "team" << "vision_2-a" << true;
        QTest::newRow("no value") << "team" << "" << true;
        QTest::newRow("other script") << QStringLiteral("équipe") << QStringLiteral("видение") << true;
        QTest::newRow("no key") << "" << "x" << false;
        QTest::newRow("capital key") << "Team" << "x" << false;
        QTest::newRow("digit first") << "1team" << "x" << false;
        QTest::newRow("capital value") << "team" << "Vision" << false;
        QTest::newRow("space") << "team" << "a b" << false;
        QTest::newRow("newline") << "team" << "a\n" << false;
        QTest::newRow("long key") << QString(64, QLatin1Char('a')) << "x" << false;
        QTest::newRow("long value") << "team" << QString(64, QLatin1Char('a')) << false;
        QTest::newRow("longest") << QString(63, QLatin1Char('a')) << QString(63, QLatin1Char('a')) << true;
    }
    void label()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(bool, good);
        QCOMPARE(labelProblem(key, value).isEmpty(), good);
    }
};

QTEST_GUILESS_MAIN(InstanceSpecTest)
#include "instance_spec_test.moc"
