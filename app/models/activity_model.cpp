// SPDX-License-Identifier: Apache-2.0
#include "models/activity_model.h"

#include <QLocale>

#include <algorithm>

namespace nimbook::models {

using workspace::Activity;
using workspace::ActivityEntry;

ActivityModel::ActivityModel(Activity &activity, QObject *parent)
    : QAbstractTableModel(parent), m_activity(activity), m_entries(activity.entries())
{
    connect(&activity, &Activity::entryAdded, this, &ActivityModel::synchronise);
    connect(&activity, &Activity::entriesCleared, this, &ActivityModel::synchronise);
    connect(&activity, &Activity::entryChanged, this, [this](quint64 id) {
        const auto &entries = m_activity.entries();
        const auto found = std::find_if(entries.cbegin(), entries.cend(), [id](const ActivityEntry &entry) { return entry.id == id; });
        const int row = rowOf(id);
        if (found == entries.cend() || row < 0)
            return;
        m_entries[row] = *found;
        Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    });
}

void ActivityModel::synchronise()
{
    const QList<ActivityEntry> target = m_activity.entries();
    const auto has = [](const QList<ActivityEntry> &entries, quint64 id) {
        return std::any_of(entries.cbegin(), entries.cend(), [id](const ActivityEntry &entry) { return entry.id == id; });
    };
    for (int row = int(m_entries.size()) - 1; row >= 0; --row) {
        if (has(target, m_entries.at(row).id))
            continue;
        beginRemoveRows({}, row, row);
        m_entries.removeAt(row);
        endRemoveRows();
    }
    for (int row = 0; row < target.size(); ++row) {
        if (row < m_entries.size() && m_entries.at(row).id == target.at(row).id)
            continue;
        beginInsertRows({}, row, row);
        m_entries.insert(row, target.at(row));
        endInsertRows();
    }
}

int ActivityModel::rowOf(quint64 id) const
{
    for (int row = 0; row < m_entries.size(); ++row) {
        if (m_entries.at(row).id == id)
            return row;
    }
    return -1;
}

void ActivityModel::cancel(int row)
{
    if (row >= 0 && row < m_entries.size() && m_entries.at(row).job)
        m_entries.at(row).job->cancel();
}

Error ActivityModel::errorAt(int row) const
{
    return row >= 0 && row < m_entries.size() ? m_entries.at(row).error : Error();
}

int ActivityModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int ActivityModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ActivityModel::stateText(const ActivityEntry &entry) const
{
    switch (entry.state) {
    case Job::State::NotStarted: return tr("Waiting");
    case Job::State::Running:
        if (entry.progress.isDeterminate())
            return entry.progress.text.isEmpty() ? tr("%1 %").arg(entry.progress.percent())
                                                 : tr("%1 · %2 %").arg(entry.progress.text).arg(entry.progress.percent());
        return entry.progress.text.isEmpty() ? tr("Under way") : entry.progress.text;
    case Job::State::Succeeded: return tr("Done");
    case Job::State::Failed: return tr("Failed: %1").arg(entry.error.message);
    case Job::State::Cancelled: return tr("Cancelled");
    }
    return {};
}

QVariant ActivityModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const ActivityEntry &entry = m_entries.at(index.row());
    const QLocale locale;
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case Title: return entry.title;
        case State: return stateText(entry);
        case Started: return locale.toString(entry.started.toLocalTime().time(), QLocale::ShortFormat);
        default: return {};
        }
    case Qt::ToolTipRole:
        if (index.column() == Started)
            return locale.toString(entry.started.toLocalTime(), QLocale::LongFormat);
        return entry.state == Job::State::Failed ? entry.error.message + QLatin1Char('\n') + entry.error.nextStep : QString();
    case UnderlyingData:
        return index.column() == Started ? QVariant(entry.started) : index.column() == State ? QVariant(int(entry.state)) : QVariant(entry.title);
    case IdRole: return entry.id;
    case StateRole: return int(entry.state);
    case PercentRole: return entry.progress.percent();
    case ErrorRole: return entry.state == Job::State::Failed ? entry.error.message : QString();
    case Qt::AccessibleTextRole: return QString(entry.title + QStringLiteral(", ") + stateText(entry));
    default: return {};
    }
}

QVariant ActivityModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Title: return tr("Operation");
    case State: return tr("State");
    case Started: return tr("Started");
    default: return {};
    }
}

} // namespace nimbook::models
