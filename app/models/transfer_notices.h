// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transfer_queue.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <functional>

namespace nimbook::models {

/// When transfers have ended, and whether that is worth interrupting somebody: when nobody looks at the window, or when they took
/// so long that whoever started them does something else by now. Several that end together make one notice.
class TransferNotices : public QObject {
    Q_OBJECT
public:
    static constexpr std::chrono::seconds longTransfer{60};

    /// \param isWatched whether somebody looks at the window right now
    explicit TransferNotices(std::function<bool()> isWatched, QObject *parent = nullptr);

    void watch(transfer::TransferQueue *queue);
    void setScratchFolder(const QString &folder) { m_scratchFolder = folder; } ///< transfers into it are the window's own business

    static QString titleOf(const QList<transfer::Transfer> &ended);
    static QString textOf(const QList<transfer::Transfer> &ended);

Q_SIGNALS:
    void notice(const QString &title, const QString &text); ///< translated

private:
    void onFinished(transfer::TransferQueue &queue, transfer::TransferId id);
    void tell();

    std::function<bool()> m_isWatched;
    QString m_scratchFolder;
    QList<QPointer<transfer::TransferQueue>> m_queues;
    struct Ended {
        QPointer<transfer::TransferQueue> queue;
        transfer::Transfer transfer;
    };
    QList<Ended> m_ended;
    QTimer m_pause;
};

} // namespace nimbook::models
