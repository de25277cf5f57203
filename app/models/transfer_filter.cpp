// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_filter.h"

#include "models/transfer_model.h"

#include <tuple>

namespace nimbook::models {

using transfer::Transfer;

namespace {
const Transfer *transferAt(const QAbstractItemModel *source, const QModelIndex &index)
{
    return static_cast<const TransferModel *>(source)->transfer(index);
}
} // namespace

TransferFilter::TransferFilter(QObject *parent) : QSortFilterProxyModel(parent)
{
    setSortRole(TransferModel::SortRole);
}

void TransferFilter::setOnlyUnfinished(bool only)
{
    if (m_onlyUnfinished == only)
        return;
    m_onlyUnfinished = only;
    // One change of layout keeps selection, open rows and scroll position as well as invalidateFilter() does, which tells of thousands of
    // holes one by one, each at the cost of the whole list.
    invalidate();
}

bool TransferFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (!m_onlyUnfinished || parent.isValid())
        return true;
    const Transfer *transfer = transferAt(sourceModel(), sourceModel()->index(row, 0));
    return transfer && transfer->state != Transfer::State::Done && transfer->state != Transfer::State::Cancelled;
}

bool TransferFilter::lessThan(const QModelIndex &left, const QModelIndex &right) const
{
    if (left.parent().isValid()) // files of one transfer: a handful
        return QSortFilterProxyModel::lessThan(left, right);
    const Transfer *a = transferAt(sourceModel(), left);
    const Transfer *b = transferAt(sourceModel(), right);
    if (!a || !b)
        return false;
    switch (left.column()) {
    case TransferModel::Name: return std::tie(a->title, a->machineName) < std::tie(b->title, b->machineName);
    case TransferModel::Bytes: return a->bytesTotal < b->bytesTotal;
    case TransferModel::Rate: return a->bytesPerSecond < b->bytesPerSecond;
    case TransferModel::TimeLeft: return a->timeLeft() < b->timeLeft();
    case TransferModel::State: return a->state < b->state;
    default: return TransferModel::actionFor(*a) < TransferModel::actionFor(*b);
    }
}

} // namespace nimbook::models
