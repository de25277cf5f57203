// SPDX-License-Identifier: Apache-2.0
#include "models/disk_notices.h"

#include "models/quantities.h"
#include "workspace/workspace.h"

namespace nimbook::models {

DiskNotices::DiskNotices(workspace::Workspace &workspace, IsWatched isWatched, QObject *parent) : QObject(parent), m_isWatched(std::move(isWatched))
{
    const auto watch = [this](workspace::MachineSession *session) {
        connect(&session->monitor(), &workspace::MachineMonitor::diskNearlyFull, this, [this, machine = session->ref()](const monitor::DiskSample &disk) {
            if (!m_isWatched(machine))
                Q_EMIT notice(titleOf(machine), textOf({disk}), machine);
        });
    };
    connect(&workspace, &workspace::Workspace::sessionCreated, this, watch);
    if (const workspace::MachineList *machines = workspace.machines()) {
        for (const cloud::Instance &machine : machines->machines()) {
            if (workspace::MachineSession *session = workspace.existingSession(machine.ref))
                watch(session);
        }
    }
}

QString DiskNotices::titleOf(const cloud::InstanceRef &machine)
{
    return tr("A disk of %1 is nearly full").arg(machine.name);
}

QString DiskNotices::textOf(const QList<monitor::DiskSample> &disks)
{
    QStringList parts;
    for (const monitor::DiskSample &disk : disks)
        parts << tr("%1 left on %2").arg(byteText(qint64(disk.free)), disk.path);
    return parts.join(QStringLiteral(", "));
}

} // namespace nimbook::models
