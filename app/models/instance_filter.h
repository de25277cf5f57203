// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace nimbook::models {

/// Sorts by raw values, and keeps the machines in which every typed word occurs somewhere: any column, label or address.
class InstanceFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit InstanceFilter(QObject *parent = nullptr);

    void setFilterText(const QString &text);
    QString filterText() const { return m_text; }

protected:
    bool filterAcceptsRow(int sourceRow, const QModelIndex &sourceParent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QString m_text;
    QStringList m_words;
};

} // namespace nimbook::models
