// SPDX-License-Identifier: Apache-2.0
#include "models/remote_directory_filter.h"

#include "models/remote_directory_model.h"

namespace nimbook::models {

RemoteDirectoryFilter::RemoteDirectoryFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    if (m_collator.locale().language() == QLocale::C)
        m_collator.setLocale(QLocale(QLocale::English)); // the C locale compares bytes and knows no numbers
    m_collator.setNumericMode(true);
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(true);
    sort(RemoteDirectoryModel::Name, Qt::AscendingOrder);
}

void RemoteDirectoryFilter::setShowHidden(bool show)
{
    if (m_showHidden == show)
        return;
    m_showHidden = show;
    invalidateFilter();
}

void RemoteDirectoryFilter::setNamePart(const QString &part)
{
    if (m_namePart == part)
        return;
    m_namePart = part;
    invalidateFilter();
}

bool RemoteDirectoryFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QString name = sourceModel()->index(row, RemoteDirectoryModel::Name, parent).data(RemoteDirectoryModel::SortRole).toString();
    return (m_showHidden || !name.startsWith(u'.')) && (m_namePart.isEmpty() || name.contains(m_namePart, Qt::CaseInsensitive));
}

bool RemoteDirectoryFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const auto isFolder = [](const QModelIndex &index) {
        return index.data(RemoteDirectoryModel::TypeRole).toInt() == int(transfer::RemoteEntry::Type::Directory);
    };
    if (isFolder(left) != isFolder(right)) // in both directions: a folder list that flips with the sort order is lost from sight
        return (sortOrder() == Qt::AscendingOrder) == isFolder(left);

    const QVariant a = left.data(RemoteDirectoryModel::SortRole);
    const QVariant b = right.data(RemoteDirectoryModel::SortRole);
    if (left.column() == RemoteDirectoryModel::Size && a != b)
        return a.toLongLong() < b.toLongLong();
    if (left.column() == RemoteDirectoryModel::Modified && a != b)
        return a.toDateTime() < b.toDateTime();
    const QString leftName = left.siblingAtColumn(0).data(RemoteDirectoryModel::SortRole).toString();
    const QString rightName = right.siblingAtColumn(0).data(RemoteDirectoryModel::SortRole).toString();
    const int order = m_collator.compare(leftName, rightName);
    return order != 0 ? order < 0 : leftName < rightName;
}

} // namespace nimbook::models
