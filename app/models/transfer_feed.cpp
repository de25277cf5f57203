// SPDX-License-Identifier: Apache-2.0
#include "models/transfer_feed.h"

#include <chrono>

namespace nimbook::models {

using transfer::Transfer;
using transfer::TransferId;
using transfer::TransferQueue;

TransferFeed::TransferFeed(TransferModel &model, QObject *parent) : QObject(parent), m_model(model)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(std::chrono::milliseconds(100));
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
        m_dirty.removeAll(TransferModel::Key{number, id});
        m_model.remove(number, id);
        Q_EMIT updated();
    });
    connect(queue, &QObject::destroyed, this, [this, number] {
        m_dirty.removeIf([number](const TransferModel::Key &key) { return key.source == number; });
        m_sources.removeIf([number](const Source &source) { return source.number == number; });
        m_model.removeSource(number);
        Q_EMIT updated();
    });
    const QList<Transfer> known = queue->transfers();
    for (auto transfer = known.crbegin(); transfer != known.crend(); ++transfer)
        onChanged(number, transfer->id);
    flush();
}

TransferQueue *TransferFeed::queue(const TransferModel::Key &key) const
{
    return queueOf(key.source);
}

void TransferFeed::onChanged(int source, TransferId id)
{
    const TransferModel::Key key{source, id};
    if (!m_dirty.contains(key))
        m_dirty.append(key);
    if (!m_timer.isActive())
        m_timer.start();
}

void TransferFeed::flush()
{
    m_timer.stop();
    const QList<TransferModel::Key> dirty = std::exchange(m_dirty, {});
    for (const TransferModel::Key &key : dirty) {
        const TransferQueue *queue = queueOf(key.source);
        const Transfer *transfer = queue ? queue->find(key.id) : nullptr;
        if (!transfer)
            continue;
        if (!m_hiddenDestination.isEmpty() && transfer->destination.startsWith(m_hiddenDestination))
            continue;
        m_model.put(key.source, *transfer);
    }
    Q_EMIT updated();
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
