// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.h"

#include "models/create_choices.h"

#include <QTest>

#include <csignal>

using namespace nimbook;
using testing::CliFixture;
using testing::SandboxFixture;

/// What create-instance makes of its options, seen in what Compute Engine then shows.
class CliCreateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_cli.signInTo(m_sandbox);
    }
    void cleanup() { QCOMPARE(CliFixture::fault(m_sandbox, {}), 200); }

    void numberOfGpus_choosesTheMachineTypeThatHasThem()
    {
        const auto end = create({"--accelerator", "type=nvidia-l4,count=2"}, "two-gpus");
        QVERIFY2(end.status == 0, end.why());
        QCOMPARE(end.json().value(QLatin1String("machineType")).toString(), QStringLiteral("g2-standard-24"));
        QCOMPARE(end.json().value(QLatin1String("accelerators")).toArray().at(0).toObject().value(QLatin1String("count")).toInt(), 2);
    }

    void newestSeries_getsTheDiskThatItTakes()
    {
        const auto end = create({"--machine-type", "g4-standard-6", "--zone", "us-central1-b"}, "part-of-one");
        QVERIFY2(end.status == 0, end.why());
        const QJsonObject disk = shown(QStringLiteral("zones/us-central1-b/disks/part-of-one"));
        QVERIFY2(disk.value(QLatin1String("type")).toString().endsWith(QLatin1String("/hyperdisk-balanced")), QJsonDocument(disk).toJson());
    }

    void optionsThatContradict_areRefusedBeforeAnythingIsMade_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("verb");
        const QString gpu = QStringLiteral("create-instance"), cpu = QStringLiteral("create-instance-cpu");
        QTest::newRow("no GPU anywhere") << QStringList{"--machine-type", "n1-standard-8"} << "no GPU of its own" << gpu;
        QTest::newRow("another number") << QStringList{"--machine-type", "g2-standard-32", "--accelerator", "type=nvidia-l4,count=2"} << "comes with 1 × nvidia-l4" << gpu;
        QTest::newRow("no such number") << QStringList{"--accelerator", "type=nvidia-l4,count=3"} << "1, 2, 4, 8" << gpu;
        QTest::newRow("a GPU all the same") << QStringList{"--machine-type", "g2-standard-4"} << "Use create-instance" << cpu;
        QTest::newRow("end of no Spot machine") << QStringList{"--instance-termination-action", "DELETE"} << "SPOT" << cpu;
        QTest::newRow("model") << QStringList{"--provisioning-model", "CHEAP"} << "CHEAP" << cpu;
        QTest::newRow("two models") << QStringList{"--provisioning-model", "STANDARD", "--spot"} << "different things" << cpu;
        QTest::newRow("zones") << QStringList{"--other-zones", "everywhere"} << "everywhere" << cpu;
        QTest::newRow("time") << QStringList{"--keep-trying", "soon"} << "soon" << cpu;
        QTest::newRow("label") << QStringList{"--labels", "team=vision,Bad=x"} << "Bad" << cpu;
    }
    void optionsThatContradict_areRefusedBeforeAnythingIsMade()
    {
        QFETCH(QStringList, options);
        QFETCH(QString, said);
        QFETCH(QString, verb);
        const auto end = m_cli.run(QStringList{verb, "--instance-name", "never"} + options);
        QVERIFY2(end.status == 2, end.why());
        QVERIFY2(end.errorOutput.contains(said.toUtf8()), end.why());
        QVERIFY(!m_cli.run({QStringLiteral("list")}).output.contains("never"));
    }

    void stockOut_fallsThroughToAnotherZone()
    {
        QCOMPARE(CliFixture::fault(m_sandbox, QStringLiteral("stock-out=us-central1-a")), 200);
        const auto end = create({"--accelerator", "type=nvidia-tesla-t4,count=1", "--zone", "us-central1-a", "--other-zones", "region"}, "moved");
        QVERIFY2(end.status == 0, end.why());
        const QString zone = end.json().value(QLatin1String("zone")).toString();
        QVERIFY2(zone.startsWith(QLatin1String("us-central1-")) && zone != QLatin1String("us-central1-a"), end.why());
    }

    void keepTrying_waitsAndCanBeInterrupted()
    {
        QCOMPARE(CliFixture::fault(m_sandbox, QStringLiteral("stock-out=us-central1-a")), 200);
        const auto process = m_cli.start(qEnvironmentVariable("NIMBOOK_BIN_DIR") + QStringLiteral("/nimbookctl"),
                                         {"create-instance-cpu", "--instance-name", "patient", "--zone", "us-central1-a", "--keep-trying", "1h", "--progress", "plain"});
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += process->readAllStandardError()).contains("Create patient in us-central1-a"), 60'000);
        ::kill(pid_t(process->processId()), SIGINT);
        const auto end = CliFixture::endOf(*process, 20'000);
        QVERIFY2(end.status == 130, end.why());
    }

    /// The form's own line, run by a shell.
    void lineThatTheWindowShows_makesThatMachine()
    {
        cloud::CreateSpec spec;
        spec.ref = {SandboxFixture::emptyProject(), QStringLiteral("us-central1-a"), QStringLiteral("as-shown")};
        spec.machineType = QStringLiteral("n1-standard-8");
        spec.acceleratorType = QStringLiteral("nvidia-tesla-t4");
        spec.acceleratorCount = 2;
        spec.diskSizeGb = 120;
        spec.diskType = QStringLiteral("pd-ssd");
        spec.imageProject = QStringLiteral("deeplearning-platform-release");
        spec.imageFamily = QStringLiteral("common-cu129-ubuntu-2204-nvidia-580");
        spec.spot = true;
        spec.spotEnd = cloud::SpotEnd::Delete;
        spec.externalAddress = false;
        spec.minCpuPlatform = QStringLiteral("Intel Skylake");
        spec.network = QStringLiteral("default");
        spec.subnetwork = QStringLiteral("default");
        spec.scopes = QStringList{QStringLiteral("https://www.googleapis.com/auth/bigquery")};
        spec.labels = {{QStringLiteral("team"), QStringLiteral("vision")}, {QStringLiteral("cost"), QStringLiteral("lab-7")}};
        const workspace::CapacityPlan plan{workspace::CapacityPlan::Reach::Region, {}, std::chrono::minutes(15)};
        const QString line = models::nimbookctlCommand(spec, plan, QStringLiteral("quay.io/jupyter/scipy-notebook:latest"), false);
        const auto shell = m_cli.start(QStringLiteral("/bin/sh"), {QStringLiteral("-euc"), line});
        const auto end = CliFixture::endOf(*shell);
        QVERIFY2(end.status == 0, line.toUtf8() + '\n' + end.why());

        // Everything that insertBody() would have asked for is there.
        const QJsonObject machine = shown(QStringLiteral("zones/us-central1-a/instances/as-shown"));
        const QJsonObject wanted = cloud::insertBody(spec);
        QVERIFY(machine.value(QLatin1String("machineType")).toString().endsWith(QLatin1String("/n1-standard-8")));
        QCOMPARE(machine.value(QLatin1String("minCpuPlatform")), wanted.value(QLatin1String("minCpuPlatform")));
        const QJsonObject asked = wanted.value(QLatin1String("scheduling")).toObject(), scheduling = machine.value(QLatin1String("scheduling")).toObject();
        for (auto it = asked.begin(); it != asked.end(); ++it)
            QCOMPARE(scheduling.value(it.key()), it.value());
        QCOMPARE(machine.value(QLatin1String("guestAccelerators")).toArray().at(0).toObject().value(QLatin1String("acceleratorCount")).toInt(), 2);
        const QJsonObject labels = machine.value(QLatin1String("labels")).toObject();
        QCOMPARE(labels.value(QLatin1String("team")).toString(), QStringLiteral("vision"));
        QCOMPARE(labels.value(QLatin1String("cost")).toString(), QStringLiteral("lab-7"));
        QVERIFY(labels.contains(QLatin1String("nimbook")));
        const QJsonObject nic = machine.value(QLatin1String("networkInterfaces")).toArray().at(0).toObject();
        QVERIFY(!nic.contains(QLatin1String("accessConfigs")));
        QVERIFY(nic.value(QLatin1String("subnetwork")).toString().endsWith(QLatin1String("/regions/us-central1/subnetworks/default")));
        QCOMPARE(machine.value(QLatin1String("serviceAccounts")).toArray().at(0).toObject().value(QLatin1String("scopes")).toArray(), QJsonArray{"https://www.googleapis.com/auth/bigquery"});
        QVERIFY(QJsonDocument(machine).toJson().contains("quay.io/jupyter/scipy-notebook:latest"));
        const QJsonObject disk = shown(QStringLiteral("zones/us-central1-a/disks/as-shown"));
        QCOMPARE(disk.value(QLatin1String("sizeGb")).toString(), QStringLiteral("120"));
        QVERIFY(disk.value(QLatin1String("type")).toString().endsWith(QLatin1String("/pd-ssd")));
        QVERIFY(disk.value(QLatin1String("sourceImage")).toString().contains(QLatin1String("common-cu129")));
    }

private:
    CliFixture::End create(const QStringList &options, const QString &name)
    {
        return m_cli.run(QStringList{"create-instance", "--json", "--instance-name", name} + options);
    }
    QJsonObject shown(const QString &path)
    {
        return testing::SandboxClient(m_sandbox).get(QStringLiteral("/compute/v1/projects/%1/%2").arg(SandboxFixture::emptyProject(), path)).json;
    }

    QTemporaryDir m_home;
    SandboxFixture m_sandbox;
    CliFixture m_cli{m_home.path()};
};

QTEST_GUILESS_MAIN(CliCreateTest)
#include "cli_create_test.moc"
