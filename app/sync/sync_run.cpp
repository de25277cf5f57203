// SPDX-License-Identifier: Apache-2.0
#include "sync/sync_run.h"

#include "sync/trash_job.h"
#include "transfer/names.h"

#include <QDir>
#include <QFile>

namespace nimbook::sync {

using transfer::ConflictAnswer;
using transfer::PlacedFile;
using transfer::Transfer;
using transfer::TransferId;
using transfer::TransferQueue;

namespace {

QString below(const QString &root, const QString &path)
{
    return root.endsWith(u'/') ? root + path : root + u'/' + path;
}

QString syncFolderOf(const QString &path)
{
    const qsizetype slash = path.lastIndexOf(u'/');
    return slash < 0 ? QString() : path.first(slash);
}

} // namespace

SyncRun::SyncRun(TransferQueue &queue, FolderPair folders, QList<Choice> choices, QObject *parent)
    : ValueJob<SyncOutcome>(parent), m_queue(&queue), m_folders(std::move(folders)), m_choices(std::move(choices))
{
}

void SyncRun::run()
{
    if (!m_queue) {
        fail({ErrorKind::Network, tr("The connection to the machine is gone."), tr("Connect again."), {}, {}});
        return;
    }
    setProgress({0, -1, Progress::Unit::Items, tr("Looking at both sides once more")});
    // By names, sizes and times, however it was compared before: what the person saw is told by these.
    auto *job = new CompareJob(*m_queue, m_folders, CompareBy::SizeAndTime, this);
    m_current = job;
    connect(job, &Job::finished, this, [this, job] {
        if (!isRunning())
            return;
        if (const auto compared = job->result(); compared)
            begin(job->here(), job->there());
        else
            fail(compared.error());
    });
    job->startAndForget();
}

void SyncRun::abort()
{
    if (m_current)
        m_current->cancel();
    for (const TransferId id : std::exchange(m_moving, {})) {
        if (m_queue)
            m_queue->cancel(id);
    }
}

PlacedFile SyncRun::placed(const QString &root, const QString &path, const std::optional<TreeEntry> &replacing) const
{
    PlacedFile file{below(root, path), syncFolderOf(path)};
    if (replacing)
        file.before = transfer::PlaceBefore{replacing->size, replacing->modified};
    return file;
}

void SyncRun::begin(const Tree &here, const Tree &there)
{
    const auto byPath = [this](const Tree &tree) {
        QHash<QString, TreeEntry> entries;
        for (const TreeEntry &entry : tree.entries) {
            entries.insert(entry.path, entry);
            m_taken.insert(entry.path);
        }
        return entries;
    };
    const QHash<QString, TreeEntry> nowHere = byPath(here);
    const QHash<QString, TreeEntry> nowThere = byPath(there);
    const auto isAsSeen = [](const std::optional<TreeEntry> &seen, const QHash<QString, TreeEntry> &now, const QString &path) {
        const auto found = now.constFind(path);
        return seen ? found != now.cend() && *found == *seen : found == now.cend();
    };
    for (const Choice &choice : std::as_const(m_choices)) {
        const Item &item = choice.item;
        if (choice.action == Action::Nothing)
            continue;
        if (!isAsSeen(item.here, nowHere, item.path) || !isAsSeen(item.there, nowThere, item.path)) {
            m_outcome.changedMeanwhile.append(item.path);
            continue;
        }
        switch (choice.action) {
        case Action::Upload:
            if (item.isFolder)
                m_foldersThere.append(item.path);
            else
                (item.there ? m_replaceUp : m_newUp).append(placed(m_folders.here, item.path, item.there));
            break;
        case Action::Download:
            if (item.isFolder && !QDir().mkpath(below(m_folders.here, item.path)))
                note({ErrorKind::FileSystem, tr("The folder %1 could not be made.").arg(transfer::displayName(below(m_folders.here, item.path))), tr("Check that the folder around it can be written to."), {}, {}});
            else if (!item.isFolder)
                (item.here ? m_replaceDown : m_newDown).append(placed(m_folders.there, item.path, item.here));
            break;
        case Action::KeepBoth:
            putAside(item);
            break;
        case Action::DeleteHere:
            m_deleteHere.append(below(m_folders.here, item.path));
            break;
        case Action::DeleteThere:
            if (item.there)
                m_deleteThere.append(*item.there);
            break;
        case Action::Nothing:
            break;
        }
    }
    if (!m_newUp.isEmpty() || !m_replaceUp.isEmpty() || !m_foldersThere.isEmpty())
        m_foldersThere.prepend(QString()); // the folder itself may not be there yet
    makeFolders();
}

/// This computer's file gets a name that neither side has and goes up under it; the machine's comes down under the old one.
void SyncRun::putAside(const Item &item)
{
    const QString folder = syncFolderOf(item.path);
    const auto inFolder = [&folder](const QByteArray &name) { return folder.isEmpty() ? QString::fromUtf8(name) : folder + u'/' + QString::fromUtf8(name); };
    const QByteArray name = transfer::freeName(transfer::nameOf(item.path.toUtf8()), [&](const QByteArray &candidate) {
        return m_taken.contains(inFolder(candidate)) || QFile::exists(below(m_folders.here, inFolder(candidate)));
    });
    const QString aside = inFolder(name);
    if (!QFile::rename(below(m_folders.here, item.path), below(m_folders.here, aside))) {
        note({ErrorKind::FileSystem, tr("%1 could not be renamed to keep both versions.").arg(transfer::displayName(item.path)), tr("Check that the folder can be written to."), {}, {}});
        return;
    }
    m_taken.insert(aside);
    m_newUp.append(placed(m_folders.here, aside));
    m_newDown.append(placed(m_folders.there, item.path));
}

void SyncRun::makeFolders()
{
    if (!isRunning())
        return;
    if (m_foldersThere.isEmpty() || !m_queue) {
        transfer();
        return;
    }
    // Parents sort before what is in them, and each is an empty folder's own or made on the way.
    const QString path = m_foldersThere.takeFirst();
    if (const QString parent = syncFolderOf(path); !parent.isEmpty() && !m_taken.contains(parent + u'/')) {
        m_taken.insert(parent + u'/'); // a mark that no path can be
        m_foldersThere.prepend(path);
        m_foldersThere.prepend(parent);
        makeFolders();
        return;
    }
    auto *job = m_queue->files()->makeDirectory(below(m_folders.there, path), this);
    m_current = job;
    connect(job, &Job::finished, this, [this, job, path] {
        if (const auto made = job->result(); !made && made.error().kind != ErrorKind::AlreadyExists && isRunning())
            note(made.error());
        m_taken.insert(path + u'/');
        makeFolders();
    });
    job->startAndForget();
}

void SyncRun::transfer()
{
    if (!m_queue) {
        fail({ErrorKind::Network, tr("The connection to the machine is gone."), tr("Connect again, then compare once more."), {}, {}});
        return;
    }
    setProgress({0, -1, Progress::Unit::Items, tr("Moving files")});
    connect(m_queue, &TransferQueue::finished, this, &SyncRun::onTransferEnded);
    connect(m_queue, &QObject::destroyed, this, [this] {
        if (isRunning())
            fail({ErrorKind::Network, tr("The connection to the machine is gone."), tr("Connect again, then compare once more."), {}, {}});
    });
    // A name that was free a moment ago and is taken now belongs to somebody else.
    place(Transfer::Direction::Upload, m_newUp, ConflictAnswer::KeepBoth);
    place(Transfer::Direction::Upload, m_replaceUp, ConflictAnswer::Overwrite);
    place(Transfer::Direction::Download, m_newDown, ConflictAnswer::KeepBoth);
    place(Transfer::Direction::Download, m_replaceDown, ConflictAnswer::Overwrite);
    if (m_moving.isEmpty())
        remove();
}

void SyncRun::place(Transfer::Direction direction, const QList<PlacedFile> &files, ConflictAnswer answer)
{
    if (!files.isEmpty())
        m_moving.insert(m_queue->place(direction, files, direction == Transfer::Direction::Upload ? m_folders.there : m_folders.here, answer));
}

void SyncRun::onTransferEnded(TransferId id)
{
    if (!isRunning() || !m_moving.remove(id))
        return;
    if (const Transfer *transfer = m_queue->find(id)) {
        (transfer->direction == Transfer::Direction::Upload ? m_outcome.uploaded : m_outcome.downloaded) += std::max<qint64>(0, transfer->filesDone);
        m_outcome.errors += transfer->errors;
        if (transfer->state == Transfer::State::Cancelled) {
            cancel();
            return;
        }
    }
    if (m_moving.isEmpty())
        remove();
}

void SyncRun::remove()
{
    m_queue->disconnect(this);
    if (m_deleteHere.isEmpty()) {
        removeNextThere();
        return;
    }
    auto *job = new TrashJob(m_deleteHere, this);
    m_current = job;
    connect(job, &Job::finished, this, [this, job] {
        const Result<QStringList> kept = job->result();
        if (!isRunning() || !kept)
            return;
        m_outcome.deleted += m_deleteHere.size() - kept->size();
        for (const QString &path : *kept)
            note({ErrorKind::FileSystem, tr("%1 could not be moved to the trash.").arg(transfer::displayName(path)), tr("Delete it with the desktop's file manager."), {}, {}});
        removeNextThere();
    });
    job->startAndForget();
}

void SyncRun::removeNextThere()
{
    if (!isRunning())
        return;
    if (m_deleteThere.isEmpty() || !m_queue) {
        end();
        return;
    }
    removeThere(m_deleteThere.takeFirst());
}

/// Nothing brings it back, and what moved before may have taken hours: one more look.
void SyncRun::removeThere(const TreeEntry &seen)
{
    const QString path = below(m_folders.there, seen.path);
    if (seen.isFolder) {
        removeFolderThere(path);
        return;
    }
    auto *job = m_queue->files()->look(path, this);
    m_current = job;
    connect(job, &Job::finished, this, [this, job, path, seen] {
        if (!isRunning())
            return;
        const auto found = job->result();
        if (found && found->type == transfer::RemoteEntry::Type::File && found->size == seen.size && found->modified.toSecsSinceEpoch() == seen.modified) {
            removeNow(path);
            return;
        }
        if (found)
            m_outcome.changedMeanwhile.append(seen.path);
        else if (found.error().kind != ErrorKind::NotFound) // else somebody was faster
            note(found.error());
        removeNextThere();
    });
    job->startAndForget();
}

/// It was empty when it was compared, but for what is ignored.
void SyncRun::removeFolderThere(const QString &path)
{
    auto *job = m_queue->files()->list(path, this);
    m_current = job;
    connect(job, &Job::finished, this, [this, job, path] {
        if (!isRunning())
            return;
        const auto listed = job->result();
        if (listed && listed->isEmpty()) {
            removeNow(path);
            return;
        }
        if (listed)
            note({ErrorKind::Conflict, tr("%1 was not deleted: it is not empty.").arg(transfer::displayName(path)), tr("Delete it in the machine's pane if nobody needs what it holds."), {}, {}});
        else if (listed.error().kind != ErrorKind::NotFound)
            note(listed.error());
        removeNextThere();
    });
    job->startAndForget();
}

void SyncRun::removeNow(const QString &path)
{
    if (!m_queue) {
        removeNextThere();
        return;
    }
    auto *job = m_queue->files()->remove(path, this);
    m_current = job;
    connect(job, &Job::finished, this, [this, job] {
        if (!isRunning())
            return;
        if (const auto removed = job->result())
            ++m_outcome.deleted;
        else
            note(removed.error());
        removeNextThere();
    });
    job->startAndForget();
}

void SyncRun::end()
{
    succeedWith(std::move(m_outcome));
}

} // namespace nimbook::sync
