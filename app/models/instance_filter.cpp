// SPDX-License-Identifier: Apache-2.0
#include "models/instance_filter.h"

#include "models/instance_model.h"

namespace nimbook::models {

InstanceFilter::InstanceFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(true);
    sort(InstanceModel::Name);
}

void InstanceFilter::setFilterText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    m_words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool InstanceFilter::filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const
{
    if (m_words.isEmpty())
        return true;
    QString all;
    for (int column = 0; column < InstanceModel::ColumnCount; ++column)
        all += sourceModel()->index(sourceRow, column, sourceParent).data().toString() + QLatin1Char('\n');
    const auto machine = sourceModel()->index(sourceRow, 0, sourceParent).data(InstanceModel::InstanceRole).value<cloud::Instance>();
    all += machine.internalAddress;
    for (auto label = machine.labels.cbegin(); label != machine.labels.cend(); ++label)
        all += QLatin1Char('\n') + label.key() + QLatin1Char('=') + label.value();
    for (const QString &word : m_words) {
        if (!all.contains(word, Qt::CaseInsensitive))
            return false;
    }
    return true;
}

bool InstanceFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    const QVariant a = left.data(InstanceModel::UnderlyingData);
    const QVariant b = right.data(InstanceModel::UnderlyingData);
    if (a == b) // equal values keep an order that does not jump between refreshes
        return left.data(InstanceModel::RefRole).value<cloud::InstanceRef>() < right.data(InstanceModel::RefRole).value<cloud::InstanceRef>();
    if (a.userType() == QMetaType::QString)
        return QString::compare(a.toString(), b.toString(), Qt::CaseInsensitive) < 0;
    return a.toLongLong() < b.toLongLong();
}

} // namespace nimbook::models
