// SPDX-License-Identifier: Apache-2.0
// What Compute Engine's rules for GPUs make of the form and of the request that it sends.
#include "create_form_fixture.h"

#include "cloud/model/instance_spec.h"
#include "models/create_choices.h"

using namespace nimbook;
using Field = models::CreateForm::Field;

class CreateFormRulesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_project = std::make_unique<testing::CreateFormFixture>(); }

    void fixedSeries_askForNoGpuInTheRequest_andAreNotMovedWhileTheyRun_data()
    {
        QTest::addColumn<QString>("gpu");
        QTest::addColumn<QString>("machineType");
        QTest::newRow("A2") << "nvidia-tesla-a100" << "a2-highgpu-1g";
        QTest::newRow("A3") << "nvidia-h100-80gb" << "a3-highgpu-1g";
        QTest::newRow("G2") << "nvidia-l4" << "g2-standard-8";
        QTest::newRow("G4") << "nvidia-rtx-pro-6000" << "g4-standard-48";
    }
    void fixedSeries_askForNoGpuInTheRequest_andAreNotMovedWhileTheyRun()
    {
        QFETCH(QString, gpu);
        QFETCH(QString, machineType);
        QVERIFY(m_project->begin());
        form().setGpu(gpu);
        QTRY_VERIFY(form().isComplete());
        QCOMPARE(form().input().machineType, machineType);
        const QJsonObject body = cloud::insertBody(form().spec());
        QVERIFY(!body.contains(QStringLiteral("guestAccelerators")));
        QCOMPARE(body.value(QStringLiteral("scheduling")).toObject().value(QStringLiteral("onHostMaintenance")).toString(), QStringLiteral("TERMINATE"));
        QVERIFY(!models::gcloudCommand(form().spec()).contains(QStringLiteral("--accelerator")));
        form().setSpot(true); // the other scheduling must not take it away
        const QJsonObject spot = cloud::insertBody(form().spec()).value(QStringLiteral("scheduling")).toObject();
        QCOMPARE(spot.value(QStringLiteral("onHostMaintenance")).toString(), QStringLiteral("TERMINATE"));
        QCOMPARE(spot.value(QStringLiteral("automaticRestart")), QJsonValue(false));
    }

    void hyperdiskOnlySeries_getsAHyperdisk_andRefusesAPersistentDiskInWords()
    {
        QVERIFY(m_project->begin());
        QCOMPARE(form().input().diskType, QStringLiteral("pd-balanced"));
        form().setGpu(QStringLiteral("nvidia-rtx-pro-6000"));
        QTRY_VERIFY(form().isComplete());
        QCOMPARE(form().input().diskType, QStringLiteral("hyperdisk-balanced"));
        const QJsonObject disk = cloud::insertBody(form().spec()).value(QStringLiteral("disks")).toArray().at(0).toObject();
        QVERIFY(disk.value(QStringLiteral("initializeParams")).toObject().value(QStringLiteral("diskType")).toString().endsWith(QLatin1String("/hyperdisk-balanced")));
        form().setDiskType(QStringLiteral("pd-ssd"));
        const QString problem = form().problem(Field::DiskType);
        QVERIFY2(problem.contains(QLatin1String("g4-standard-48")) && problem.contains(QLatin1String("hyperdisk-balanced")), qPrintable(problem));
        QVERIFY(!form().isComplete());
    }

    void partOfAGpu_isSaidToBeOne()
    {
        QVERIFY(m_project->begin());
        form().setGpu(QStringLiteral("nvidia-rtx-pro-6000"));
        QTRY_VERIFY(form().isComplete());
        QVERIFY(form().hint(Field::MachineType).isEmpty());
        form().setMachineType(QStringLiteral("g4-standard-6"));
        QVERIFY2(form().hint(Field::Gpu).contains(QLatin1String("1/8")) && form().hint(Field::Gpu).contains(QLatin1String("12 GB")), qPrintable(form().hint(Field::Gpu)));
        QVERIFY2(form().hint(Field::MachineType).contains(QLatin1String("vGPU driver")), qPrintable(form().hint(Field::MachineType)));
        QStringList offered;
        for (const auto &type : form().machineTypes())
            offered += models::machineTypeText(type, form().gpu());
        QCOMPARE(offered, QStringList({"g4-standard-48 · 48 vCPU · 180 GB", "g4-standard-6 · 6 vCPU · 22 GB · 1/8 GPU, 12 GB"}));
        QVERIFY(form().isComplete());
        QVERIFY(!cloud::insertBody(form().spec()).contains(QStringLiteral("guestAccelerators")));
    }

private:
    models::CreateForm &form() const { return *m_project->form; }

    std::unique_ptr<testing::CreateFormFixture> m_project;
};

QTEST_GUILESS_MAIN(CreateFormRulesTest)
#include "create_form_rules_test.moc"
