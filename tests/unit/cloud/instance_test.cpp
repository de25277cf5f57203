// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/catalog.h"
#include "cloud/model/instance.h"
#include "cloud/model/metadata_items.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace nimbook::cloud;

namespace {

QJsonObject parsed(const char *json)
{
    return QJsonDocument::fromJson(json).object();
}

const char *trainer = R"({
  "id": "18446744073709551615", "name": "trainer-1", "status": "RUNNING", "statusMessage": "fine",
  "zone": "https:\/\/www.googleapis.com/compute/v1/projects/vision-lab/zones/us-central1-a",
  "machineType": "https:\/\/www.googleapis.com/compute/v1/projects/vision-lab/zones/us-central1-a/machineTypes/n1-standard-8",
  "guestAccelerators": [{"acceleratorType": "projects/vision-lab/zones/us-central1-a/acceleratorTypes/nvidia-tesla-t4", "acceleratorCount": 2}],
  "networkInterfaces": [{"networkIP": "10.128.0.2", "accessConfigs": [{"name": "External NAT"}, {"natIP": "34.1.2.3"}]}],
  "disks": [{"source": "projects/p/zones/z/disks/trainer-1", "diskSizeGb": "100", "boot": true, "autoDelete": true}],
  "metadata": {"fingerprint": "42WmSpB8rSM=", "items": [{"key": "nimbook-ssh-port", "value": "2202"}, {"key": "empty"}]},
  "labels": {"nimbook": "managed"}, "labelFingerprint": "abc=",
  "creationTimestamp": "2026-11-22T23:15:46.024-08:00", "lastStartTimestamp": "2026-11-23T01:00:00.000-08:00",
  "scheduling": {"provisioningModel": "SPOT"}, "deletionProtection": true, "somethingNew": {"a": [1]}
})";

} // namespace

class InstanceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyField_isRead()
    {
        const Instance machine = Instance::fromJson(parsed(trainer), QStringLiteral("vision-lab"));
        QCOMPARE(machine.ref, (InstanceRef{QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")}));
        QCOMPARE(machine.id, QStringLiteral("18446744073709551615"));
        QCOMPARE(machine.status, InstanceStatus::Running);
        QCOMPARE(machine.machineType, QStringLiteral("n1-standard-8"));
        QCOMPARE(machine.accelerators, (QList<AttachedAccelerator>{{QStringLiteral("nvidia-tesla-t4"), 2}}));
        QCOMPARE(machine.externalAddress, QStringLiteral("34.1.2.3"));
        QCOMPARE(machine.internalAddress, QStringLiteral("10.128.0.2"));
        QCOMPARE(machine.disks, (QList<AttachedDisk>{{QStringLiteral("trainer-1"), 100, true, true}}));
        QCOMPARE(machine.metadataFingerprint, QStringLiteral("42WmSpB8rSM="));
        QVERIFY(machine.metadata.contains(QStringLiteral("empty")));
        QCOMPARE(machine.labels.value(QStringLiteral("nimbook")), QStringLiteral("managed"));
        QCOMPARE(machine.labelFingerprint, QStringLiteral("abc="));
        QCOMPARE(machine.created, QDateTime(QDate(2026, 11, 23), QTime(7, 15, 46, 24), Qt::UTC));
        QCOMPARE(machine.lastStarted, QDateTime(QDate(2026, 11, 23), QTime(9, 0), Qt::UTC));
        QVERIFY(!machine.lastStopped.isValid());
        QVERIFY(machine.spot);
        QVERIFY(machine.deletionProtection);
        QCOMPARE(machine.sshPort(), quint16(2202));
    }

    void almostEmptyObject_isNoTrouble()
    {
        const Instance machine = Instance::fromJson(parsed(R"({"name":"bare","zone":"z","status":"DREAMING"})"), QStringLiteral("p"));
        QCOMPARE(machine.ref.name, QStringLiteral("bare"));
        QCOMPARE(machine.status, InstanceStatus::Unknown);
        QCOMPARE(machine.state(), MachineState::Busy);
        QVERIFY(machine.externalAddress.isEmpty());
        QVERIFY(!machine.created.isValid());
        QCOMPARE(machine.sshPort(), quint16(22));
    }

    void sshPort_mustBeAPort_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("port");
        QTest::newRow("good") << " 2222 " << 2222;
        QTest::newRow("zero") << "0" << 22;
        QTest::newRow("too large") << "70000" << 22;
        QTest::newRow("words") << "ssh" << 22;
    }
    void sshPort_mustBeAPort()
    {
        QFETCH(QString, value);
        QFETCH(int, port);
        Instance machine;
        machine.metadata.insert(QStringLiteral("nimbook-ssh-port"), value);
        QCOMPARE(int(machine.sshPort()), port);
    }

    void status_becomesAState_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<MachineState>("state");
        QTest::newRow("PENDING") << "PENDING" << MachineState::Starting;
        QTest::newRow("PROVISIONING") << "PROVISIONING" << MachineState::Starting;
        QTest::newRow("STAGING") << "STAGING" << MachineState::Starting;
        QTest::newRow("RUNNING") << "RUNNING" << MachineState::Running;
        QTest::newRow("PENDING_STOP") << "PENDING_STOP" << MachineState::Stopping;
        QTest::newRow("STOPPING") << "STOPPING" << MachineState::Stopping;
        QTest::newRow("STOPPED") << "STOPPED" << MachineState::Stopped;
        QTest::newRow("TERMINATED") << "TERMINATED" << MachineState::Stopped;
        QTest::newRow("SUSPENDING") << "SUSPENDING" << MachineState::Busy;
        QTest::newRow("SUSPENDED") << "SUSPENDED" << MachineState::Suspended;
        QTest::newRow("REPAIRING") << "REPAIRING" << MachineState::Repairing;
        QTest::newRow("DEPROVISIONING") << "DEPROVISIONING" << MachineState::Deleting;
        QTest::newRow("unknown") << "HIBERNATING" << MachineState::Busy;
        QTest::newRow("none") << "" << MachineState::Busy;
    }
    void status_becomesAState()
    {
        QFETCH(QString, text);
        QFETCH(MachineState, state);
        QCOMPARE(machineState(instanceStatusFromText(text)), state);
    }

    void metadata_survivesThereAndBack()
    {
        const QMap<QString, QString> metadata{{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\necho \"ä\"\n")}, {QStringLiteral("a"), QString()}};
        QCOMPARE(metadataFromItems(metadataToItems(metadata)), metadata);
        QVERIFY(metadataFromItems(QJsonArray{QJsonObject{{QStringLiteral("value"), QStringLiteral("no key")}}}).isEmpty());
    }

    void project_isReadInBothShapes()
    {
        const Project v3 = Project::fromJson(parsed(R"({"name":"projects/415104041262","projectId":"vision-lab","displayName":"Vision lab","state":"ACTIVE"})"));
        QCOMPARE(v3, (Project{QStringLiteral("vision-lab"), QStringLiteral("Vision lab"), true}));
        const Project v1 = Project::fromJson(parsed(R"({"name":"Vision lab","projectId":"vision-lab","projectNumber":"415104041262","lifecycleState":"DELETE_REQUESTED"})"));
        QCOMPARE(v1, (Project{QStringLiteral("vision-lab"), QStringLiteral("Vision lab"), false}));
        QCOMPARE(Project::fromJson(parsed(R"({"name":"projects/1","projectId":"bare"})")), (Project{QStringLiteral("bare"), QStringLiteral("bare"), true}));
    }

    void catalogue_isRead()
    {
        QCOMPARE(Zone::fromJson(parsed(R"({"name":"europe-west4-b","region":"https:\/\/x/regions/europe-west4","status":"UP","maintenanceWindows":[]})")),
                 (Zone{QStringLiteral("europe-west4-b"), QStringLiteral("europe-west4"), true, {}}));
        QCOMPARE(Zone::fromJson(parsed(R"({"name":"europe-west4-b","status":"DOWN"})")), (Zone{QStringLiteral("europe-west4-b"), QStringLiteral("europe-west4"), false, {}}));
        const Region region = Region::fromJson(parsed(R"({"name":"us-central1","quotas":[{"metric":"NVIDIA_L4_GPUS","limit":4.0,"usage":1.0}]})"));
        QCOMPARE(region.quotas, (QList<Quota>{{QStringLiteral("NVIDIA_L4_GPUS"), 4, 1}}));
        const MachineType type = MachineType::fromJson(parsed(R"({"name":"g2-standard-24","zone":"us-central1-a","guestCpus":24,"memoryMb":98304,"accelerators":[{"guestAcceleratorType":"nvidia-l4","guestAcceleratorCount":2}]})"));
        QCOMPARE(type, (MachineType{QStringLiteral("g2-standard-24"), QStringLiteral("us-central1-a"), 24, 98304, QStringLiteral("nvidia-l4"), 2}));
        const DiskType disk = DiskType::fromJson(parsed(R"({"name":"pd-ssd","zone":"z/us-central1-a","description":"SSD","defaultDiskSizeGb":"100"})"));
        QCOMPARE(disk, (DiskType{QStringLiteral("pd-ssd"), QStringLiteral("us-central1-a"), QStringLiteral("SSD"), 100}));
        const Image image = Image::fromJson(parsed(R"({"name":"debian-12-v1","family":"debian-12","diskSizeGb":"10","selfLink":"https:\/\/www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-v1"})"));
        QCOMPARE(image, (Image{QStringLiteral("debian-12-v1"), QStringLiteral("debian-12"), QStringLiteral("debian-cloud"), QString(), 10}));
        const AcceleratorType gpu = AcceleratorType::fromJson(parsed(R"({"name":"nvidia-l4","zone":"a/b","description":"NVIDIA L4","maximumCardsPerInstance":8})"));
        QCOMPARE(gpu, (AcceleratorType{QStringLiteral("nvidia-l4"), QStringLiteral("b"), QStringLiteral("NVIDIA L4"), 8}));
    }
};

QTEST_GUILESS_MAIN(InstanceTest)
#include "instance_test.moc"
