// SPDX-License-Identifier: Apache-2.0
#include "models/instance_feed.h"

#include "models/instance_model.h"
#include "workspace/machine_list.h"

namespace nimbook::models {

InstanceFeed::InstanceFeed(InstanceModel &model, QObject *parent) : QObject(parent), m_model(model)
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setInterval(0);
    connect(&m_flushTimer, &QTimer::timeout, this, &InstanceFeed::flush);
}

void InstanceFeed::setSource(workspace::MachineList *list)
{
    if (m_list)
        m_list->disconnect(this);
    m_list = list;
    m_added.clear();
    m_flushTimer.stop();
    m_model.setMachines(list ? list->machines() : QList<cloud::Instance>());
    if (!list)
        return;
    connect(list, &workspace::MachineList::machineAdded, this, [this](const cloud::Instance &machine) {
        m_added.append(machine);
        m_flushTimer.start();
    });
    connect(list, &workspace::MachineList::machineChanged, this, [this](const cloud::Instance &machine) {
        flush();
        m_model.updateMachine(machine);
    });
    connect(list, &workspace::MachineList::machineRemoved, this, [this](const cloud::InstanceRef &ref) {
        flush();
        m_model.removeMachine(ref);
    });
    connect(list, &workspace::MachineList::refreshed, this, &InstanceFeed::flush);
    connect(list, &QObject::destroyed, this, [this] { m_model.setMachines({}); });
}

void InstanceFeed::flush()
{
    m_flushTimer.stop();
    if (m_added.isEmpty())
        return;
    const QList<cloud::Instance> added = std::exchange(m_added, {});
    m_model.addMachines(added);
}

} // namespace nimbook::models
