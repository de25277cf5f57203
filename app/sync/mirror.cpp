// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror.h"

#include "sync/local_tree.h"
#include "sync/remote_tree.h"
#include "transfer/names.h"

#include <QFile>
#include <QLocale>
#include <QTime>

#include <algorithm>

namespace nimbook::sync {

using transfer::ConflictAnswer;
using transfer::Transfer;
using transfer::TransferId;
using transfer::TransferQueue;

namespace {

constexpr std::chrono::seconds longestPause(60);
constexpr std::chrono::milliseconds settling(700); ///< a program writes in several steps
constexpr qsizetype mostWatched = 4000;            ///< inotify watches are few on some systems; the looks find the rest

QString mirrorJoin(const QString &root, const QString &path)
{
    return root.endsWith(u'/') ? root + path : root + u'/' + path;
}

QString mirrorFolderOf(const QString &path)
{
    const qsizetype slash = path.lastIndexOf(u'/');
    return slash < 0 ? QString() : path.first(slash);
}

} // namespace

Mirror::Mirror(TransferQueue &queue, Direction direction, FolderPair folders, QObject *parent)
    : Job(parent), m_queue(&queue), m_direction(direction), m_folders(std::move(folders)), m_baseline(m_folders.baselineFile)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &Mirror::look);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        if (isRunning() && !m_looking && m_troubles == 0)
            m_pause.start(settling);
    });
    connect(&queue, &TransferQueue::finished, this, &Mirror::onTransferEnded);
}

void Mirror::run()
{
    dropEarlierCopies();
    look();
}

/// What an earlier run of the program was copying for this pair comes back paused, and would be copied a second time beside us.
void Mirror::dropEarlierCopies()
{
    if (!m_queue)
        return;
    const bool down = m_direction == Direction::Down;
    const auto direction = down ? Transfer::Direction::Download : Transfer::Direction::Upload;
    const QString source = down ? m_folders.there : m_folders.here;
    const QString target = down ? m_folders.here : m_folders.there;
    const QList<Transfer> all = m_queue->transfers();
    for (const Transfer &transfer : all) {
        const bool ours = std::all_of(transfer.sources.cbegin(), transfer.sources.cend(), [&](const QString &path) { return path.startsWith(mirrorJoin(source, {})); });
        if (!transfer.restored || transfer.state != Transfer::State::Paused || transfer.direction != direction || transfer.destination != target || !ours)
            continue;
        connect(m_queue, &TransferQueue::finished, this, [this, id = transfer.id](TransferId ended) {
            if (ended == id && m_queue)
                QMetaObject::invokeMethod(m_queue, [queue = m_queue, id] { queue->forget(id); }, Qt::QueuedConnection);
        });
        m_queue->cancel(transfer.id);
    }
}

void Mirror::abort()
{
    m_pause.stop();
    for (const QPointer<Job> &job : std::exchange(m_open, {})) {
        if (job)
            job->cancel();
    }
    if (m_moving && m_queue)
        m_queue->cancel(m_moving);
    m_baseline.save();
}

void Mirror::tell(const QString &text)
{
    setProgress({m_copied, -1, Progress::Unit::Items, text});
}

void Mirror::look()
{
    if (!isRunning())
        return;
    if (!m_queue) {
        fail({ErrorKind::Network, tr("The machine's page was closed."), tr("Start the mirror again when you are connected."), {}, {}});
        return;
    }
    m_looking = true;
    m_here.reset();
    m_there.reset();
    m_open.clear();
    lookHere();
    if (m_direction == Direction::Down)
        lookThere();
}

void Mirror::lookHere()
{
    auto *job = new LocalTree(m_folders.here, this);
    m_open.append(job);
    connect(job, &Job::finished, this, [this, job] {
        if (!isRunning() || !m_looking)
            return;
        const Result<Tree> found = job->result();
        if (!found) {
            onTrouble(found.error());
            return;
        }
        m_here = *found;
        if (m_there) {
            onLooked();
        } else if (m_direction == Direction::Up) {
            if (hasNews()) {
                lookThere();
                return;
            }
            m_looking = false; // nothing to ask the machine for
            watchFolders();
            rest();
        }
    });
    job->startAndForget();
}

void Mirror::lookThere()
{
    if (!m_queue) {
        look();
        return;
    }
    auto *job = new RemoteTree(*m_queue->files(), m_folders.there, RemoteTree::Rules::Apply, this);
    m_open.append(job);
    connect(job, &Job::finished, this, [this, job] {
        if (!isRunning() || !m_looking)
            return;
        const Result<Tree> found = job->result();
        if (!found && found.error().kind != ErrorKind::NotFound) { // /src/outputs comes to be with the first output
            onTrouble(found.error());
            return;
        }
        m_there = found.value_or(Tree());
        if (m_here)
            onLooked();
    });
    job->startAndForget();
}

/// Whether this computer's folder has a file that was not mirrored as it is now.
bool Mirror::hasNews() const
{
    return std::any_of(m_here->entries.cbegin(), m_here->entries.cend(), [this](const TreeEntry &entry) {
        const Baseline::Pair *known = m_baseline.find(entry.path);
        return !entry.isFolder && (!known || known->here != Version::of(entry));
    });
}

/// The machine may be stopped, the network away: it is waited for, longer each time.
void Mirror::onTrouble(const Error &error)
{
    m_looking = false;
    for (const QPointer<Job> &job : std::exchange(m_open, {})) {
        if (job)
            job->cancel();
    }
    if (error.kind == ErrorKind::NotFound) { // this computer's folder: somebody took it away, and a mirror must not guess
        fail(error);
        return;
    }
    ++m_troubles;
    const auto pause = std::min<std::chrono::milliseconds>(m_interval * (1 << std::min(m_troubles, 6)), longestPause);
    tell(tr("Waiting: %1").arg(error.message));
    m_pause.start(pause);
}

void Mirror::onLooked()
{
    m_looking = false;
    m_troubles = 0;
    m_open.clear();
    decide();
    watchFolders();
    putAsideNext();
}

void Mirror::decide()
{
    const bool down = m_direction == Direction::Down;
    const Tree &source = down ? *m_there : *m_here;
    const Tree &target = down ? *m_here : *m_there;
    QHash<QString, Version> targets;
    for (const TreeEntry &entry : target.entries)
        targets.insert(entry.path, entry.isFolder ? Version() : Version::of(entry));
    m_due.clear();
    m_inTheWay.clear();
    m_unsettled = false;
    QHash<QString, Version> now;
    for (const TreeEntry &entry : source.entries) {
        if (entry.isFolder || target.rules.ignores(entry.path, false))
            continue;
        const Version version = Version::of(entry);
        now.insert(entry.path, version);
        const auto there = targets.constFind(entry.path);
        const Baseline::Pair *known = m_baseline.find(entry.path);
        const Version &knownSource = known ? (down ? known->there : known->here) : Version();
        const Version &knownTarget = known ? (down ? known->here : known->there) : Version();
        if (there != targets.cend() && *there == version) {
            m_baseline.set(entry.path, {version, version});
            continue;
        }
        if (known && knownSource == version)
            continue; // copied already; what became of the copy is its owner's business
        if (m_before.value(entry.path) != version) {
            m_unsettled = true;
            continue;
        }
        if (there != targets.cend() && !(known && *there == knownTarget))
            m_inTheWay.append(entry.path);
        m_due.append(entry);
    }
    m_before = std::move(now);
}

QString Mirror::freePath(const QString &path) const
{
    const QString folder = mirrorFolderOf(path);
    const auto whole = [&folder](const QByteArray &name) { return folder.isEmpty() ? QString::fromUtf8(name) : folder + u'/' + QString::fromUtf8(name); };
    const auto has = [](const Tree &tree, const QString &wanted) {
        return std::any_of(tree.entries.cbegin(), tree.entries.cend(), [&wanted](const TreeEntry &entry) { return entry.path == wanted; });
    };
    return whole(transfer::freeName(transfer::nameOf(path.toUtf8()), [&](const QByteArray &name) {
        return has(*m_here, whole(name)) || has(*m_there, whole(name)) || QFile::exists(mirrorJoin(m_folders.here, whole(name)));
    }));
}

void Mirror::putAsideNext()
{
    if (!isRunning())
        return;
    if (m_inTheWay.isEmpty()) {
        copy();
        return;
    }
    const QString path = m_inTheWay.takeFirst();
    const QString aside = freePath(path);
    if (m_direction == Direction::Up) {
        putAsideThere(path, aside);
        return;
    }
    if (!QFile::rename(mirrorJoin(m_folders.here, path), mirrorJoin(m_folders.here, aside)))
        m_due.removeIf([&path](const TreeEntry &entry) { return entry.path == path; }); // left alone; the next round tries again
    m_here->entries.append({aside, false, 0, 0, 0});
    putAsideNext();
}

void Mirror::putAsideThere(const QString &path, const QString &aside)
{
    if (!m_queue) {
        look();
        return;
    }
    auto *job = m_queue->files()->rename(mirrorJoin(m_folders.there, path), mirrorJoin(m_folders.there, aside), this);
    m_open = {job};
    connect(job, &Job::finished, this, [this, job, path, aside] {
        if (!isRunning())
            return;
        if (!job->result())
            m_due.removeIf([&path](const TreeEntry &entry) { return entry.path == path; });
        m_there->entries.append({aside, false, 0, 0, 0});
        putAsideNext();
    });
    job->startAndForget();
}

void Mirror::copy()
{
    if (m_due.isEmpty() || !m_queue) {
        rest();
        return;
    }
    const bool down = m_direction == Direction::Down;
    QList<transfer::PlacedFile> files;
    for (const TreeEntry &entry : std::as_const(m_due))
        files.append({mirrorJoin(down ? m_folders.there : m_folders.here, entry.path), mirrorFolderOf(entry.path)});
    tell(m_due.size() == 1 ? tr("Copying %1").arg(transfer::displayName(m_due.first().path)) : tr("Copying %n files", nullptr, int(m_due.size())));
    m_moving = m_queue->place(down ? Transfer::Direction::Download : Transfer::Direction::Upload, files, down ? m_folders.here : m_folders.there, ConflictAnswer::Overwrite);
}

void Mirror::onTransferEnded(TransferId id)
{
    if (!isRunning() || m_moving == 0 || id != m_moving)
        return;
    m_moving = 0;
    const Transfer *transfer = m_queue ? m_queue->find(id) : nullptr;
    const Transfer::State state = transfer ? transfer->state : Transfer::State::Failed;
    if (state == Transfer::State::Cancelled) { // the person stopped the copy in the list: that means the mirror
        cancel();
        return;
    }
    if (state != Transfer::State::Done || !m_queue) {
        onTrouble(transfer && !transfer->errors.isEmpty() ? transfer->errors.first() : Error{ErrorKind::Network, tr("Some files could not be copied."), {}, {}, {}});
        return; // what did arrive is recognised by its size and time
    }
    // Queued, for others hear of this end as well. A copy every minute would bury the transfers that people started.
    QMetaObject::invokeMethod(m_queue, [queue = m_queue, id] {
        if (queue)
            queue->forget(id);
    }, Qt::QueuedConnection);
    QStringList paths;
    for (const TreeEntry &entry : std::as_const(m_due)) {
        m_baseline.set(entry.path, {Version::of(entry), Version::of(entry)});
        paths.append(entry.path);
    }
    m_copied += paths.size();
    m_due.clear();
    Q_EMIT copied(paths);
    rest();
}

void Mirror::rest()
{
    m_baseline.save();
    const QString time = QLocale().toString(QTime::currentTime(), QLocale::ShortFormat);
    tell(m_copied == 0   ? tr("Following; nothing new at %1").arg(time)
         : m_copied == 1 ? tr("1 file copied; looked at %1").arg(time)
                         : tr("%n files copied; looked at %1", nullptr, int(m_copied)).arg(time));
    m_pause.start(m_unsettled ? std::min<std::chrono::milliseconds>(m_interval, std::chrono::seconds(1)) : m_interval);
}

void Mirror::watchFolders()
{
    if (m_direction != Direction::Up)
        return;
    QStringList wanted{m_folders.here};
    for (const TreeEntry &entry : std::as_const(m_here->entries)) {
        if (entry.isFolder && wanted.size() < mostWatched)
            wanted.append(mirrorJoin(m_folders.here, entry.path));
    }
    const QStringList watched = m_watcher.directories();
    const QSet<QString> before(watched.cbegin(), watched.cend());
    wanted.removeIf([&before](const QString &folder) { return before.contains(folder); });
    if (!wanted.isEmpty())
        m_watcher.addPaths(wanted);
}

} // namespace nimbook::sync
