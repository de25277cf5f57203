// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/activity.h"

#include <QAbstractTableModel>

namespace nimbook::models {

/// What runs and what ran, newest first.
class ActivityModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, State, Started, ColumnCount };
    enum Role { UnderlyingData = Qt::UserRole, IdRole, StateRole, PercentRole, ErrorRole };

    explicit ActivityModel(workspace::Activity &activity, QObject *parent = nullptr);

    void cancel(int row); ///< what has ended stays as it is
    Error errorAt(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    void synchronise();
    int rowOf(quint64 id) const;
    QString stateText(const workspace::ActivityEntry &entry) const;

    workspace::Activity &m_activity;
    QList<workspace::ActivityEntry> m_entries;
};

} // namespace nimbook::models
