// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"

#include <QStringList>

namespace nimbook::cloud {

/// What becomes of a Spot machine when Google takes it back.
enum class SpotEnd { Stop, Delete };

/// Everything the creation form holds; becomes the body of instances.insert.
struct CreateSpec {
    InstanceRef ref;
    QString machineType;
    QString acceleratorType; ///< empty: no GPU, or one implied by the machine type
    int acceleratorCount = 0;
    bool machineTypeHasGpu = false; ///< A2, A3, G2 …: no guestAccelerators, but TERMINATE all the same
    qint64 diskSizeGb = 100;
    QString diskType = QStringLiteral("pd-balanced");
    QString imageProject;
    QString imageFamily;
    bool spot = false;
    SpotEnd spotEnd = SpotEnd::Stop; ///< of a Spot machine alone
    bool externalAddress = true;
    QString network;        ///< a VPC network of the project; empty: "default", or the one of the subnetwork
    QString subnetwork;     ///< by name, in the zone's region; empty: the network's own choice
    QString minCpuPlatform; ///< "Intel Skylake": no older processor; empty: any
    QStringList scopes{QStringLiteral("https://www.googleapis.com/auth/cloud-platform")};
    QMap<QString, QString> labels;
    QMap<QString, QString> metadata; ///< startup-script, ssh-keys, nimbook-image …; enable-guest-attributes is always added

    bool hasGpu() const { return machineTypeHasGpu || acceleratorCount > 0; }
};

/// The body for instances.insert: TERMINATE for GPUs, guest attributes on, label nimbook=… put before the machine exists.
QJsonObject insertBody(const CreateSpec &spec);

/// Why Google would refuse this name; empty when it would not. Rule: [a-z]([-a-z0-9]{0,61}[a-z0-9])?
QString instanceNameProblem(const QString &name);
/// The same for one label (key 1–63, value 0–63, lower case, digits, _ and -).
QString labelProblem(const QString &key, const QString &value);

} // namespace nimbook::cloud
