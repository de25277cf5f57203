// SPDX-License-Identifier: Apache-2.0
#include "sync/mirror.h"

#include "sync/local_tree.h"
#include "sync/on_pool.h"
#include "sync/remote_tree.h"
#include "transfer/names.h"

#include <QFile>
#include <QFileInfo>
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
constexpr int patience = 10;                       ///< intervals, for a file that does not keep still
constexpr int failureRest = 10;                    ///< intervals after the first failure of a version, twice as many after each further one
constexpr std::chrono::minutes longestRest(30);
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
    m_clock.start();
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &Mirror::look);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, [this] {
        m_hasStirred = true;
        if (isRunning() && !m_isBusy && m_troubles == 0)
            m_pause.start(settling);
    });
    connect(&m_thinking, &QFutureWatcherBase::finished, this, &Mirror::onDecided);
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
            if (ended == id)
                forgetSoon({id});
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
    m_pause.stop();
    m_isBusy = true;
    m_hasStirred = false;
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
        if (!isRunning() || !m_isBusy)
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
            watchFolders(); // nothing to ask the machine for
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
        if (!isRunning() || !m_isBusy)
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

/// Whether this computer's folder has a file that was not mirrored as it is now, and may be tried.
bool Mirror::hasNews() const
{
    return std::any_of(m_here->entries.cbegin(), m_here->entries.cend(), [this](const TreeEntry &entry) {
        const Baseline::Pair *known = m_baseline.find(entry.path);
        if (entry.isFolder || (known && known->here == Version::of(entry)))
            return false;
        const auto failed = m_failed.constFind(entry.path);
        return failed == m_failed.cend() || failed->version != Version::of(entry) || failed->rest.hasExpired();
    });
}

/// The machine may be stopped, the network away: it is waited for, longer each time.
void Mirror::onTrouble(const Error &error)
{
    m_isBusy = false;
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
    m_troubles = 0;
    m_open.clear();
    const bool down = m_direction == Direction::Down;
    if (!(down ? m_here : m_there)->isComplete) { // a file beyond its end would be replaced unseen
        fail({ErrorKind::Unsupported, tr("%1 holds more files than can be followed: which of them a copy would replace cannot be told.").arg(transfer::displayName(down ? m_folders.here : m_folders.there)),
              tr("Follow a smaller folder."), {}, {}});
        return;
    }
    watchFolders();
    decide();
}

/// On the pool: for a million files it takes a second.
void Mirror::decide()
{
    MirrorLook look{m_direction == Direction::Down, *m_here, *m_there, m_baseline, m_before, {}, m_restless, m_clock.elapsed(), (m_interval * patience).count()};
    for (auto failed = m_failed.cbegin(); failed != m_failed.cend(); ++failed) {
        if (!failed->rest.hasExpired())
            look.resting.insert(failed.key(), failed->version);
    }
    computeOnPool(m_thinking, [look = std::move(look)] { return decideMirror(look); });
}

void Mirror::onDecided()
{
    if (!isRunning())
        return;
    m_decision = m_thinking.result();
    m_before = m_decision.source;
    m_restless = m_decision.restless;
    QStringList arrived; // with others that did not
    for (auto same = m_decision.same.cbegin(); same != m_decision.same.cend(); ++same) {
        m_baseline.set(same.key(), {same.value(), same.value()});
        if (m_failed.remove(same.key()))
            arrived.append(same.key());
    }
    m_failed.removeIf([this](const auto &failed) { return m_before.value(failed.key()) != failed.value().version; });
    if (!arrived.isEmpty())
        noteArrived(arrived);
    putAsideNext();
}

QString Mirror::freePath(const QString &path) const
{
    const QString folder = mirrorFolderOf(path);
    const auto whole = [&folder](const QByteArray &name) { return folder.isEmpty() ? QString::fromUtf8(name) : folder + u'/' + QString::fromUtf8(name); };
    return whole(transfer::freeName(transfer::nameOf(path.toUtf8()), [&](const QByteArray &name) {
        return m_decision.taken.contains(whole(name)) || QFile::exists(mirrorJoin(m_folders.here, whole(name)));
    }));
}

void Mirror::putAsideNext()
{
    if (!isRunning())
        return;
    if (m_decision.inTheWay.isEmpty()) {
        copy();
        return;
    }
    const QString path = m_decision.inTheWay.takeFirst();
    const QString aside = freePath(path);
    if (m_direction == Direction::Up)
        putAsideThere(path, aside);
    else
        onPutAside(path, aside, QFile::rename(mirrorJoin(m_folders.here, path), mirrorJoin(m_folders.here, aside)));
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
        if (isRunning())
            onPutAside(path, aside, job->result().has_value());
    });
    job->startAndForget();
}

void Mirror::onPutAside(const QString &path, const QString &aside, bool done)
{
    m_decision.taken.insert(aside);
    m_decision.due.removeIf([&](const MirrorDecision::Due &due) {
        if (done || due.entry.path != path)
            return false;
        noteFailed(due.entry, tr("%1 is in the way and could not be renamed.").arg(transfer::displayName(path)));
        return true;
    });
    putAsideNext();
}

void Mirror::copy()
{
    const auto &due = m_decision.due;
    if (due.isEmpty() || !m_queue) {
        rest();
        return;
    }
    const bool down = m_direction == Direction::Down;
    QList<transfer::PlacedFile> files;
    for (const MirrorDecision::Due &each : due)
        files.append({mirrorJoin(down ? m_folders.there : m_folders.here, each.entry.path), mirrorFolderOf(each.entry.path), transfer::PlaceBefore{each.target.size, each.target.modified}});
    tell(due.size() == 1 ? tr("Copying %1").arg(transfer::displayName(due.first().entry.path)) : tr("Copying %n files", nullptr, int(due.size())));
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
    const Error error = transfer && !transfer->errors.isEmpty() ? transfer->errors.first() : Error{ErrorKind::Network, tr("Some files could not be copied."), {}, {}, {}};
    if (state == Transfer::State::Failed && (error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout)) {
        m_lost.append(id);
        onTrouble(error);
        return; // what did arrive is recognised by its size and time
    }
    forgetSoon(std::exchange(m_lost, {}) + QList{id});
    QStringList paths;
    for (const MirrorDecision::Due &due : std::exchange(m_decision.due, {})) {
        if (state == Transfer::State::Done) {
            if (due.isRestless)
                m_toLearn.append(due.entry.path);
            else
                m_baseline.set(due.entry.path, {Version::of(due.entry), Version::of(due.entry)});
            m_failed.remove(due.entry.path);
            paths.append(due.entry.path);
        } else { // or arrived with others that did not: the next look finds that
            noteFailed(due.entry, error.message);
        }
    }
    if (!paths.isEmpty())
        noteArrived(paths);
    m_hasStirred = m_hasStirred || state != Transfer::State::Done;
    learnNext();
}

/// The source was another version by the time it was opened, perhaps: what lies there now is ours, and may be replaced by the next one.
void Mirror::learnNext()
{
    if (m_toLearn.isEmpty() || !m_queue) {
        m_toLearn.clear();
        rest();
        return;
    }
    const QString path = m_toLearn.takeFirst();
    if (m_direction == Direction::Down) {
        const QFileInfo copy(mirrorJoin(m_folders.here, path));
        learn(path, {copy.size(), copy.lastModified().toSecsSinceEpoch()});
        learnNext();
        return;
    }
    auto *job = m_queue->files()->look(mirrorJoin(m_folders.there, path), this);
    m_open = {job};
    connect(job, &Job::finished, this, [this, job, path] {
        if (!isRunning())
            return;
        if (const auto copy = job->result())
            learn(path, {copy->size, copy->modified.toSecsSinceEpoch()});
        learnNext();
    });
    job->startAndForget();
}

void Mirror::learn(const QString &path, const Version &target)
{
    const bool down = m_direction == Direction::Down;
    m_baseline.set(path, {down ? target : Version(), down ? Version() : target});
}

/// Queued, for others hear of this end as well. A copy every minute would bury the transfers that people started.
void Mirror::forgetSoon(const QList<TransferId> &ids)
{
    if (!m_queue)
        return;
    QMetaObject::invokeMethod(m_queue, [queue = m_queue, ids] {
        for (const TransferId id : ids)
            queue->forget(id);
    }, Qt::QueuedConnection);
}

void Mirror::noteArrived(const QStringList &paths)
{
    m_copied += paths.size();
    Q_EMIT copied(paths);
}

/// Its next attempt comes later each time: trying every few seconds what cannot be read helps nobody.
void Mirror::noteFailed(const TreeEntry &entry, const QString &why)
{
    Failed &failed = m_failed[entry.path];
    if (failed.version != Version::of(entry))
        failed = {Version::of(entry)};
    failed.rest.setRemainingTime(std::min<std::chrono::milliseconds>(m_interval * (failureRest << std::min(failed.times++, 10)), longestRest));
    m_failure = why;
}

QString Mirror::howItGoes() const
{
    if (m_failed.size() == 1)
        return tr("%1 could not be copied and is tried again later: %2").arg(transfer::displayName(m_failed.cbegin().key()), m_failure);
    if (m_failed.size() > 1)
        return tr("%n files could not be copied and are tried again later: %1", nullptr, int(m_failed.size())).arg(m_failure);
    if (!m_decision.unreachable.isEmpty())
        return tr("%1 is not copied: what lies in its place is behind a link or cannot be read").arg(transfer::displayName(m_decision.unreachable.first()));
    const QString time = QLocale().toString(QTime::currentTime(), QLocale::ShortFormat);
    return m_copied == 0   ? tr("Following; nothing new at %1").arg(time)
         : m_copied == 1 ? tr("1 file copied; looked at %1").arg(time)
                         : tr("%n files copied; looked at %1", nullptr, int(m_copied)).arg(time);
}

void Mirror::rest()
{
    m_isBusy = false;
    m_baseline.save();
    tell(howItGoes());
    m_pause.start(m_hasStirred                ? std::min<std::chrono::milliseconds>(m_interval, settling)
                  : m_decision.isUnsettled ? std::min<std::chrono::milliseconds>(m_interval, std::chrono::seconds(1))
                                           : m_interval);
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
