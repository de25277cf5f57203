// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/instance.h"

#include "cloud/model/catalog.h"
#include "cloud/model/json_reading.h"
#include "cloud/model/metadata_items.h"

#include <QHash>

namespace nimbook::cloud {

namespace {

QList<AttachedAccelerator> acceleratorsFrom(const QJsonArray &items)
{
    QList<AttachedAccelerator> accelerators;
    for (const QJsonValue &value : items) {
        const QJsonObject item = value.toObject();
        accelerators.append({resourceName(item.value(QStringLiteral("acceleratorType")).toString()),
                             item.value(QStringLiteral("acceleratorCount")).toInt()});
    }
    return accelerators;
}

QList<AttachedDisk> disksFrom(const QJsonArray &items)
{
    QList<AttachedDisk> disks;
    for (const QJsonValue &value : items) {
        const QJsonObject item = value.toObject();
        disks.append({resourceName(item.value(QStringLiteral("source")).toString()), readInt64(item.value(QStringLiteral("diskSizeGb"))),
                      item.value(QStringLiteral("boot")).toBool(), item.value(QStringLiteral("autoDelete")).toBool()});
    }
    return disks;
}

QString externalAddressFrom(const QJsonArray &interfaces)
{
    for (const QJsonValue &value : interfaces) {
        const QJsonArray configs = value.toObject().value(QStringLiteral("accessConfigs")).toArray();
        for (const QJsonValue &config : configs) {
            const QString address = config.toObject().value(QStringLiteral("natIP")).toString();
            if (!address.isEmpty())
                return address;
        }
    }
    return {};
}

} // namespace

InstanceStatus instanceStatusFromText(const QString &text)
{
    static const QHash<QString, InstanceStatus> known{
        {QStringLiteral("PENDING"), InstanceStatus::Pending},
        {QStringLiteral("PROVISIONING"), InstanceStatus::Provisioning},
        {QStringLiteral("STAGING"), InstanceStatus::Staging},
        {QStringLiteral("RUNNING"), InstanceStatus::Running},
        {QStringLiteral("PENDING_STOP"), InstanceStatus::PendingStop},
        {QStringLiteral("STOPPING"), InstanceStatus::Stopping},
        {QStringLiteral("STOPPED"), InstanceStatus::Stopped},
        {QStringLiteral("TERMINATED"), InstanceStatus::Terminated},
        {QStringLiteral("SUSPENDING"), InstanceStatus::Suspending},
        {QStringLiteral("SUSPENDED"), InstanceStatus::Suspended},
        {QStringLiteral("REPAIRING"), InstanceStatus::Repairing},
        {QStringLiteral("DEPROVISIONING"), InstanceStatus::Deprovisioning},
    };
    return known.value(text, InstanceStatus::Unknown);
}

MachineState machineState(InstanceStatus status)
{
    switch (status) {
    case InstanceStatus::Running: return MachineState::Running;
    case InstanceStatus::Pending:
    case InstanceStatus::Provisioning:
    case InstanceStatus::Staging: return MachineState::Starting;
    case InstanceStatus::PendingStop:
    case InstanceStatus::Stopping: return MachineState::Stopping;
    case InstanceStatus::Stopped:
    case InstanceStatus::Terminated: return MachineState::Stopped;
    case InstanceStatus::Suspended: return MachineState::Suspended;
    case InstanceStatus::Repairing: return MachineState::Repairing;
    case InstanceStatus::Deprovisioning: return MachineState::Deleting;
    case InstanceStatus::Suspending:
    case InstanceStatus::Unknown: break;
    }
    return MachineState::Busy;
}

quint16 Instance::sshPort() const
{
    const quint16 port = metadata.value(QStringLiteral("nimbook-ssh-port")).trimmed().toUShort();
    return port == 0 ? 22 : port;
}

Instance Instance::fromJson(const QJsonObject &json, const QString &project)
{
    Instance machine;
    machine.ref = {project, resourceName(json.value(QStringLiteral("zone")).toString()), json.value(QStringLiteral("name")).toString()};
    machine.id = readId(json.value(QStringLiteral("id")));
    machine.status = instanceStatusFromText(json.value(QStringLiteral("status")).toString());
    machine.statusMessage = json.value(QStringLiteral("statusMessage")).toString();
    machine.machineType = resourceName(json.value(QStringLiteral("machineType")).toString());
    machine.accelerators = acceleratorsFrom(json.value(QStringLiteral("guestAccelerators")).toArray());
    machine.disks = disksFrom(json.value(QStringLiteral("disks")).toArray());

    const QJsonArray interfaces = json.value(QStringLiteral("networkInterfaces")).toArray();
    machine.externalAddress = externalAddressFrom(interfaces);
    machine.internalAddress = interfaces.first().toObject().value(QStringLiteral("networkIP")).toString();

    machine.labels = readMap(json.value(QStringLiteral("labels")));
    machine.labelFingerprint = json.value(QStringLiteral("labelFingerprint")).toString();
    const QJsonObject metadata = json.value(QStringLiteral("metadata")).toObject();
    machine.metadata = metadataFromItems(metadata.value(QStringLiteral("items")).toArray());
    machine.metadataFingerprint = metadata.value(QStringLiteral("fingerprint")).toString();

    machine.created = readTime(json.value(QStringLiteral("creationTimestamp")));
    machine.lastStarted = readTime(json.value(QStringLiteral("lastStartTimestamp")));
    machine.lastStopped = readTime(json.value(QStringLiteral("lastStopTimestamp")));

    const QJsonObject scheduling = json.value(QStringLiteral("scheduling")).toObject();
    machine.spot = scheduling.value(QStringLiteral("provisioningModel")).toString() == QLatin1String("SPOT")
        || scheduling.value(QStringLiteral("preemptible")).toBool();
    machine.deletionProtection = json.value(QStringLiteral("deletionProtection")).toBool();
    return machine;
}

} // namespace nimbook::cloud
