// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_summary.h"

#include "models/quantities.h"

#include <QCoreApplication>

namespace nimbook::models {

using State = transfer::Transfer::State;

TransferSummary summarize(const QList<transfer::Transfer> &transfers)
{
    TransferSummary summary;
    for (const transfer::Transfer &transfer : transfers)
        summary.add(transfer);
    summary.conclude();
    return summary;
}

void TransferSummary::add(const transfer::Transfer &transfer)
{
    if (!transfer.isActive()) {
        ++ended;
        if (transfer.state == State::Failed || transfer.state == State::DoneWithErrors)
            ++failed;
        return;
    }
    if (transfer.state == State::Paused) {
        ++paused;
        return;
    }
    ++active;
    if (transfer.state == State::NeedsAnswer)
        ++waitingForAnswer;
    bytesDone += transfer.bytesDone;
    if (transfer.bytesTotal < 0)
        totalKnown = false;
    else
        bytesTotal += transfer.bytesTotal;
    if (transfer.state == State::Running)
        bytesPerSecond += transfer.bytesPerSecond;
}

void TransferSummary::conclude()
{
    if (active == 0 || !totalKnown || bytesPerSecond < 1)
        return;
    const double left = double(bytesTotal - bytesDone) / bytesPerSecond;
    timeLeft = std::chrono::seconds(qint64(std::max(0.0, left) + 0.5));
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
    } else if (paused > 0) {
        parts << (paused == 1 ? QCoreApplication::translate("TransferSummary", "1 transfer is paused")
                              : QCoreApplication::translate("TransferSummary", "%n transfers are paused", nullptr, paused));
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
