// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QAbstractTableModel>

namespace nimbook::models {

/// The steps of a flow as rows, kept after the flow has gone: what happened, and how long each step took.
class StepModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Title, State, Took, Usual, Detail, ColumnCount };
    enum Role { UnderlyingData = Qt::UserRole, StateRole };
    using QAbstractTableModel::QAbstractTableModel;

    void setFlow(Flow *flow); ///< null: keeps what is shown

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    static QString stateText(Step::State state);

private:
    QList<Step> m_steps;
    QList<QMetaObject::Connection> m_connections;
};

} // namespace nimbook::models
