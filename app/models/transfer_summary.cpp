// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_summary.h"

#include "models/quantities.h"

#include <QCoreApplication>

namespace nimbook::models {

using State = transfer::Transfer::State;

TransferSummary summarize(const QList<transfer::Transfer> &transfers)
{
    TransferSummary summary;
    for (const transfer::Transfer &transfer : transfers) {
        if (!transfer.isActive()) {
            ++summary.ended;
            if (transfer.state == State::Failed || transfer.state == State::DoneWithErrors)
                ++summary.failed;
            continue;
        }
        ++summary.active;
        if (transfer.state == State::NeedsAnswer)
            ++summary.waitingForAnswer;
        summary.bytesDone += transfer.bytesDone;
        if (transfer.bytesTotal < 0)
            summary.totalKnown = false;
        else
            summary.bytesTotal += transfer.bytesTotal;
        if (transfer.state == State::Running)
            summary.bytesPerSecond += transfer.bytesPerSecond;
    }
    if (summary.active > 0 && summary.totalKnown && summary.bytesPerSecond >= 1) {
        const double left = double(summary.bytesTotal - summary.bytesDone) / summary.bytesPerSecond;
        summary.timeLeft = std::chrono::seconds(qint64(std::max(0.0, left) + 0.5));
    }
    return summary;
}

QString TransferSummary::text() const
{
    QStringList parts;
    if (active > 0) {
        parts << (active == 1 ? QCoreApplication::translate("TransferSummary", "1 transfer")
                              : QCoreApplication::translate("TransferSummary", "%n transfers", nullptr, active));
        if (waitingForAnswer > 0)
            parts << QCoreApplication::translate("TransferSummary", "waiting for your answer");
        if (totalKnown ? bytesTotal > 0 : bytesDone > 0)
            parts << byteRangeText(bytesDone, totalKnown ? bytesTotal : -1);
        parts << rateText(bytesPerSecond);
        if (timeLeft.count() >= 0)
            parts << QCoreApplication::translate("TransferSummary", "%1 left").arg(durationText(timeLeft));
    } else if (failed > 0) {
        parts << (failed == 1 ? QCoreApplication::translate("TransferSummary", "1 transfer is not complete")
                              : QCoreApplication::translate("TransferSummary", "%n transfers are not complete", nullptr, failed));
    } else if (ended > 0) {
        parts << (ended == 1 ? QCoreApplication::translate("TransferSummary", "1 transfer finished")
                             : QCoreApplication::translate("TransferSummary", "%n transfers finished", nullptr, ended));
    }
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

} // namespace nimbook::models
