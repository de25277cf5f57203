// SPDX-License-Identifier: Apache-2.0
#include "models/instance_groups.h"

#include "models/instance_model.h"

#include <algorithm>
#include <set>

namespace nimbook::models {

bool InstanceGroups::Entry::operator==(const Entry &other) const
{
    return heading == other.heading && (heading ? group == other.group : ref == other.ref);
}

InstanceGroups::InstanceGroups(QAbstractItemModel &source, QObject *parent) : QAbstractListModel(parent), m_source(source)
{
    connect(&source, &QAbstractItemModel::rowsInserted, this, &InstanceGroups::rebuild);
    connect(&source, &QAbstractItemModel::rowsRemoved, this, &InstanceGroups::rebuild);
    connect(&source, &QAbstractItemModel::rowsMoved, this, &InstanceGroups::rebuild);
    connect(&source, &QAbstractItemModel::layoutChanged, this, &InstanceGroups::rebuild);
    connect(&source, &QAbstractItemModel::modelReset, this, &InstanceGroups::rebuild);
    connect(&source, &QAbstractItemModel::dataChanged, this, &InstanceGroups::onSourceDataChanged);
    rebuild();
}

QList<InstanceGroups::Entry> InstanceGroups::wanted()
{
    QList<Entry> machines;
    m_sourceRows.clear();
    m_counts.clear();
    const int rows = m_source.rowCount();
    machines.reserve(rows);
    for (int row = 0; row < rows; ++row) {
        const QModelIndex index = m_source.index(row, 0);
        const auto state = cloud::MachineState(index.data(InstanceModel::StateRole).toInt());
        const auto ref = index.data(InstanceModel::RefRole).value<cloud::InstanceRef>();
        machines.append({machineGroup(state), false, ref});
        m_sourceRows.insert(ref, row);
        ++m_counts[machineGroup(state)];
    }
    std::sort(machines.begin(), machines.end(), [](const Entry &a, const Entry &b) {
        return std::tie(a.group, a.ref.name, a.ref.zone) < std::tie(b.group, b.ref.name, b.ref.zone);
    });
    QList<Entry> target;
    target.reserve(machines.size() + 3);
    for (const Entry &machine : std::as_const(machines)) {
        if (target.isEmpty() || target.last().group != machine.group)
            target.append({machine.group, true, {}});
        target.append(machine);
    }
    return target;
}

void InstanceGroups::rebuild()
{
    const QMap<MachineGroup, int> oldCounts = m_counts;
    const QList<Entry> target = wanted();
    removeMissing(target);
    placeAll(target);
    for (int row = 0; row < m_entries.size(); ++row) {
        m_entries[row].group = target.at(row).group;
        if (m_entries.at(row).heading && oldCounts.value(m_entries.at(row).group) != m_counts.value(m_entries.at(row).group))
            Q_EMIT dataChanged(index(row), index(row));
    }
}

void InstanceGroups::removeMissing(const QList<Entry> &target)
{
    std::set<cloud::InstanceRef> machines;
    std::set<MachineGroup> headings;
    for (const Entry &entry : target) {
        if (entry.heading)
            headings.insert(entry.group);
        else
            machines.insert(entry.ref);
    }
    const auto stays = [&](const Entry &entry) {
        return entry.heading ? headings.count(entry.group) > 0 : machines.count(entry.ref) > 0;
    };
    for (int last = int(m_entries.size()) - 1; last >= 0; --last) {
        if (stays(m_entries.at(last)))
            continue;
        int first = last;
        while (first > 0 && !stays(m_entries.at(first - 1)))
            --first;
        beginRemoveRows({}, first, last);
        m_entries.remove(first, last - first + 1);
        endRemoveRows();
        last = first;
    }
}

void InstanceGroups::placeAll(const QList<Entry> &target)
{
    std::set<cloud::InstanceRef> machines;
    std::set<MachineGroup> headings;
    for (const Entry &entry : std::as_const(m_entries)) {
        if (entry.heading)
            headings.insert(entry.group);
        else
            machines.insert(entry.ref);
    }
    const auto isHere = [&](const Entry &entry) {
        return entry.heading ? headings.count(entry.group) > 0 : machines.count(entry.ref) > 0;
    };
    for (int row = 0; row < target.size(); ++row) {
        if (row < m_entries.size() && m_entries.at(row) == target.at(row))
            continue;
        if (isHere(target.at(row))) {
            int from = row + 1;
            while (!(m_entries.at(from) == target.at(row)))
                ++from;
            beginMoveRows({}, from, from, {}, row);
            m_entries.move(from, row);
            endMoveRows();
            continue;
        }
        int last = row;
        while (last + 1 < target.size() && !isHere(target.at(last + 1)))
            ++last;
        beginInsertRows({}, row, last);
        m_entries.insert(row, last - row + 1, Entry());
        std::copy(target.begin() + row, target.begin() + last + 1, m_entries.begin() + row);
        endInsertRows();
        row = last;
    }
}

void InstanceGroups::onSourceDataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight)
{
    // Only the ages ticked: nothing here shows them.
    if (topLeft.column() == InstanceModel::Age && bottomRight.column() == InstanceModel::Age)
        return;
    bool regroup = false;
    for (int row = topLeft.row(); row <= bottomRight.row(); ++row) {
        const QModelIndex source = m_source.index(row, 0);
        const QModelIndex mine = indexOf(source.data(InstanceModel::RefRole).value<cloud::InstanceRef>());
        const auto state = cloud::MachineState(source.data(InstanceModel::StateRole).toInt());
        if (!mine.isValid() || m_entries.at(mine.row()).group != machineGroup(state))
            regroup = true;
        else
            Q_EMIT dataChanged(mine, mine);
    }
    if (regroup)
        rebuild();
}

QModelIndex InstanceGroups::indexOf(const cloud::InstanceRef &ref) const
{
    const auto found = std::find_if(m_entries.cbegin(), m_entries.cend(), [&](const Entry &entry) { return !entry.heading && entry.ref == ref; });
    return found == m_entries.cend() ? QModelIndex() : index(int(found - m_entries.cbegin()));
}

int InstanceGroups::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant InstanceGroups::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry &entry = m_entries.at(index.row());
    if (role == IsHeadingRole)
        return entry.heading;
    if (entry.heading) {
        if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole)
            return groupText(entry.group);
        return role == CountRole ? QVariant(m_counts.value(entry.group)) : QVariant();
    }
    const int row = m_sourceRows.value(entry.ref, -1);
    return row < 0 || row >= m_source.rowCount() ? QVariant() : m_source.index(row, 0).data(role);
}

Qt::ItemFlags InstanceGroups::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    return m_entries.at(index.row()).heading ? Qt::ItemNeverHasChildren : Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace nimbook::models
