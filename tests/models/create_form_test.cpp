// SPDX-License-Identifier: Apache-2.0
#include "create_form_fixture.h"

using namespace nimbook;
using Field = models::CreateForm::Field;

class CreateFormTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_project = std::make_unique<testing::CreateFormFixture>(); }

    void defaults_areGoodEnoughToPressEnter()
    {
        QVERIFY(m_project->begin());
        const models::CreateInput &input = m_project->form->input();
        QCOMPARE(input.name, QStringLiteral("notebook-1"));
        QCOMPARE(input.acceleratorType, QStringLiteral("nvidia-tesla-t4"));
        QCOMPARE(input.zone, QStringLiteral("us-central1-a"));
        QCOMPARE(input.machineType, QStringLiteral("n1-standard-4"));
        QVERIFY(input.diskSizeGb >= 64);
        QVERIFY(m_project->form->isComplete());
        const cloud::CreateSpec spec = m_project->form->spec();
        QCOMPARE(spec.acceleratorCount, 1);
        QVERIFY(!spec.machineTypeHasGpu);
        QVERIFY(!spec.imageFamily.isEmpty());
        QVERIFY(m_project->form->runningPrice().has_value());
        QVERIFY(m_project->form->runningPrice()->microsPerHour > m_project->form->stoppedPrice()->microsPerHour);
    }

    void takenName_isReplacedByAFreeOne()
    {
        QVERIFY(m_project->begin({{QStringLiteral("p"), QStringLiteral("us-central1-f"), QStringLiteral("notebook-1")}}));
        QCOMPARE(m_project->form->input().name, QStringLiteral("notebook-2"));
        QCOMPARE(m_project->form->input().zone, QStringLiteral("us-central1-f")); // where this project works already
        m_project->form->setName(QStringLiteral("notebook-1"));
        QVERIFY(m_project->form->problem(Field::Name).contains(QStringLiteral("us-central1-f")));
        m_project->form->setZone(QStringLiteral("us-central1-a"));
        QVERIFY(m_project->form->problem(Field::Name).isEmpty());
        m_project->form->setName(QStringLiteral("My Machine"));
        QVERIFY(!m_project->form->problem(Field::Name).isEmpty());
        QVERIFY(!m_project->form->isComplete());
    }

    void zoneWithoutTheGpu_saysSoAndNamesOnesThatHaveIt()
    {
        QVERIFY(m_project->begin());
        m_project->form->setZone(QStringLiteral("europe-west4-b"));
        const QString problem = m_project->form->problem(Field::Zone);
        QVERIFY2(problem.contains(QStringLiteral("europe-west4-b")) && problem.contains(QStringLiteral("us-central1-a")), qPrintable(problem));
        QVERIFY(!m_project->form->isComplete());
        m_project->form->setGpu({});
        QTRY_VERIFY(m_project->form->isComplete());
        QCOMPARE(m_project->form->input().zone, QStringLiteral("europe-west4-b"));
    }

    void zoneWithFewerCards_saysHowMany()
    {
        QVERIFY(m_project->begin());
        m_project->form->setZone(QStringLiteral("us-central1-f"));
        QVERIFY(m_project->form->problem(Field::Zone).isEmpty());
        m_project->form->setGpuCount(4);
        QVERIFY2(m_project->form->problem(Field::Zone).contains(QStringLiteral("at most 1")), qPrintable(m_project->form->problem(Field::Zone)));
        for (const workspace::ZoneChoice &zone : m_project->form->zones()) {
            if (zone.name == u"us-central1-z")
                QVERIFY(!zone.offered && !zone.reason.isEmpty());
        }
    }

    void choiceOfThePerson_staysWhenTheGpuChanges()
    {
        QVERIFY(m_project->begin());
        m_project->form->setName(QStringLiteral("mine"));
        m_project->form->setDiskSize(777);
        m_project->form->setContainerImage(QStringLiteral("registry.example.com/team/own:1"));
        m_project->form->setGpu(QStringLiteral("nvidia-l4"));
        QTRY_VERIFY(m_project->form->isComplete());
        QCOMPARE(m_project->form->input().name, QStringLiteral("mine"));
        QCOMPARE(m_project->form->input().diskSizeGb, 777);
        QCOMPARE(m_project->form->input().containerImage, QStringLiteral("registry.example.com/team/own:1"));
    }

    void impliedGpu_needsNoAcceleratorInTheRequest()
    {
        QVERIFY(m_project->begin());
        m_project->form->setGpu(QStringLiteral("nvidia-l4"));
        QTRY_VERIFY(m_project->form->isComplete());
        QCOMPARE(m_project->form->input().machineType, QStringLiteral("g2-standard-8"));
        const cloud::CreateSpec spec = m_project->form->spec();
        QVERIFY(spec.machineTypeHasGpu);
        QCOMPARE(spec.acceleratorCount, 0);
        QVERIFY(!cloud::insertBody(spec).contains(QStringLiteral("guestAccelerators")));
        QVERIFY(!models::gcloudCommand(spec).contains(QStringLiteral("--accelerator")));
    }

    void manyGpus_takeOnlyMachineTypesThatCarryThem()
    {
        QVERIFY(m_project->begin());
        const auto names = [this] {
            QStringList all;
            for (const cloud::MachineType &type : m_project->form->machineTypes())
                all << type.name;
            return all;
        };
        QVERIFY(names().contains(QStringLiteral("n1-standard-4")));
        QVERIFY(!names().contains(QStringLiteral("n1-standard-96"))); // one T4 goes with at most 48 vCPUs
        QVERIFY(!names().contains(QStringLiteral("e2-standard-4")));
        m_project->form->setGpuCount(4);
        QVERIFY(names().contains(QStringLiteral("n1-standard-96")));
        m_project->form->setGpu(QStringLiteral("nvidia-l4"));
        QVERIFY(!names().contains(QStringLiteral("g2-standard-8")) || m_project->form->input().gpuCount == 1);
        m_project->form->setGpuCount(2);
        QCOMPARE(names(), QStringList(QStringLiteral("g2-standard-24")));
    }

    void noGpu_takesAPlainImageAndMachine()
    {
        QVERIFY(m_project->begin());
        const QString withGpu = m_project->form->input().containerImage;
        m_project->form->setGpu({});
        QTRY_VERIFY(m_project->form->isComplete());
        QVERIFY(!m_project->form->bootImage().hasDriver);
        QVERIFY(m_project->form->input().containerImage != withGpu);
        QCOMPARE(m_project->form->input().machineType, QStringLiteral("e2-standard-4"));
        QVERIFY(!m_project->form->spec().hasGpu());
    }

    void diskSmallerThanTheImage_isRefusedWithTheSize()
    {
        QVERIFY(m_project->begin());
        m_project->form->setDiskSize(63);
        QVERIFY2(m_project->form->problem(Field::DiskSize).contains(QStringLiteral("64")), qPrintable(m_project->form->problem(Field::DiskSize)));
        QVERIFY(!m_project->form->isComplete());
        m_project->form->setDiskSize(64);
        QVERIFY(m_project->form->isComplete());
    }

    void retiredImage_isSaidBeforeCreating()
    {
        m_project->broken = QStringLiteral("/images/family/");
        m_project->notFound = true;
        QVERIFY(m_project->begin());
        QVERIFY2(m_project->form->problem(Field::BootImage).contains(m_project->form->bootImage().family), qPrintable(m_project->form->problem(Field::BootImage)));
        QVERIFY(!m_project->form->isComplete());
    }

    void failedList_isSaidAndCanBeAskedAgain()
    {
        m_project->broken = QStringLiteral("acceleratorTypes");
        QVERIFY(m_project->begin());
        QVERIFY(m_project->form->loadError(Field::Zone).has_value());
        QVERIFY(m_project->form->zones().isEmpty());
        QVERIFY(!m_project->form->isComplete());
        m_project->form->setName(QStringLiteral("kept"));
        m_project->broken.clear();
        m_project->form->reload();
        QTRY_VERIFY(m_project->form->isComplete());
        QVERIFY(!m_project->form->loadError(Field::Zone));
        QCOMPARE(m_project->form->input().name, QStringLiteral("kept"));
    }

    void otherProject_forgetsTheOldAnswers()
    {
        m_project->form->begin(&*m_project->compute, {QStringLiteral("p"), {}});
        m_project->form->begin(&*m_project->compute, {QStringLiteral("q"), {}});
        QTRY_VERIFY(m_project->form->isComplete());
        QCOMPARE(m_project->form->spec().ref.project, QStringLiteral("q"));
        m_project->form->begin(nullptr, {});
        QVERIFY(!m_project->form->isComplete());
        QVERIFY(m_project->form->zones().isEmpty());
    }

    void labels_areCheckedEach()
    {
        QVERIFY(m_project->begin());
        m_project->form->setLabels({{QStringLiteral("team"), QStringLiteral("vision")}, {QStringLiteral("Team"), QStringLiteral("x")}});
        QVERIFY(m_project->form->problem(Field::Labels).contains(QStringLiteral("Team")));
        m_project->form->setLabels({{QStringLiteral("team"), QStringLiteral("vision")}, {QStringLiteral("team"), QStringLiteral("x")}});
        QVERIFY(!m_project->form->problem(Field::Labels).isEmpty());
        m_project->form->setLabels({{QStringLiteral("team"), QStringLiteral("vision")}});
        QVERIFY(m_project->form->problem(Field::Labels).isEmpty());
        QCOMPARE(m_project->form->spec().labels.value(QStringLiteral("team")), QStringLiteral("vision"));
    }

private:
    std::unique_ptr<testing::CreateFormFixture> m_project;
};

QTEST_GUILESS_MAIN(CreateFormTest)
#include "create_form_test.moc"
