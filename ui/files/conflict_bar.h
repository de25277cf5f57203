// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/local_copy_job.h"
#include "transfer/transfer_queue.h"

#include <QPointer>
#include <QWidget>

namespace nimbook::ui {

class ErrorBanner;

/// Asks what to do with names that are there already, once for a whole batch. Hidden while there is nothing to ask.
/// Nothing has been moved while it asks; leaving it alone is safe.
class ConflictBar : public QWidget {
    Q_OBJECT
public:
    explicit ConflictBar(QWidget *parent = nullptr);

    void setQueue(transfer::TransferQueue *queue);
    void watch(transfer::LocalCopyJob *job); ///< asks for it too
    transfer::TransferId askingAbout() const { return m_asking; } ///< 0: nothing

private:
    void lookAround();
    void ask(const transfer::Transfer &transfer);
    void askForCopy(transfer::LocalCopyJob &job);
    void showQuestion(const QString &question);
    static QString namesOf(const QStringList &conflicts);
    void answer(transfer::ConflictAnswer answer);

    QPointer<transfer::TransferQueue> m_queue;
    ErrorBanner *m_banner;
    transfer::TransferId m_asking = 0;
    QList<QPointer<transfer::LocalCopyJob>> m_copies; ///< that wait for an answer
    QPointer<transfer::LocalCopyJob> m_askingCopy;
};

} // namespace nimbook::ui
