// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "cloud/gce/compute_client.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>

namespace nimbook::cloud {

/// How an operation is watched.
struct OperationPolling {
    std::chrono::milliseconds floor{1'000};      ///< between two waits, which may come back at once; grows by half each time
    std::chrono::milliseconds ceiling{10'000};
    std::chrono::milliseconds progressEvery{3'000}; ///< a wait is silent for minutes, so the percent is asked for beside it
    std::chrono::milliseconds deadline{std::chrono::minutes(15)}; ///< covers a GPU machine with a slow stop
};

/// Sends a call that answers with an Operation and waits until that is DONE. Cancelling ends the waiting only.
///
/// Error kinds: those of the call, those of errorFromOperation(), Timeout (the operation may still succeed later).
/// Source: Compute Engine REST reference, zoneOperations.wait (best effort, may return early) and zoneOperations.get.
class OperationJob final : public ValueJob<Operation> {
    Q_OBJECT
public:
    using Call = std::function<ValueJob<Operation> *(QObject *parent)>;

    OperationJob(ComputeClient &client, QString project, QString purpose, Call call, QObject *parent, OperationPolling polling = {});

    /// As last heard of; when the job failed with the operation's own error it has the details (zonesAvailable).
    const Operation &operation() const { return m_operation; }

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override;

private:
    void follow(const Operation &operation); // true news of the operation, from whichever call
    void wait();
    void onWaitEnded(const Result<Operation> &result);
    void askProgress();
    void stopAsking();

    ComputeClient &m_client;
    QString m_project;
    QString m_purpose;
    Call m_call;
    OperationPolling m_polling;

    Operation m_operation;
    bool m_waitWorks = true; // false once wait was refused: from then on get alone
    int m_rounds = 0;
    QElapsedTimer m_waitBegan;
    QTimer m_nextWait;
    QTimer m_progressTimer;
    QTimer m_deadline;
    Awaited m_waiting{*this};
    Awaited m_asking{*this};
};

} // namespace nimbook::cloud
