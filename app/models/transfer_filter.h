// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSortFilterProxyModel>

namespace nimbook::models {

/// The transfer list as one wants to see it: all, or without those that have ended well. For a TransferModel alone: rows are compared
/// and chosen by the transfers themselves, because a hundred thousand rows through QVariant are a stall.
class TransferFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit TransferFilter(QObject *parent = nullptr);

    bool onlyUnfinished() const { return m_onlyUnfinished; }
    void setOnlyUnfinished(bool only); ///< what runs, waits or failed

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    bool m_onlyUnfinished = false;
};

} // namespace nimbook::models
