// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/transfer_model.h"

#include <QHash>
#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

namespace nimbook::models {

/// Fills a TransferModel from queues that come and go. Changes are gathered and told at most ten times a second, however many
/// transfers run; ends are told at once.
class TransferFeed : public QObject {
    Q_OBJECT
public:
    explicit TransferFeed(TransferModel &model, QObject *parent = nullptr);

    void watch(transfer::TransferQueue *queue); ///< null and known ones are fine; its rows go when it goes
    transfer::TransferQueue *queue(const TransferModel::Key &key) const;
    /// Transfers into this folder are the window's own business (copies made for dragging out): not shown.
    void setHiddenDestination(const QString &folder) { m_hiddenDestination = folder; }
    /// Copies in here served a window that is gone by now: transfers into it that an earlier run left are given up.
    void setScratchFolder(const QString &folder) { m_scratchFolder = folder; }

Q_SIGNALS:
    void updated(); ///< after one round of changes: time to sum up

private:
    struct Source {
        int number;
        QPointer<transfer::TransferQueue> queue;
    };

    void onChanged(int source, transfer::TransferId id);
    void flush();
    transfer::TransferQueue *queueOf(int source) const;
    bool isHidden(const transfer::Transfer &transfer) const;

    TransferModel &m_model;
    QList<Source> m_sources;
    QString m_hiddenDestination;
    QString m_scratchFolder;
    QSet<TransferModel::Key> m_dirty;
    QHash<int, QList<transfer::TransferId>> m_removed;
    QTimer m_timer;
    int m_nextSource = 1;
};

} // namespace nimbook::models
