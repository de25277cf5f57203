// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/sync_run.h"

#include <QAbstractTableModel>
#include <QCollator>
#include <QSortFilterProxyModel>

#include <array>

namespace nimbook::models {

/// What synchronising would do, one row for each path that differs; a tick says whether it is done, a row's action what.
class SyncModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Path, What, Doing, Here, There, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1,
        GroupRole,  ///< int(Group)
        ActionRole, ///< int(sync::Action), Nothing when not ticked
    };
    /// As people sort differences.
    enum class Group { Upload, Download, Differs, Deleted };
    static constexpr int groupCount = 4;

    struct Totals {
        qint64 up = 0;
        qint64 upBytes = 0;
        qint64 down = 0;
        qint64 downBytes = 0;
        qint64 keepBoth = 0;
        qint64 deleteHere = 0;
        qint64 deleteThere = 0;
        qint64 all() const { return up + down + keepBoth + deleteHere + deleteThere; }
        bool operator==(const Totals &) const = default;
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setItems(const QList<sync::Item> &items); ///< ticked as suggested
    void clear() { setItems({}); }
    QList<sync::Choice> choices() const; ///< the ticked ones
    Totals totals() const { return m_totals; }
    int count(Group group) const { return m_counts[size_t(group)]; }
    static QString totalsText(const Totals &totals); ///< "12 files up, 4.2 MB · 3 down, 1.1 GB · 2 deletions"; empty: nothing ticked

    const sync::Item *item(const QModelIndex &index) const; ///< null for an index that is not ours
    QList<sync::Action> possibleActions(const QModelIndex &index) const;
    void setAction(const QModelIndex &index, sync::Action action); ///< ticks the row, or unticks it for Nothing
    static QString actionText(sync::Action action);
    static QString differenceText(sync::Difference difference);
    static Group groupOf(sync::Difference difference);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void totalsChanged();

private:
    struct Row {
        sync::Item item;
        sync::Action action = sync::Action::Nothing; ///< what a tick means
        bool ticked = false;
        sync::Action effective() const { return ticked ? action : sync::Action::Nothing; }
    };
    static void add(Totals &totals, const Row &row, int sign);
    void change(int row, sync::Action action, bool ticked);
    QString text(const Row &row, int column) const;

    QList<Row> m_rows;
    Totals m_totals;
    std::array<int, groupCount> m_counts{};
};

/// All differences, or one group of them.
class SyncFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit SyncFilter(QObject *parent = nullptr);
    void setGroup(int group); ///< -1: all

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    QCollator m_collator; ///< as people count: fold-2 before fold-10
    int m_group = -1;
};

} // namespace nimbook::models
