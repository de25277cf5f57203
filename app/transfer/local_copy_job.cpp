// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_copy_job.h"

#include "transfer/file_errors.h"
#include "transfer/local_file.h"
#include "transfer/local_folder.h"
#include "transfer/local_walk.h"
#include "transfer/names.h"
#include "transfer/space_watch.h"
#include "transfer/transfer_plan.h"

#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nimbook::transfer {
namespace {
const char *const localMoveAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not move \"%1\"");
constexpr qint64 copyPiece = 1024 * 1024; // bytes between two looks at the stop flag

/// One folder has many paths: through links, and through mounts that no realpath() resolves.
bool isSameFolder(const QByteArray &one, const QByteArray &other)
{
    struct stat a {}, b {};
    return one == other || (::stat(one.constData(), &a) == 0 && ::stat(other.constData(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

bool isLocalLink(const QByteArray &path)
{
    struct stat st {};
    return ::lstat(path.constData(), &st) == 0 && S_ISLNK(st.st_mode);
}

/// Whether \a folder is \a above or lies somewhere in it, whatever the paths say.
bool liesIn(const QByteArray &above, const QByteArray &folder)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(folder.constData(), nullptr), &std::free);
    QByteArray path = real ? QByteArray(real.get()) : folder;
    while (!isSameFolder(above, path)) {
        if (path.size() < 2)
            return false;
        path = folderOf(path);
    }
    return true;
}
}

/// What the pool's thread works on; nobody else touches it meanwhile, but for the atomics.
struct LocalCopyJob::Work {
    Mode mode = Mode::Copy;
    QList<QByteArray> sources;
    QList<QByteArray> links; ///< to be moved themselves: what they lead to stays where it is
    TransferPlan plan;
    DestinationView view;
    ConflictAnswer answer = ConflictAnswer::Ask;
    QList<Error> errors;
    std::vector<quint64> copied; ///< LocalSource::version() of each file of the plan when its copy was made; 0: there is none
    std::atomic_bool stopped = false;
    std::atomic<qint64> bytesDone = 0;
    std::atomic<qint64> bytesTotal = -1;

    void prepare();
    void renameWhatCanBe();
    void lookAt(int folder, const std::vector<std::vector<int>> &children);
    void nameDuplicates();
    void copyAll();
    void moveLinks();
    bool isThereAlready(const PlanFile &file) const;
    quint64 copyFile(const PlanFile &file);
    void removeSources();
    void removeLinks();
    QByteArray chosenPath(int folder, const QByteArray &name) const;
};

/// Within one file system nothing has to be copied. As long as all names are free: else a question comes first.
void LocalCopyJob::Work::renameWhatCanBe()
{
    const auto isTaken = [this](const QByteArray &source) {
        struct stat st {};
        return !isSameFolder(folderOf(source), plan.destination) && ::lstat(joinPath(plan.destination, nameOf(source)).constData(), &st) == 0;
    };
    if (std::any_of(sources.cbegin(), sources.cend(), isTaken)) {
        const auto isMovedItself = [this](const QByteArray &source) { return isLocalLink(source) && !isSameFolder(folderOf(source), plan.destination); };
        std::copy_if(sources.cbegin(), sources.cend(), std::back_inserter(links), isMovedItself);
        sources.removeIf(isMovedItself);
        return;
    }
    QList<QByteArray> left;
    for (const QByteArray &source : std::as_const(sources)) {
        const QByteArray target = joinPath(plan.destination, nameOf(source));
        if (isSameFolder(folderOf(source), plan.destination) || ::renameat2(AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE) == 0)
            continue;
        const int error = errno;
        const bool canBeCopied = error == EXDEV || error == EEXIST || error == EINVAL;
        if (canBeCopied && !isLocalLink(source)) // a link is copied as what it leads to, which must not go then
            left.append(source);
        else
            errors.append(localError({localMoveAttempt, source}, error));
    }
    sources = left;
}

void LocalCopyJob::Work::prepare()
{
    if (mode == Mode::Move)
        renameWhatCanBe();
    for (const QByteArray &source : std::as_const(sources)) {
        if (liesIn(source, plan.destination)) {
            errors.append(Error{ErrorKind::InvalidInput, transferText("The folder \"%1\" cannot be copied into itself.").arg(shownPath(source)), {}, {}, {}});
            return;
        }
    }
    if (mode == Mode::Move)
        sources.removeIf([this](const QByteArray &source) { return isSameFolder(folderOf(source), plan.destination); }); // it is there
    LocalWalk walk(plan, sources);
    while (!stopped && !walk.step(std::chrono::milliseconds(100))) {
    }
    lookAt(0, childFolders(plan));
    nameDuplicates();
}

void LocalCopyJob::Work::lookAt(int folder, const std::vector<std::vector<int>> &children)
{
    const auto names = listLocalFolder(plan.folderPath(folder));
    if (!names) {
        errors.append(names.error());
        return;
    }
    view.put(folder, *names);
    if (folder == 0) { // before anything below is looked at: a duplicate is not the folder that it is made from
        for (const int child : children[0]) {
            PlanFolder &top = plan.folders[size_t(child)];
            if (isSameFolder(folderOf(top.source), plan.destination) && nameOf(top.source) == top.name)
                top.name = freeName(top.name, [&](const QByteArray &name) { return names->contains(name); });
        }
    }
    for (const int child : existingSubfolders(plan, children, view, folder))
        lookAt(child, children);
}

/// The file would be replaced by itself: its destination is its source, by whatever path.
bool LocalCopyJob::Work::isThereAlready(const PlanFile &file) const
{
    const QByteArray source = plan.sourcePath(file);
    return view.has(file.folder, file.name) && nameOf(source) == file.name && isSameFolder(folderOf(source), plan.folderPath(file.folder));
}

void LocalCopyJob::Work::nameDuplicates()
{
    plan.files.filter([this](PlanFile &file) {
        if (!isThereAlready(file))
            return true;
        if (mode == Mode::Move)
            return false;
        file.source = plan.sourcePath(file);
        file.name = freeName(file.name, [&](const QByteArray &name) { return view.has(file.folder, name); });
        return true;
    });
}

void LocalCopyJob::Work::copyAll()
{
    resolveConflicts(plan, view, answer == ConflictAnswer::Ask ? ConflictAnswer::Overwrite : answer);
    errors += plan.errors;
    moveLinks();
    bytesTotal = plan.files.bytes();
    const qint64 needed = plan.files.bytes() - plan.bytesFreed;
    if (const auto available = localSpace(plan.destination); available && needed > *available) {
        errors.prepend(tooLittleSpace(needed, *available, plan.destination));
        return;
    }
    std::vector<bool> made(plan.folders.size(), true);
    for (size_t i = 1; i < plan.folders.size() && !stopped; ++i) {
        const PlanFolder &folder = plan.folders[i];
        made[i] = made[size_t(folder.parent)];
        if (const auto done = made[i] ? makeLocalFolder(plan.folderPath(int(i)), folder.permissions) : Result<Done>(); !done) {
            made[i] = false;
            errors.append(done.error());
        }
    }
    plan.files.forEach([&](const PlanFile &file) {
        const bool isFull = !errors.isEmpty() && errors.last().kind == ErrorKind::NoSpace;
        const quint64 version = !stopped && !isFull && made[size_t(file.folder)] ? copyFile(file) : 0;
        if (mode == Mode::Move)
            copied.push_back(version);
    });
    for (size_t i = plan.folders.size() - 1; i > 0 && !stopped; --i) { // from the leaves up: making something in a folder changes its time
        const PlanFolder &folder = plan.folders[i];
        if (!folder.exists && made[i])
            sealLocalFolder(plan.folderPath(int(i)), folder.permissions, folder.modified);
    }
    if (mode == Mode::Move && !stopped && errors.isEmpty())
        removeSources();
}

/// Those for which a question was waited for.
void LocalCopyJob::Work::moveLinks()
{
    for (const QByteArray &link : std::as_const(links)) {
        if (::renameat2(AT_FDCWD, link.constData(), AT_FDCWD, joinPath(plan.destination, nameOf(link)).constData(), RENAME_NOREPLACE) != 0)
            errors.append(localError({localMoveAttempt, link}, errno));
    }
}

/// \return of which version the copy is; 0 when there is none
quint64 LocalCopyJob::Work::copyFile(const PlanFile &file)
{
    const auto source = LocalSource::open(plan.sourcePath(file));
    auto part = source ? LocalPart::create(plan.destinationPath(file)) : Result<LocalPart>(failure(source.error()));
    if (!part) {
        errors.append(part.error());
        return 0;
    }
    QByteArray buffer(copyPiece, Qt::Uninitialized);
    qint64 offset = 0;
    Result<Done> step = Done{};
    for (qint64 got = 1; got > 0 && step && !stopped; offset += got) {
        const auto read = source->read(offset, buffer.data(), buffer.size());
        got = read.value_or(0);
        step = read ? part->write(offset, QByteArrayView(buffer.constData(), got)) : Result<Done>(failure(read.error()));
        bytesDone += got;
    }
    if (stopped)
        return 0;
    if (step && !source->isUnchanged())
        step = failure(ErrorKind::Conflict, transferText("\"%1\" changed while it was being copied; nothing was replaced.").arg(shownPath(plan.sourcePath(file))),
                       transferText("Try again when nothing writes to it."));
    if (step)
        step = part->finish(source->permissions(), source->modified(), file.replace ? LocalPart::Existing::Replace : LocalPart::Existing::Keep);
    if (!step)
        errors.append(step.error());
    return step ? source->version() : 0;
}

/// What was copied goes, and folders that are empty then; nothing that came to be there meanwhile, or changed after its copy was made.
void LocalCopyJob::Work::removeSources()
{
    removeLinks();
    size_t next = 0;
    plan.files.forEach([&](const PlanFile &file) {
        const QByteArray source = plan.sourcePath(file);
        const auto now = LocalSource::versionAt(source);
        const quint64 then = copied[next++];
        if (!now) // it had two names in the tree
            return;
        if (*now != then)
            errors.append(Error{ErrorKind::Conflict, transferText("\"%1\" changed after it had been copied, so it was left where it is.").arg(shownPath(source)),
                                transferText("Compare the two, and move it again if the new one is wanted."), {}, {}});
        else if (::unlink(source.constData()) != 0)
            errors.append(localError({localMoveAttempt, source}, errno));
    });
    for (size_t i = plan.folders.size() - 1; i > 0; --i) {
        if (!isSameFolder(plan.folders[i].source, plan.folderPath(int(i))))
            ::rmdir(plan.folders[i].source.constData());
    }
}

/// Where the walk met it: before links were followed, and before keeping both gave it another name.
QByteArray LocalCopyJob::Work::chosenPath(int folder, const QByteArray &name) const
{
    return joinPath(plan.folders[size_t(folder)].source, name);
}

/// Links that were followed, as long as they still lead where they led. What they lead to is in the tree, and goes by itself.
void LocalCopyJob::Work::removeLinks()
{
    const auto removeLink = [this](int parent, const QByteArray &name, const QByteArray &target) {
        const QByteArray path = chosenPath(parent, name);
        const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.constData(), nullptr), &std::free);
        if (isLocalLink(path) && real && target == real.get())
            ::unlink(path.constData());
    };
    plan.files.forEach([&](const PlanFile &file) {
        if (file.folder > 0 && !file.source.isEmpty())
            removeLink(file.folder, file.plannedName.isEmpty() ? file.name : file.plannedName, file.source);
    });
    for (size_t i = plan.folders.size() - 1; i > 0; --i) {
        const PlanFolder &folder = plan.folders[i];
        if (folder.parent > 0)
            removeLink(folder.parent, folder.plannedName.isEmpty() ? folder.name : folder.plannedName, folder.source);
    }
}

LocalCopyJob::LocalCopyJob(Mode mode, const QStringList &sources, const QString &destination, QObject *parent)
    : ValueJob(parent), m_destination(destination), m_work(std::make_shared<Work>())
{
    m_work->mode = mode;
    for (const QString &source : sources)
        m_work->sources.append(toPathBytes(source));
    m_work->plan = TransferPlan(toPathBytes(destination));
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &LocalCopyJob::onWorked);
    m_tick.setInterval(std::chrono::milliseconds(100));
    connect(&m_tick, &QTimer::timeout, this, &LocalCopyJob::showProgress);
}

LocalCopyJob::~LocalCopyJob()
{
    m_work->stopped = true;
}

void LocalCopyJob::run()
{
    setProgress({0, -1, Progress::Unit::Bytes, tr("Looking at the files")});
    runOnPool([](Work &work) { work.prepare(); });
}

void LocalCopyJob::runOnPool(void (*work)(Work &))
{
    const auto promise = std::make_shared<QPromise<void>>();
    m_watcher.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, shared = m_work, work] {
        promise->start();
        work(*shared);
        promise->finish();
    });
}

void LocalCopyJob::onWorked()
{
    if (!isRunning())
        return;
    m_tick.stop();
    if (!m_planned) {
        m_planned = true;
        m_conflicts = findConflicts(m_work->plan, m_work->view);
        if (!m_work->errors.isEmpty() && m_work->plan.files.count() == 0)
            fail(m_work->errors.first());
        else if (m_conflicts.isEmpty())
            copy();
        else
            Q_EMIT conflicted();
        return;
    }
    showProgress();
    const QList<Error> &errors = m_work->errors;
    if (errors.isEmpty()) {
        succeedWith({});
        return;
    }
    Error first = errors.first();
    if (errors.size() > 1)
        first.message += u' ' + tr("%n more could not be copied either.", nullptr, int(errors.size()) - 1);
    fail(first);
}

void LocalCopyJob::answer(ConflictAnswer answer)
{
    if (!isRunning() || !m_planned || m_copying)
        return;
    if (answer == ConflictAnswer::Ask) {
        cancel();
        return;
    }
    m_work->answer = answer;
    copy();
}

void LocalCopyJob::copy()
{
    m_copying = true;
    m_conflicts.clear();
    m_tick.start();
    runOnPool([](Work &work) { work.copyAll(); });
}

void LocalCopyJob::showProgress()
{
    setProgress({m_work->bytesDone, m_work->bytesTotal, Progress::Unit::Bytes, {}});
}

void LocalCopyJob::abort()
{
    m_tick.stop();
    m_work->stopped = true;
}

} // namespace nimbook::transfer
