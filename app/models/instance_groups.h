// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "models/machine_text.h"

#include <QAbstractListModel>
#include <QPointer>

namespace nimbook::models {

/// The machines of a source model under headings: Running, Changing, Stopped; by name within each. A machine that changes its group
/// moves, so that what is selected stays selected.
class InstanceGroups : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        IsHeadingRole = Qt::UserRole + 100,
        CountRole, ///< of a heading: how many machines it has
    };

    /// \param source an InstanceModel or a proxy on one; its roles are handed on
    explicit InstanceGroups(QAbstractItemModel &source, QObject *parent = nullptr);

    QModelIndex indexOf(const cloud::InstanceRef &ref) const; ///< invalid: not here
    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Entry {
        MachineGroup group = MachineGroup::Running;
        bool heading = false;
        cloud::InstanceRef ref;
        bool operator==(const Entry &other) const; ///< a machine is the same whatever its group
    };

    void rebuild();
    QList<Entry> wanted();
    void removeMissing(const QList<Entry> &target);
    void placeAll(const QList<Entry> &target);
    void onSourceDataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight);

    QAbstractItemModel &m_source;
    QList<Entry> m_entries;
    QMap<cloud::InstanceRef, int> m_sourceRows;
    QMap<MachineGroup, int> m_counts;
};

} // namespace nimbook::models
