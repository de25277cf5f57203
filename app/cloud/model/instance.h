// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QMap>

#include <tuple>

namespace nimbook::cloud {

/// Names one machine. Equal names in different zones are different machines.
struct InstanceRef {
    QString project;
    QString zone;
    QString name;

    QString text() const { return name + QStringLiteral(" (") + zone + QLatin1Char(')'); }
    bool operator==(const InstanceRef &) const = default;
    // By hand: QString has no <=> before Qt 6.8, and a defaulted one is silently deleted.
    bool operator<(const InstanceRef &other) const
    {
        return std::tie(project, zone, name) < std::tie(other.project, other.zone, other.name);
    }
};

/// Compute Engine's Instance.status. A stopped machine is TERMINATED, not STOPPED, and can be started again.
enum class InstanceStatus {
    Unknown, ///< a word this version does not know: treated as busy
    Pending, Provisioning, Staging, Running, PendingStop, Stopping, Stopped, Terminated,
    Suspending, Suspended, Repairing, Deprovisioning,
};
InstanceStatus instanceStatusFromText(const QString &text);

/// What people see and what buttons depend on; several statuses fall together.
enum class MachineState { Running, Starting, Stopping, Stopped, Suspended, Repairing, Deleting, Busy };
MachineState machineState(InstanceStatus status);

struct AttachedAccelerator {
    QString type; ///< "nvidia-l4"
    int count = 0;
    bool operator==(const AttachedAccelerator &) const = default;
};

struct AttachedDisk {
    QString source; ///< last path segment of the disk's URL
    qint64 sizeGb = 0;
    bool boot = false;
    bool autoDelete = false;
    bool operator==(const AttachedDisk &) const = default;
};

struct Instance {
    InstanceRef ref;
    QString id; ///< numeric, up to 20 digits: text, because it exceeds 2^53
    InstanceStatus status = InstanceStatus::Unknown;
    QString statusMessage;
    QString machineType; ///< "g2-standard-8"
    QList<AttachedAccelerator> accelerators; ///< as the Instance says; A2/A3/G2 imply theirs by the machine type
    QString externalAddress; ///< empty: none
    QString internalAddress;
    QMap<QString, QString> labels;
    QString labelFingerprint;
    QMap<QString, QString> metadata;
    QString metadataFingerprint;
    QList<AttachedDisk> disks;
    QDateTime created;
    QDateTime lastStarted;
    QDateTime lastStopped;
    bool spot = false;
    bool deletionProtection = false;

    MachineState state() const { return machineState(status); }
    /// Metadata nimbook-ssh-port, else 22. A machine whose sshd listens elsewhere carries the key.
    quint16 sshPort() const;
    bool operator==(const Instance &) const = default;

    /// Unknown fields are ignored. \a project names the project asked, the zone comes from the object.
    static Instance fromJson(const QJsonObject &json, const QString &project);
};

} // namespace nimbook::cloud

