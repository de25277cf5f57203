// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_notices.h"

#include "models/quantities.h"
#include "models/remote_path.h"

#include <algorithm>

namespace nimbook::models {

using transfer::Transfer;
using transfer::TransferQueue;

namespace {

bool endedWell(const Transfer &transfer)
{
    return transfer.state == Transfer::State::Done;
}

} // namespace

TransferNotices::TransferNotices(std::function<bool()> isWatched, QObject *parent) : QObject(parent), m_isWatched(std::move(isWatched))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(std::chrono::milliseconds(1500));
    connect(&m_pause, &QTimer::timeout, this, &TransferNotices::tell);
}

void TransferNotices::watch(TransferQueue *queue)
{
    if (!queue || m_queues.contains(queue))
        return;
    m_queues.removeIf([](const QPointer<TransferQueue> &each) { return !each; });
    m_queues.append(queue);
    connect(queue, &TransferQueue::finished, this, [this, queue](transfer::TransferId id) { onFinished(*queue, id); });
}

void TransferNotices::onFinished(TransferQueue &queue, transfer::TransferId id)
{
    const Transfer *transfer = queue.find(id);
    if (!transfer || transfer->state == Transfer::State::Cancelled || (!m_scratchFolder.isEmpty() && transfer->destination.startsWith(m_scratchFolder)))
        return;
    const bool tookLong = transfer->started.secsTo(transfer->ended) >= longTransfer.count();
    if (m_isWatched() && !tookLong)
        return;
    m_ended.append({&queue, *transfer});
    m_pause.start();
}

void TransferNotices::tell()
{
    QList<Transfer> ended;
    for (const Ended &each : std::exchange(m_ended, {})) {
        if (!each.queue || each.queue->find(each.transfer.id)) // a mirror's copies are forgotten at once: nobody waits for them
            ended.append(each.transfer);
    }
    if (!ended.isEmpty())
        Q_EMIT notice(titleOf(ended), textOf(ended));
}

QString TransferNotices::titleOf(const QList<Transfer> &ended)
{
    const auto bad = std::count_if(ended.cbegin(), ended.cend(), [](const Transfer &transfer) { return !endedWell(transfer); });
    if (bad > 0)
        return ended.size() == 1 ? tr("A transfer is not complete") : tr("%1 of %2 transfers are not complete").arg(bad).arg(ended.size());
    if (ended.size() > 1)
        return tr("%1 transfers have finished").arg(ended.size());
    switch (ended.first().direction) {
    case Transfer::Direction::Upload: return tr("Upload finished");
    case Transfer::Direction::Download: return tr("Download finished");
    case Transfer::Direction::Copy: return tr("Copy finished");
    }
    return {};
}

QString TransferNotices::textOf(const QList<Transfer> &ended)
{
    constexpr qsizetype most = 4;
    QStringList lines;
    for (const Transfer &transfer : ended.first(std::min(most, ended.size()))) {
        const QString title = transfer::displayName(transfer.title);
        const QString place = transfer.direction != Transfer::Direction::Download ? transfer.machineName : transfer::displayName(remoteName(transfer.destination));
        if (endedWell(transfer))
            lines << tr("%1 is in %2 now, %3", "files, machine or folder, size").arg(title, place, byteText(transfer.bytesDone));
        else
            lines << tr("%1: %2").arg(title, transfer.errors.isEmpty() ? tr("it did not arrive") : transfer.errors.first().message);
    }
    if (ended.size() > most)
        lines << tr("and %1 more").arg(ended.size() - most);
    return lines.join(u'\n');
}

} // namespace nimbook::models
