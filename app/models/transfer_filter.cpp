// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_filter.h"

#include "models/transfer_model.h"

namespace nimbook::models {

TransferFilter::TransferFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(TransferModel::SortRole);
}

void TransferFilter::setOnlyUnfinished(bool only)
{
    if (m_onlyUnfinished == only)
        return;
    m_onlyUnfinished = only;
    invalidateFilter();
}

bool TransferFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (!m_onlyUnfinished || parent.isValid())
        return true;
    const auto state = transfer::Transfer::State(sourceModel()->index(row, 0, parent).data(TransferModel::StateRole).toInt());
    return state != transfer::Transfer::State::Done && state != transfer::Transfer::State::Cancelled;
}

} // namespace nimbook::models
