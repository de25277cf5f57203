// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jupyter/packages_state.h"

#include <QAbstractTableModel>

namespace nimbook::models {

/// What requirements.txt wants beside what is installed, line for line.
class WantedPackagesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Package, Wanted, Installed, State, ColumnCount };
    enum Role { StateRole = Qt::UserRole }; ///< int of jupyter::WantedPackage::State

    using QAbstractTableModel::QAbstractTableModel;

    void setPackages(const QList<jupyter::WantedPackage> &packages);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QList<jupyter::WantedPackage> m_packages;
};

/// "2 missing, 1 in another version", or that all are there; about the lines that can be checked.
QString wantedSummary(const QList<jupyter::WantedPackage> &packages);
/// What nimbook.lock recorded and whether the machine is still so, in one sentence.
QString lockSummary(const jupyter::PackagesState &state);
QString lockSummary(const jupyter::LockState &file); ///< what the file says, while nobody can compare

} // namespace nimbook::models
