// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "cloud/model/instance.h"

#include <QAbstractTableModel>

#include <memory>

namespace nimbook::models {

/// Machines as rows. Fed one by one (InstanceFeed), so that views keep selection and scroll position.
class InstanceModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, Zone, MachineType, Gpu, Age, Address, ColumnCount };
    enum Role {
        UnderlyingData = Qt::UserRole, ///< the raw value of the column, for sorting
        RefRole,                       ///< cloud::InstanceRef
        StateRole,                     ///< int(cloud::MachineState)
        InstanceRole,                  ///< cloud::Instance
    };

    explicit InstanceModel(std::shared_ptr<const Clock> clock = std::make_shared<Clock>(), QObject *parent = nullptr);

    void setMachines(const QList<cloud::Instance> &machines); ///< another project: a reset
    void addMachines(const QList<cloud::Instance> &machines); ///< one insertion, however many
    void updateMachine(const cloud::Instance &machine);       ///< unknown: added
    void removeMachine(const cloud::InstanceRef &ref);
    void refreshAges(); ///< the clock went on

    int rowOf(const cloud::InstanceRef &ref) const; ///< -1: not here
    const cloud::Instance &at(int row) const { return m_machines.at(row); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString displayText(const cloud::Instance &machine, int column) const;
    QVariant underlyingData(const cloud::Instance &machine, int column) const;
    QString toolTip(const cloud::Instance &machine, int column) const;
    void reindex(int from);

    std::shared_ptr<const Clock> m_clock;
    QList<cloud::Instance> m_machines;
    QMap<cloud::InstanceRef, int> m_rows;
};

} // namespace nimbook::models
