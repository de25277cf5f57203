// SPDX-License-Identifier: Apache-2.0
#include "workspace/needed_permissions.h"

namespace nimbook::workspace {

QStringList neededPermissions()
{
    return {QStringLiteral("compute.acceleratorTypes.list"),
            QStringLiteral("compute.diskTypes.list"),
            QStringLiteral("compute.disks.create"),
            QStringLiteral("compute.disks.delete"), // what a failed attempt left behind
            QStringLiteral("compute.disks.get"),
            QStringLiteral("compute.instances.create"),
            QStringLiteral("compute.instances.delete"),
            QStringLiteral("compute.instances.get"),
            QStringLiteral("compute.instances.getGuestAttributes"), // host keys, progress of the startup script
            QStringLiteral("compute.instances.getSerialPortOutput"),
            QStringLiteral("compute.instances.list"),
            QStringLiteral("compute.instances.reset"),
            QStringLiteral("compute.instances.setLabels"),
            QStringLiteral("compute.instances.setMetadata"),
            QStringLiteral("compute.instances.setServiceAccount"),
            QStringLiteral("compute.instances.start"),
            QStringLiteral("compute.instances.stop"),
            QStringLiteral("compute.machineTypes.get"),
            QStringLiteral("compute.machineTypes.list"),
            QStringLiteral("compute.projects.get"), // quota over all regions
            QStringLiteral("compute.regions.list"), // quota of each region
            QStringLiteral("compute.subnetworks.use"),
            QStringLiteral("compute.subnetworks.useExternalIp"),
            QStringLiteral("compute.zoneOperations.get"),
            QStringLiteral("compute.zones.list"),
            QStringLiteral("iam.serviceAccounts.actAs")};
}

QStringList permissionsToCreate(const cloud::CreateSpec &spec)
{
    QStringList needed{QStringLiteral("compute.disks.create"),          QStringLiteral("compute.instances.create"),
                       QStringLiteral("compute.instances.get"),         QStringLiteral("compute.instances.list"),
                       QStringLiteral("compute.instances.setLabels"),   QStringLiteral("compute.instances.setMetadata"),
                       QStringLiteral("compute.subnetworks.use"),       QStringLiteral("compute.zoneOperations.get")};
    if (spec.externalAddress)
        needed << QStringLiteral("compute.subnetworks.useExternalIp");
    if (!spec.scopes.isEmpty()) // then the machine runs as the project's service account
        needed << QStringLiteral("compute.instances.setServiceAccount") << QStringLiteral("iam.serviceAccounts.actAs");
    return needed;
}

} // namespace nimbook::workspace
