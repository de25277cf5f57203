// SPDX-License-Identifier: Apache-2.0
#include "models/sync_model.h"

#include "models/quantities.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>

namespace nimbook::models {

using sync::Action;
using sync::Difference;
using sync::Item;

namespace {

qint64 sizeOf(const std::optional<sync::TreeEntry> &entry)
{
    return entry ? entry->size : 0;
}

QString sideText(const std::optional<sync::TreeEntry> &entry)
{
    if (!entry)
        return QStringLiteral("–");
    if (entry->isFolder)
        return SyncModel::tr("Folder");
    return SyncModel::tr("%1 · %2", "size, time").arg(byteText(entry->size), agoText(QDateTime::fromSecsSinceEpoch(entry->modified), QDateTime::currentDateTimeUtc()));
}

QString sideToolTip(const std::optional<sync::TreeEntry> &entry)
{
    if (!entry || entry->isFolder)
        return {};
    return SyncModel::tr("%1 bytes\n%2").arg(QLocale().toString(entry->size), QLocale().toString(QDateTime::fromSecsSinceEpoch(entry->modified), QLocale::LongFormat));
}

} // namespace

SyncModel::Group SyncModel::groupOf(Difference difference)
{
    switch (difference) {
    case Difference::OnlyHere:
    case Difference::ChangedHere: return Group::Upload;
    case Difference::OnlyThere:
    case Difference::ChangedThere: return Group::Download;
    case Difference::DeletedHere:
    case Difference::DeletedThere: return Group::Deleted;
    case Difference::ChangedBoth:
    case Difference::KindsDiffer: break;
    }
    return Group::Differs;
}

QString SyncModel::differenceText(Difference difference)
{
    switch (difference) {
    case Difference::OnlyHere: return tr("Only here");
    case Difference::OnlyThere: return tr("Only on the machine");
    case Difference::ChangedHere: return tr("Changed here");
    case Difference::ChangedThere: return tr("Changed on the machine");
    case Difference::ChangedBoth: return tr("Differs");
    case Difference::DeletedHere: return tr("Deleted here");
    case Difference::DeletedThere: return tr("Deleted on the machine");
    case Difference::KindsDiffer: return tr("A file and a folder");
    }
    return {};
}

QString SyncModel::actionText(Action action)
{
    switch (action) {
    case Action::Upload: return tr("Upload");
    case Action::Download: return tr("Download");
    case Action::KeepBoth: return tr("Keep both");
    case Action::DeleteHere: return tr("Move to trash here");
    case Action::DeleteThere: return tr("Delete on the machine");
    case Action::Nothing: break;
    }
    return tr("Leave alone");
}

void SyncModel::add(Totals &totals, const Row &row, int sign)
{
    switch (row.effective()) {
    case Action::Upload:
        totals.up += sign;
        totals.upBytes += sign * sizeOf(row.item.here);
        break;
    case Action::Download:
        totals.down += sign;
        totals.downBytes += sign * sizeOf(row.item.there);
        break;
    case Action::KeepBoth:
        totals.keepBoth += sign;
        totals.upBytes += sign * sizeOf(row.item.here);
        totals.downBytes += sign * sizeOf(row.item.there);
        break;
    case Action::DeleteHere: totals.deleteHere += sign; break;
    case Action::DeleteThere: totals.deleteThere += sign; break;
    case Action::Nothing: break;
    }
}

QString SyncModel::totalsText(const Totals &totals)
{
    const auto files = [](qint64 count) { return count == 1 ? tr("1 file") : tr("%1 files").arg(QLocale().toString(count)); };
    QStringList parts;
    if (totals.up > 0)
        parts << tr("↑ %1, %2", "files, bytes to the machine").arg(files(totals.up), byteText(totals.upBytes));
    if (totals.down > 0)
        parts << tr("↓ %1, %2", "files, bytes from the machine").arg(files(totals.down), byteText(totals.downBytes));
    if (totals.keepBoth > 0)
        parts << tr("%1 kept twice").arg(files(totals.keepBoth));
    if (totals.deleteHere > 0)
        parts << tr("%1 to the trash here").arg(files(totals.deleteHere));
    if (totals.deleteThere > 0)
        parts << tr("%1 deleted on the machine").arg(files(totals.deleteThere));
    return parts.join(QStringLiteral(" · "));
}

void SyncModel::setItems(const QList<Item> &items)
{
    beginResetModel();
    m_rows.clear();
    m_rows.reserve(items.size());
    m_totals = {};
    m_counts = {};
    for (const Item &item : items) {
        const Action suggested = sync::suggestedAction(item);
        Row row{item, suggested == Action::Nothing ? sync::possibleActions(item).first() : suggested, suggested != Action::Nothing};
        add(m_totals, row, 1);
        ++m_counts[size_t(groupOf(item.difference))];
        m_rows.append(std::move(row));
    }
    endResetModel();
    Q_EMIT totalsChanged();
}

QList<sync::Choice> SyncModel::choices() const
{
    QList<sync::Choice> chosen;
    for (const Row &row : m_rows) {
        if (row.effective() != Action::Nothing)
            chosen.append({row.item, row.action});
    }
    return chosen;
}

const Item *SyncModel::item(const QModelIndex &index) const
{
    return index.isValid() && checkIndex(index) ? &m_rows[index.row()].item : nullptr;
}

QList<Action> SyncModel::possibleActions(const QModelIndex &index) const
{
    const Item *found = item(index);
    return found ? sync::possibleActions(*found) : QList<Action>();
}

void SyncModel::setAction(const QModelIndex &index, Action action)
{
    if (!possibleActions(index).contains(action))
        return;
    const Row &row = m_rows[index.row()];
    change(index.row(), action == Action::Nothing ? row.action : action, action != Action::Nothing);
}

void SyncModel::change(int number, Action action, bool ticked)
{
    Row &row = m_rows[number];
    if (row.action == action && row.ticked == ticked)
        return;
    add(m_totals, row, -1);
    row.action = action;
    row.ticked = ticked;
    add(m_totals, row, 1);
    Q_EMIT dataChanged(index(number, 0), index(number, ColumnCount - 1));
    Q_EMIT totalsChanged();
}

int SyncModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int SyncModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SyncModel::text(const Row &row, int column) const
{
    switch (column) {
    case Path: return transfer::displayName(row.item.path);
    case What: return differenceText(row.item.difference);
    case Doing: return actionText(row.effective());
    case Here: return sideText(row.item.here);
    case There: return sideText(row.item.there);
    default: return {};
    }
}

QVariant SyncModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[index.row()];
    switch (role) {
    case Qt::DisplayRole: return text(row, index.column());
    case Qt::CheckStateRole:
        if (index.column() != Path || row.action == Action::Nothing)
            return {};
        return row.ticked ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        return index.column() == Here ? sideToolTip(row.item.here) : index.column() == There ? sideToolTip(row.item.there) : text(row, index.column());
    case Qt::AccessibleTextRole:
        return index.column() == Path ? tr("%1, %2, %3").arg(text(row, Path), text(row, What), text(row, Doing)) : text(row, index.column());
    case SortRole:
        switch (index.column()) {
        case What: return int(row.item.difference);
        case Doing: return int(row.effective());
        case Here: return row.item.here ? row.item.here->size : -1;
        case There: return row.item.there ? row.item.there->size : -1;
        default: return row.item.path;
        }
    case GroupRole: return int(groupOf(row.item.difference));
    case ActionRole: return int(row.effective());
    default: return {};
    }
}

bool SyncModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() != Path)
        return false;
    const Row &row = m_rows[index.row()];
    if (row.action == Action::Nothing)
        return false;
    change(index.row(), row.action, value.toInt() == Qt::Checked);
    return true;
}

QVariant SyncModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Path: return tr("File");
    case What: return tr("Difference");
    case Doing: return tr("What is done");
    case Here: return tr("This computer");
    case There: return tr("Machine");
    default: return {};
    }
}

Qt::ItemFlags SyncModel::flags(const QModelIndex &index) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (index.column() == Path && m_rows[index.row()].action != Action::Nothing)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

SyncFilter::SyncFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(SyncModel::SortRole);
    // Ticking must not make rows jump or vanish under the pointer.
    setDynamicSortFilter(false);
    if (m_collator.locale().language() == QLocale::C)
        m_collator.setLocale(QLocale(QLocale::English)); // the C locale compares bytes and knows no numbers
    m_collator.setNumericMode(true);
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
}

bool SyncFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    if (left.column() != SyncModel::Path) {
        const qint64 a = left.data(SyncModel::SortRole).toLongLong();
        const qint64 b = right.data(SyncModel::SortRole).toLongLong();
        if (a != b)
            return a < b;
    }
    return m_collator.compare(left.siblingAtColumn(SyncModel::Path).data(SyncModel::SortRole).toString(), right.siblingAtColumn(SyncModel::Path).data(SyncModel::SortRole).toString()) < 0;
}

void SyncFilter::setGroup(int group)
{
    if (m_group == group)
        return;
    m_group = group;
    invalidateFilter();
}

bool SyncFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    return m_group < 0 || sourceModel()->index(row, 0, parent).data(SyncModel::GroupRole).toInt() == m_group;
}

} // namespace nimbook::models
