// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transfer_queue.h"

#include <QAbstractTableModel>

namespace nimbook::models {

/// Transfers of any number of queues, newest first. Fed by TransferFeed; the model itself asks nobody anything.
class TransferModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Bytes, Rate, TimeLeft, State, Action, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1, ///< raw value of the column: number, state, text
        FractionRole,                ///< double 0…1; -1: not known
        StateRole,                   ///< int(transfer::Transfer::State)
        ActionRole,                  ///< int(RowAction)
    };
    /// The one thing the last column offers.
    enum class RowAction { None, Cancel, Retry, Reveal };

    /// Which row it is, over all queues. \a source is the feed's number for a queue.
    struct Key {
        int source = 0;
        transfer::TransferId id = 0;
        bool operator==(const Key &) const = default;
    };

    using QAbstractTableModel::QAbstractTableModel;

    void put(int source, const transfer::Transfer &transfer); ///< a new one on top, a known one in place
    void remove(int source, transfer::TransferId id);
    void removeSource(int source);

    Key key(const QModelIndex &index) const;
    const transfer::Transfer *transfer(const QModelIndex &index) const; ///< null for an index that is not ours; short-lived
    QList<transfer::Transfer> transfers() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    static RowAction actionFor(const transfer::Transfer &transfer);
    static QString stateText(const transfer::Transfer &transfer); ///< "Running", "2 files failed"
    static QString toolTip(const transfer::Transfer &transfer);

private:
    struct Row {
        int source;
        transfer::Transfer transfer;
    };

    qsizetype rowOf(int source, transfer::TransferId id) const;
    QString text(const Row &row, int column) const;
    QVariant sortValue(const Row &row, int column) const;

    QList<Row> m_rows;
};

} // namespace nimbook::models
