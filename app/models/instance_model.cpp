// SPDX-License-Identifier: Apache-2.0
#include "models/instance_model.h"

#include "models/machine_text.h"

#include <QLocale>

namespace nimbook::models {

InstanceModel::InstanceModel(std::shared_ptr<const Clock> clock, QObject *parent)
    : QAbstractTableModel(parent), m_clock(std::move(clock))
{
}

void InstanceModel::setMachines(const QList<cloud::Instance> &machines)
{
    beginResetModel();
    m_machines = machines;
    m_rows.clear();
    reindex(0);
    endResetModel();
}

void InstanceModel::addMachines(const QList<cloud::Instance> &machines)
{
    QList<cloud::Instance> fresh;
    for (const cloud::Instance &machine : machines) {
        if (m_rows.contains(machine.ref))
            updateMachine(machine);
        else
            fresh.append(machine);
    }
    if (fresh.isEmpty())
        return;
    const int first = int(m_machines.size());
    beginInsertRows({}, first, first + int(fresh.size()) - 1);
    m_machines.append(fresh);
    reindex(first);
    endInsertRows();
}

void InstanceModel::updateMachine(const cloud::Instance &machine)
{
    const int row = rowOf(machine.ref);
    if (row < 0) {
        addMachines({machine});
        return;
    }
    if (m_machines.at(row) == machine)
        return;
    m_machines[row] = machine;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void InstanceModel::removeMachine(const cloud::InstanceRef &ref)
{
    const int row = rowOf(ref);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_machines.removeAt(row);
    m_rows.remove(ref);
    reindex(row);
    endRemoveRows();
}

void InstanceModel::refreshAges()
{
    if (!m_machines.isEmpty())
        Q_EMIT dataChanged(index(0, Age), index(int(m_machines.size()) - 1, Age), {Qt::DisplayRole});
}

int InstanceModel::rowOf(const cloud::InstanceRef &ref) const
{
    return m_rows.value(ref, -1);
}

void InstanceModel::reindex(int from)
{
    for (int row = from; row < m_machines.size(); ++row)
        m_rows[m_machines.at(row).ref] = row;
}

int InstanceModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_machines.size());
}

int InstanceModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant InstanceModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const cloud::Instance &machine = m_machines.at(index.row());
    switch (role) {
    case Qt::DisplayRole: return displayText(machine, index.column());
    case Qt::ToolTipRole: return toolTip(machine, index.column());
    case UnderlyingData: return underlyingData(machine, index.column());
    case RefRole: return QVariant::fromValue(machine.ref);
    case StateRole: return int(machine.state());
    case InstanceRole: return QVariant::fromValue(machine);
    case Qt::AccessibleTextRole:
        return index.column() == Name ? tr("%1, %2, %3").arg(machine.ref.name, stateText(machine.state()), machine.ref.zone)
                                      : displayText(machine, index.column());
    default: return {};
    }
}

QString InstanceModel::displayText(const cloud::Instance &machine, int column) const
{
    switch (column) {
    case Name: return machine.ref.name;
    case State: return stateText(machine.state());
    case Zone: return machine.ref.zone;
    case MachineType: return machine.machineType;
    case Gpu: return gpuText(machine);
    case Age:
        return machine.created.isValid() ? ageText(std::chrono::seconds(machine.created.secsTo(m_clock->now()))) : QString();
    case Address: return machine.externalAddress.isEmpty() ? machine.internalAddress : machine.externalAddress;
    default: return {};
    }
}

QVariant InstanceModel::underlyingData(const cloud::Instance &machine, int column) const
{
    switch (column) {
    case State: return int(machineGroup(machine.state())) * 100 + int(machine.state());
    case Gpu: return QStringLiteral("%1 %2").arg(gpuText(machine).section(QStringLiteral(" × "), 1)).arg(gpuCount(machine), 3, 10, QLatin1Char('0'));
    case Age: return machine.created.isValid() ? machine.created.secsTo(m_clock->now()) : -1;
    default: return displayText(machine, column);
    }
}

QString InstanceModel::toolTip(const cloud::Instance &machine, int column) const
{
    const QLocale locale;
    switch (column) {
    case State: return machine.statusMessage;
    case Age:
        return machine.created.isValid() ? tr("Made %1").arg(locale.toString(machine.created.toLocalTime(), QLocale::LongFormat)) : QString();
    case Address:
        if (machine.externalAddress.isEmpty() && !machine.internalAddress.isEmpty())
            return tr("Internal address only: this machine cannot be reached from the internet.");
        return machine.internalAddress.isEmpty() ? QString() : tr("Internal: %1").arg(machine.internalAddress);
    default: return {};
    }
}

QVariant InstanceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Name: return tr("Name");
    case State: return tr("State");
    case Zone: return tr("Zone");
    case MachineType: return tr("Machine type");
    case Gpu: return tr("GPU");
    case Age: return tr("Age");
    case Address: return tr("Address");
    default: return {};
    }
}

} // namespace nimbook::models
