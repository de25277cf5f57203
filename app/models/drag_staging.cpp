// SPDX-License-Identifier: Apache-2.0
#include "models/drag_staging.h"

#include "models/quantities.h"
#include "models/remote_path.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace nimbook::models {

using transfer::RemoteEntry;
using transfer::Transfer;
using transfer::TransferId;
using transfer::TransferQueue;

namespace {
bool samePaths(const QList<DragStaging::Item> &some, const QList<DragStaging::Item> &others)
{
    return std::equal(some.cbegin(), some.cend(), others.cbegin(), others.cend(), [](const auto &a, const auto &b) { return a.path == b.path; });
}
} // namespace

DragStaging::DragStaging(QString folder, QObject *parent) : QObject(parent), m_folder(std::move(folder)) {}

DragStaging::~DragStaging()
{
    if (m_current && m_queue)
        m_queue->cancel(m_current->id);
    if (!m_folder.isEmpty())
        QDir(m_folder).removeRecursively();
}

void DragStaging::setQueue(TransferQueue *queue)
{
    if (m_queue == queue)
        return;
    if (m_queue)
        m_queue->disconnect(this);
    m_queue = queue;
    m_current.reset();
    m_copies.clear();
    Q_EMIT waitingChanged();
    if (!queue)
        return;
    connect(queue, &TransferQueue::changed, this, &DragStaging::onChanged);
    connect(queue, &TransferQueue::finished, this, &DragStaging::onFinished);
}

bool DragStaging::isFresh(const Item &item) const
{
    const auto copy = m_copies.constFind(item.path);
    if (copy == m_copies.constEnd() || !QFileInfo::exists(copy->localPath))
        return false;
    // A folder's time says nothing about what lies deeper, so its copy is good for one drag's worth of time.
    if (item.entry.type != RemoteEntry::Type::File)
        return copy->fetched.secsTo(QDateTime::currentDateTimeUtc()) < 120;
    return copy->size == item.entry.size && copy->modified == item.entry.modified;
}

void DragStaging::selectionChanged(const QList<Item> &items)
{
    qint64 bytes = 0;
    for (const Item &item : items) {
        if (item.entry.type != RemoteEntry::Type::File)
            return;
        bytes += item.entry.size;
    }
    if (bytes > smallEnough || items.isEmpty())
        return;
    if (m_current && m_current->wanted)
        return; // somebody waits for that one
    fetch(items, false);
}

bool DragStaging::isPreparing(const QList<Item> &items) const
{
    return m_current && samePaths(m_current->items, items);
}

void DragStaging::prepare(const QList<Item> &items)
{
    fetch(items, true);
}

QStringList DragStaging::copies(const QList<Item> &items) const
{
    QStringList paths;
    for (const Item &item : items) {
        if (!isFresh(item))
            return {};
        paths.append(m_copies.value(item.path).localPath);
    }
    return paths;
}

void DragStaging::fetch(const QList<Item> &items, bool wanted)
{
    if (!m_queue || m_folder.isEmpty() || items.isEmpty() || !copies(items).isEmpty())
        return;
    if (m_current) {
        if (isPreparing(items)) {
            m_current->wanted = m_current->wanted || wanted;
            Q_EMIT waitingChanged();
            return;
        }
        const TransferId old = m_current->id;
        m_current.reset();
        m_queue->cancel(old);
    }
    Batch batch;
    batch.items = items;
    batch.wanted = wanted;
    batch.folder = QStringLiteral("%1/%2").arg(m_folder).arg(++m_batches);
    // Others of this computer have no business with the copies.
    if (!QDir().mkpath(batch.folder) || !QFile::setPermissions(m_folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner)) {
        if (wanted)
            Q_EMIT failed({ErrorKind::FileSystem, tr("The copies for dragging cannot be written to %1.").arg(batch.folder), tr("Use Download instead."), {}, {}});
        return;
    }
    QStringList paths;
    for (const Item &item : items)
        paths.append(item.path);
    batch.id = m_queue->download(paths, batch.folder, transfer::ConflictAnswer::Overwrite);
    m_current = batch;
    Q_EMIT waitingChanged();
}

void DragStaging::giveUp()
{
    if (!m_current)
        return;
    const TransferId id = m_current->id;
    m_current.reset();
    if (m_queue)
        m_queue->cancel(id);
    Q_EMIT waitingChanged();
}

void DragStaging::onChanged(TransferId id)
{
    if (!m_current || m_current->id != id || !m_current->wanted)
        return;
    if (const Transfer *transfer = m_queue->find(id); transfer && transfer->isActive())
        Q_EMIT progressed(tr("Preparing %1 for other programs: %2").arg(transfer::displayName(transfer->title), byteRangeText(transfer->bytesDone, transfer->bytesTotal)),
                          transfer->bytesTotal > 0 ? int(transfer->bytesDone * 100 / transfer->bytesTotal) : -1);
}

void DragStaging::onFinished(TransferId id)
{
    if (!m_current || m_current->id != id)
        return;
    const Batch batch = *m_current;
    m_current.reset();
    Q_EMIT waitingChanged();
    const Transfer *transfer = m_queue->find(id);
    if (!transfer || transfer->state != Transfer::State::Done) {
        QDir(batch.folder).removeRecursively();
        Q_EMIT ended();
        if (batch.wanted && transfer && transfer->state != Transfer::State::Cancelled)
            Q_EMIT failed(transfer->errors.isEmpty() ? Error{ErrorKind::Network, tr("The files could not be fetched for dragging."), tr("Use Download instead."), {}, {}}
                                                     : transfer->errors.first());
        return;
    }
    for (const Item &item : batch.items)
        m_copies.insert(item.path, {batch.folder + u'/' + remoteName(item.path), item.entry.size, item.entry.modified, QDateTime::currentDateTimeUtc()});
    Q_EMIT ended();
    if (batch.wanted)
        Q_EMIT ready(transfer::displayName(transfer->title));
}

} // namespace nimbook::models
