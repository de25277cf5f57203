// SPDX-License-Identifier: Apache-2.0
#include "transfer/batch_run.h"

#include "transfer/names.h"

#include <QLocale>
#include <QPointer>

#include <algorithm>
#include <sys/resource.h>

namespace nimbook::transfer {
namespace {
constexpr int foldersAtOnce = 256;
constexpr size_t filesAtOnceNear = 384; // several programs' worth of digests
constexpr size_t filesAtOnceFar = 3200;
constexpr qint64 enoughUnsentNear = 4 * 1024 * 1024; // bytes: big files go one after the other, small ones many at a time

/// Local files at once: half of what this program may open.
size_t openAtOnce()
{
    rlimit limit{};
    const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
    return known ? std::clamp<size_t>(size_t(limit.rlim_cur) / 2, 64, filesAtOnceFar) : 400;
}

constexpr qsizetype mostErrors = 500;
constexpr std::chrono::seconds cancelPatience{3};
}

BatchRun::BatchRun(BatchRequest request)
    : m_plan(request.destination), m_request(std::move(request)), m_openAtOnce(openAtOnce())
{
    m_patience.setSingleShot(true);
    m_patience.callOnTimeout(this, &BatchRun::end);
    for (qsizetype i = 0; i < m_request.before.size(); ++i) {
        const QByteArray &folder = m_request.folders[i];
        const QByteArray name = nameOf(m_request.sources[i]);
        if (m_request.before[i])
            m_before.insert(folder.isEmpty() ? name : joinPath(folder, name), *m_request.before[i]);
    }
    connect(&m_space, &SpaceWatch::fits, this, &BatchRun::pumpFolders);
    connect(&m_space, &SpaceWatch::tooSmall, this, &BatchRun::onDiskTooSmall);
}

BatchRun::~BatchRun()
{
    for (auto &[file, moving] : m_moving) {
        file->onEnded = nullptr;
        file->onMoved = nullptr;
        file->onRenaming = nullptr;
        file->cancel(FileTransfer::Leftover::Keep); // the program ends, or the person: then it was cancelled before
        file->letGo();
    }
}

void BatchRun::setState(Transfer::State state)
{
    m_report.state = state;
    Q_EMIT stateChanged();
}

void BatchRun::advance(Lanes lanes)
{
    m_lanes = std::move(lanes);
    if (m_planned) {
        beginMoving();
        return;
    }
    m_report = {};
    if (!m_request.log) {
        auto log = OutcomeLog::open({});
        if (!log) {
            failWith(log.error());
            return;
        }
        m_request.log = std::move(*log);
    }
    setState(Transfer::State::Planning);
    walk([this, guard = QPointer(this)](const std::optional<Error> &lost) {
        if (guard && m_stop == Stop::No)
            onWalked(lost);
    });
}

void BatchRun::addLane(const std::shared_ptr<SftpLane> &lane)
{
    if (!m_lanes.control || std::find(m_lanes.data.begin(), m_lanes.data.end(), lane) != m_lanes.data.end())
        return;
    m_lanes.data.push_back(lane);
    for (auto &[file, moving] : m_moving)
        file->addLane(lane);
    pumpSoon();
}

void BatchRun::onWalked(const std::optional<Error> &lost)
{
    if (lost) {
        failWith(*lost);
        return;
    }
    if (m_plan.files.error()) {
        failWith(*m_plan.files.error());
        return;
    }
    m_report.filesTotal = m_plan.files.count();
    m_report.bytesTotal = m_plan.files.bytes();
    m_children = childFolders(m_plan);
    lookAt(0);
}

void BatchRun::lookAt(int folder)
{
    ++m_looking;
    listDestination(folder, [this, folder, guard = QPointer(this)](Result<DestinationView::Names> names) {
        if (guard && m_stop == Stop::No)
            onLookedAt(folder, std::move(names));
    });
}

void BatchRun::onLookedAt(int folder, Result<DestinationView::Names> names)
{
    if (m_fatal)
        return;
    if (names) {
        m_view.put(folder, *names);
        for (const int child : existingSubfolders(m_plan, m_children, m_view, folder))
            lookAt(child);
    } else if (folder == 0 || !m_lanes.control->client().isAlive()) {
        m_fatal = names.error();
        failWith(*m_fatal);
        return;
    } else {
        addError(names.error()); // its files will say more, if it matters
        m_view.put(folder, {});
    }
    if (--m_looking == 0)
        onViewed();
}

void BatchRun::onViewed()
{
    m_planned = true;
    if (m_request.log->load()) {
        const AlreadyThere there = dropFinished(m_plan, m_view, *m_request.log, m_request.answer);
        m_request.log->unload();
        m_report.filesDone = there.files;
        m_report.bytesDone = there.bytes;
    }
    m_report.conflicts = findConflicts(m_plan, m_view);
    if (m_request.answer == ConflictAnswer::Ask && !m_report.conflicts.isEmpty()) {
        m_lanes = {};
        setState(Transfer::State::NeedsAnswer);
        Q_EMIT handedBack();
        return;
    }
    beginMoving();
}

void BatchRun::answer(ConflictAnswer answer)
{
    if (m_report.state != Transfer::State::NeedsAnswer)
        return;
    if (answer == ConflictAnswer::Ask) {
        cancel();
        return;
    }
    m_request.answer = answer;
    setState(Transfer::State::Waiting);
}

void BatchRun::beginMoving()
{
    // Without conflicts nothing is overwritten, but for files that an earlier attempt brought.
    resolveConflicts(m_plan, m_view, m_request.answer == ConflictAnswer::Ask ? ConflictAnswer::Overwrite : m_request.answer);
    if (m_plan.files.error()) {
        failWith(*m_plan.files.error());
        return;
    }
    const qint64 parts = partBytes(m_plan, m_view);
    m_roomToCome = m_plan.bytesFreed + parts;
    m_hasParts = parts > 0;
    m_view = {};
    m_report.conflicts.clear();
    m_report.filesTotal = m_report.filesDone + m_plan.files.count();
    m_report.bytesTotal = m_report.bytesDone + m_plan.files.bytes();
    for (const Error &error : std::as_const(m_plan.errors))
        addError(error);
    m_reader = PlanFiles::Reader(&m_plan.files);
    m_filesLeft = m_plan.files.count();
    m_bytesLeft = m_plan.files.bytes();
    setState(Transfer::State::Running);
    watchSpace();
}

void BatchRun::watchSpace()
{
    m_space.begin([this](SpaceWatch::Answer then) { askSpace(std::move(then)); }, [this] { return bytesStillNeeded(); }, m_plan.destination);
}

/// Never more than will really be taken: what is under way may be on the disk already.
qint64 BatchRun::bytesStillNeeded() const
{
    qint64 needed = m_bytesLeft - m_roomToCome;
    for (const auto &[file, moving] : m_moving)
        needed += file->unsent() + file->provenBytes(); // proven bytes are counted as room that the part gives back
    return needed;
}

/// What has arrived of big files stays: the next attempt needs no room for it.
void BatchRun::onDiskTooSmall(const Error &error)
{
    if (!isActive() || isStopping())
        return;
    m_fatal = error;
    stopFiles(FileTransfer::Leftover::Keep);
}

void BatchRun::pumpFolders()
{
    if (m_pumping)
        return;
    m_pumping = true;
    while (m_makingFolders < foldersAtOnce && m_nextFolder < m_plan.folders.size() && !isStopping()) {
        const int folder = int(m_nextFolder++);
        if (m_plan.folders[size_t(folder)].exists)
            continue;
        ++m_makingFolders;
        makeFolder(folder, [this, folder, guard = QPointer(this)](const std::optional<Error> &error) {
            if (guard)
                onFolderMade(folder, error);
        });
    }
    m_pumping = false;
    if (m_makingFolders == 0 && !m_filesBegun) {
        m_filesBegun = true;
        pumpFiles();
    }
}

void BatchRun::onFolderMade(int folder, const std::optional<Error> &error)
{
    --m_makingFolders;
    if (error) {
        // Answers come in order: the folder above has been judged already, and one error for a whole branch is enough.
        if (!m_failedFolders.contains(m_plan.folders[size_t(folder)].parent))
            addError(*error);
        m_failedFolders.insert(folder);
        if (error->kind == ErrorKind::NoSpace || !m_lanes.control->client().isAlive())
            m_fatal = m_fatal.value_or(*error);
    } else {
        m_request.log->note(m_plan.folders[size_t(folder)].source, m_plan.plannedFolder(folder), {});
    }
    pumpFolders();
}

/// At most once in a turn of the event loop: a turn may bring hundreds of answers.
void BatchRun::pumpSoon()
{
    if (!std::exchange(m_pumpQueued, true)) {
        QMetaObject::invokeMethod(this, [this] {
            m_pumpQueued = false;
            pumpFiles();
        }, Qt::QueuedConnection);
    }
}

void BatchRun::pumpFiles()
{
    if (m_pumping || !m_filesBegun || m_sealing)
        return;
    m_pumping = true;
    // A small file waits four round trips for its end: opened, written, proven, renamed.
    const auto milliseconds = m_lanes.roundTrip / std::chrono::milliseconds(1);
    const auto atOnce = std::clamp<size_t>(filesAtOnceNear + size_t(milliseconds) * 64, filesAtOnceNear, filesAtOnceFar);
    const qint64 enoughUnsent = enoughUnsentNear + qMin<qint64>(milliseconds, 100) * 512 * 1024;
    qint64 unsent = 0;
    size_t open = 0;
    for (const auto &[file, moving] : m_moving) {
        unsent += file->unsent();
        open += file->holdsFile();
    }
    while (m_filesLeft > 0 && !isStopping() && m_moving.size() < atOnce && open < m_openAtOnce && unsent < enoughUnsent) {
        const auto planned = m_reader.next();
        if (!planned) {
            m_fatal = m_plan.files.error();
            break;
        }
        --m_filesLeft;
        m_bytesLeft -= planned->size;
        unsent += planned->size;
        ++open;
        if (!m_failedFolders.contains(planned->folder))
            startFile(*planned);
    }
    m_pumping = false;
    if (m_moving.empty() && (isStopping() || m_filesLeft == 0))
        pumpSeals();
    else if (m_moving.empty()) // what was started has ended at once
        pumpSoon();
}

FileTask BatchRun::taskOf(const PlanFile &planned) const
{
    FileTask task{m_plan.sourcePath(planned), m_plan.destinationPath(planned), planned.size, planned.replace, m_hasParts};
    if (const auto before = m_before.constFind(m_plan.plannedPath(planned)); before != m_before.cend()) {
        task.before = *before;
        task.replace = task.replace && before->size >= 0;
    }
    return task;
}

void BatchRun::startFile(const PlanFile &planned)
{
    FileTools tools{m_lanes.data, m_lanes.hasher, m_lanes.disk, m_lanes.digests};
    const auto idlest = std::min_element(tools.lanes.begin(), tools.lanes.end(), [](const auto &a, const auto &b) {
        return std::make_pair(a->client().inFlight(), a->client().pendingRequests()) < std::make_pair(b->client().inFlight(), b->client().pendingRequests());
    });
    std::iter_swap(tools.lanes.begin(), idlest);
    const auto file = makeFile(std::move(tools), taskOf(planned));
    const auto entry = m_moving.emplace(file.get(), Moving{file, planned}).first;
    m_report.currentFile = shownPath(planned.name);
    file->onMoved = [this, entry](qint64 bytes) {
        entry->second.bytes += bytes;
        m_report.bytesDone += bytes;
        pumpSoon();
    };
    // Written down before the rename is asked for: whoever resumes then knows whose file that is.
    file->onRenaming = [this, entry](const FileResult &result) {
        entry->second.renaming = true;
        note(entry->second.planned, Outcome::InDoubt, result);
    };
    file->onEnded = [this](FileTransfer &ended, const FileResult &result) { onFileEnded(ended, result); };
    file->start();
}

void BatchRun::onFileEnded(FileTransfer &file, const FileResult &result)
{
    const auto found = m_moving.find(&file);
    const Moving moving = found->second;
    m_moving.erase(found);
    m_roomToCome -= moving.planned.replaced + file.provenBytes();
    if (!result.error) {
        ++m_report.filesDone;
        m_report.bytesTotal += result.size - moving.planned.size; // it may have grown since the plan
        m_report.filesVerified += result.verified;
        if (m_report.verificationNote.isEmpty())
            m_report.verificationNote = result.whyNotVerified;
        note(moving.planned, Outcome::Finished, result);
    } else {
        m_report.bytesDone -= moving.bytes;
        if (file.leavesPart())
            m_keptParts.append(file.task().destination);
        if (moving.renaming && !result.inDoubt)
            note(moving.planned, Outcome::Undone, result);
        const bool isSilent = result.error->kind == ErrorKind::Timeout; // its hasher, where the lanes live
        const bool lost = isSilent || !file.hasLane() || !m_lanes.control->client().isAlive();
        if (result.error->kind == ErrorKind::NoSpace || lost)
            m_fatal = m_fatal.value_or(*result.error);
        else if (result.error->kind != ErrorKind::Cancelled)
            addError(*result.error);
    }
    pumpSoon();
}

QList<FileProgress> BatchRun::underway() const
{
    constexpr size_t most = 8;
    std::vector<const Moving *> all;
    for (const auto &[file, moving] : m_moving)
        all.push_back(&moving);
    const auto end = all.begin() + qsizetype(qMin(most, all.size()));
    std::partial_sort(all.begin(), end, all.end(), [](const Moving *a, const Moving *b) {
        return std::make_pair(-a->file->size(), a->planned.name) < std::make_pair(-b->file->size(), b->planned.name);
    });
    QList<FileProgress> progress;
    for (auto it = all.begin(); it != end; ++it)
        progress.append(FileProgress{shownPath(nameOf((*it)->file->task().destination)), (*it)->bytes, (*it)->file->size()});
    return progress;
}

void BatchRun::pumpSeals()
{
    if (!std::exchange(m_sealing, true))
        m_nextSeal = m_plan.folders.size();
    if (m_pumping)
        return;
    m_pumping = true;
    while (m_nextSeal > 1 && m_openSeals < foldersAtOnce && !m_fatal && m_lanes.control->client().isAlive()) {
        const int folder = int(--m_nextSeal); // from the leaves up: making something in a folder changes its time
        const PlanFolder &planned = m_plan.folders[size_t(folder)];
        if ((planned.exists && !planned.ours) || m_failedFolders.contains(folder) || size_t(folder) >= m_nextFolder)
            continue;
        ++m_openSeals;
        sealFolder(folder, [this, guard = QPointer(this)] {
            if (!guard)
                return;
            --m_openSeals;
            pumpSeals();
        });
    }
    m_pumping = false;
    if (m_openSeals == 0)
        end();
}

void BatchRun::addError(const Error &error)
{
    if (m_report.errors.size() < mostErrors)
        m_report.errors.append(error);
}

void BatchRun::cancel()
{
    if (m_report.state == Transfer::State::Paused) {
        m_stop = Stop::Cancel;
        setState(Transfer::State::Cancelled);
        Q_EMIT handedBack();
    } else {
        stop(Stop::Cancel);
    }
}

void BatchRun::suspend()
{
    if (m_report.state != Transfer::State::NeedsAnswer)
        stop(Stop::Suspend);
}

void BatchRun::stop(Stop how)
{
    if (!isActive() || m_stop == how || m_stop == Stop::Cancel)
        return;
    m_stop = how;
    if (m_report.state == Transfer::State::Planning)
        stopWalk();
    stopFiles(how == Stop::Suspend ? FileTransfer::Leftover::Keep : FileTransfer::Leftover::Remove);
}

void BatchRun::stopFiles(FileTransfer::Leftover leftover)
{
    if (isAtRest()) {
        end();
        return;
    }
    m_patience.start(cancelPatience);
    for (auto &[file, moving] : m_moving)
        file->cancel(leftover);
}

void BatchRun::park(const BatchReport &reached)
{
    m_report = reached;
    if (m_report.state != Transfer::State::DoneWithErrors)
        m_report.state = Transfer::State::Paused;
}

void BatchRun::expect(const BatchReport &before, const QList<QByteArray> &keptParts)
{
    m_keptParts = keptParts;
    const auto state = m_report.state;
    m_report = before;
    m_report.state = state;
    m_report.bytesPerSecond = 0;
}

void BatchRun::failWith(const Error &error)
{
    if (!isActive())
        return;
    m_fatal = error;
    end();
}

void BatchRun::end()
{
    if (!isActive())
        return;
    m_patience.stop();
    m_space.end();
    if (m_fatal && m_fatal->kind != ErrorKind::Cancelled)
        m_report.errors.prepend(*m_fatal);
    m_report.currentFile.clear();
    m_report.conflicts.clear();
    m_lanes = {};
    if (m_stop == Stop::Cancel)
        setState(Transfer::State::Cancelled);
    else if (m_stop == Stop::Suspend && !m_fatal)
        setState(Transfer::State::Paused);
    else if (m_fatal || (!m_report.errors.isEmpty() && m_report.filesDone == 0))
        setState(Transfer::State::Failed);
    else
        setState(m_report.errors.isEmpty() ? Transfer::State::Done : Transfer::State::DoneWithErrors);
    Q_EMIT handedBack();
}

void BatchRun::note(const PlanFile &planned, Outcome outcome, const FileResult &result)
{
    m_request.log->note(m_plan.sourcePath(planned), m_plan.plannedPath(planned), EarlierFile{outcome, result.size, result.modified});
}

} // namespace nimbook::transfer
