// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/transfer_summary.h"
#include "transfer/transfer_queue.h"

#include <QAbstractItemModel>
#include <QHash>

#include <memory>
#include <vector>

namespace nimbook::models {

/// Transfers of any number of queues, newest first; below each the files under way and what went wrong. Fed by TransferFeed; the
/// model itself asks nobody anything. Made for a hundred thousand rows: a change costs the same wherever its row is.
class TransferModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { Name, Bytes, Rate, TimeLeft, State, Action, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1, ///< raw value of the column: number, state, text
        FractionRole,                ///< double 0…1; -1: not known
        StateRole,                   ///< int(transfer::Transfer::State)
        ActionRole,                  ///< int(RowAction)
    };
    /// What can be done with a transfer; the last column offers the likeliest.
    enum class RowAction { None, Cancel, Retry, Reveal, Pause, Resume };

    /// Which row it is, over all queues. \a source is the feed's number for a queue.
    struct Key {
        int source = 0;
        transfer::TransferId id = 0;
        bool operator==(const Key &) const = default;
        friend size_t qHash(const Key &key, size_t seed) { return qHashMulti(seed, key.source, key.id); }
    };

    using QAbstractItemModel::QAbstractItemModel;

    void put(int source, const QList<transfer::Transfer> &transfers); ///< new ones on top, the last of them topmost; known ones in place
    void put(int source, const transfer::Transfer &transfer) { put(source, QList{transfer}); }
    void remove(int source, const QList<transfer::TransferId> &ids);
    void removeSource(int source);

    Key key(const QModelIndex &index) const; ///< also of a row below a transfer's
    const transfer::Transfer *transfer(const QModelIndex &index) const; ///< as key(); null for an index that is not ours; short-lived
    TransferSummary summary() const;
    QList<Key> keys() const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    using QObject::parent;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static RowAction actionFor(const transfer::Transfer &transfer);
    static bool isPossible(RowAction action, const transfer::Transfer &transfer);
    static QString actionText(RowAction action);
    static QString stateText(const transfer::Transfer &transfer); ///< "Running", "2 files failed"
    static QString toolTip(const transfer::Transfer &transfer);

private:
    struct Row {
        int source;
        transfer::Transfer transfer;
        size_t position = 0; ///< in m_rows
        int details = 0;     ///< rows below: files under way, then errors
    };

    int viewRow(const Row &row) const { return int(m_rows.size() - 1 - row.position); }
    Row *rowAt(const QModelIndex &index) const; ///< the transfer's row, also for one below it
    static int detailCount(const transfer::Transfer &transfer);
    void replace(Row &row, const transfer::Transfer &transfer);
    QString text(const transfer::Transfer &transfer, int column) const;
    QVariant detail(const transfer::Transfer &transfer, const QModelIndex &index, int role) const;
    QVariant sortValue(const transfer::Transfer &transfer, int column) const;

    std::vector<std::unique_ptr<Row>> m_rows; ///< oldest first: a new one moves none of the others
    QHash<Key, Row *> m_byKey;
};

} // namespace nimbook::models
