// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/transfer_queue.h"

#include <QList>

namespace nimbook::models {

/// All transfers in one line of the activity strip.
struct TransferSummary {
    int active = 0;
    int paused = 0;
    int waitingForAnswer = 0;
    int failed = 0; ///< ended badly and still listed
    int ended = 0;
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0; ///< of the active ones whose total is known
    bool totalKnown = true;
    double bytesPerSecond = 0;
    std::chrono::seconds timeLeft{-1}; ///< -1 s: unknown

    void add(const transfer::Transfer &transfer);
    void conclude(); ///< after the last add()
    QString text() const; ///< "3 transfers · 412 MB of 1.2 GB · 96 MB/s · 8 s left"; empty when there has been none
    bool operator==(const TransferSummary &) const = default;
};

TransferSummary summarize(const QList<transfer::Transfer> &transfers);

} // namespace nimbook::models
