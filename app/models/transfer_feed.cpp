// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_feed.h"

#include <algorithm>
#include <chrono>

namespace nimbook::models {

using transfer::Transfer;
using transfer::TransferId;
using transfer::TransferQueue;

TransferFeed::TransferFeed(TransferModel &model, QObject *parent) : QObject(parent), m_model(model)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &TransferFeed::flush);
}

void TransferFeed::watch(TransferQueue *queue)
{
    for (const Source &source : std::as_const(m_sources)) {
        if (!queue || source.queue == queue)
            return;
    }
    if (!queue)
        return;
    const int number = m_nextSource++;
    m_sources.append({number, queue});
    connect(queue, &TransferQueue::added, this, [this, number](TransferId id) { onChanged(number, id); });
    connect(queue, &TransferQueue::changed, this, [this, number](TransferId id) { onChanged(number, id); });
    connect(queue, &TransferQueue::finished, this, [this, number](TransferId id) {
        onChanged(number, id);
        flush();
    });
    connect(queue, &TransferQueue::removed, this, [this, number](TransferId id) {
        m_dirty.remove({number, id});
        m_removed[number].append(id); // "clear finished" tells of thousands, one by one
        if (!m_timer.isActive())
            m_timer.start(0);
    });
    connect(queue, &QObject::destroyed, this, [this, number] {
        m_dirty.removeIf([number](const TransferModel::Key &key) { return key.source == number; });
        m_removed.remove(number);
        m_sources.removeIf([number](const Source &source) { return source.number == number; });
        m_model.removeSource(number);
        Q_EMIT updated();
    });
    const QList<Transfer> known = queue->transfers();
    for (const Transfer &transfer : known) {
        onChanged(number, transfer.id);
        if (transfer.restored && !m_scratchFolder.isEmpty() && transfer.destination.startsWith(m_scratchFolder))
            transfer.isActive() ? queue->cancel(transfer.id) : queue->forget(transfer.id);
    }
    flush();
}

TransferQueue *TransferFeed::queue(const TransferModel::Key &key) const
{
    return queueOf(key.source);
}

void TransferFeed::onChanged(int source, TransferId id)
{
    m_dirty.insert({source, id});
    if (!m_timer.isActive())
        m_timer.start(std::chrono::milliseconds(100));
}

void TransferFeed::flush()
{
    m_timer.stop();
    const QHash<int, QList<TransferId>> removed = std::exchange(m_removed, {});
    for (auto source = removed.cbegin(); source != removed.cend(); ++source)
        m_model.remove(source.key(), source.value());
    const QSet<TransferModel::Key> changed = std::exchange(m_dirty, {});
    QList<TransferModel::Key> dirty(changed.cbegin(), changed.cend());
    std::sort(dirty.begin(), dirty.end(), [](const TransferModel::Key &a, const TransferModel::Key &b) { return a.id < b.id; }); // new ones in their order
    QHash<int, QList<Transfer>> told;
    for (const TransferModel::Key &key : std::as_const(dirty)) {
        TransferQueue *queue = queueOf(key.source);
        const Transfer *transfer = queue ? queue->find(key.id) : nullptr;
        if (!transfer || isHidden(*transfer))
            continue;
        told[key.source].append(*transfer);
    }
    for (auto source = told.cbegin(); source != told.cend(); ++source)
        m_model.put(source.key(), source.value());
    Q_EMIT updated();
}

bool TransferFeed::isHidden(const Transfer &transfer) const
{
    return !m_hiddenDestination.isEmpty() && transfer.destination.startsWith(m_hiddenDestination);
}

TransferQueue *TransferFeed::queueOf(int source) const
{
    for (const Source &known : m_sources) {
        if (known.number == source)
            return known.queue;
    }
    return nullptr;
}

} // namespace nimbook::models
