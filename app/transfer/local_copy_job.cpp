// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_copy_job.h"

#include "transfer/file_errors.h"
#include "transfer/local_file.h"
#include "transfer/local_folder.h"
#include "transfer/local_walk.h"
#include "transfer/names.h"
#include "transfer/space_watch.h"
#include "transfer/transfer_plan.h"

#include <QFile>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nimbook::transfer {
namespace {
const char *const localMoveAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not move \"%1\"");
constexpr qint64 copyPiece = 1024 * 1024; // bytes between two looks at the stop flag
}

/// What the pool's thread works on; nobody else touches it meanwhile, but for the atomics.
struct LocalCopyJob::Work {
    Mode mode = Mode::Copy;
    QList<QByteArray> sources;
    TransferPlan plan;
    DestinationView view;
    ConflictAnswer answer = ConflictAnswer::Ask;
    QList<Error> errors;
    std::atomic_bool stopped = false;
    std::atomic<qint64> bytesDone = 0;
    std::atomic<qint64> bytesTotal = -1;

    void prepare();
    void renameWhatCanBe();
    void lookAt(int folder, const std::vector<std::vector<int>> &children);
    void nameDuplicates();
    void copyAll();
    void copyFile(const PlanFile &file);
    void removeSources();
};

/// Within one file system nothing has to be copied. As long as all names are free: else a question comes first.
void LocalCopyJob::Work::renameWhatCanBe()
{
    const auto isTaken = [this](const QByteArray &source) {
        struct stat st {};
        return folderOf(source) != plan.destination && ::lstat(joinPath(plan.destination, nameOf(source)).constData(), &st) == 0;
    };
    if (std::any_of(sources.cbegin(), sources.cend(), isTaken))
        return;
    QList<QByteArray> left;
    for (const QByteArray &source : std::as_const(sources)) {
        const QByteArray target = joinPath(plan.destination, nameOf(source));
        if (folderOf(source) == plan.destination || ::renameat2(AT_FDCWD, source.constData(), AT_FDCWD, target.constData(), RENAME_NOREPLACE) == 0)
            continue;
        struct stat st {};
        if (errno != EXDEV && errno != EEXIST && errno != EINVAL)
            errors.append(localError({localMoveAttempt, source}, errno));
        else if (::lstat(source.constData(), &st) == 0 && S_ISLNK(st.st_mode)) // copied as what it leads to, which must not go then
            errors.append(localError({localMoveAttempt, source}, errno));
        else
            left.append(source);
    }
    sources = left;
}

void LocalCopyJob::Work::prepare()
{
    if (mode == Mode::Move)
        renameWhatCanBe();
    for (const QByteArray &source : std::as_const(sources)) {
        if (isInside(source, plan.destination)) {
            errors.append(Error{ErrorKind::InvalidInput, transferText("The folder \"%1\" cannot be copied into itself.").arg(shownPath(source)), {}, {}, {}});
            return;
        }
    }
    if (mode == Mode::Move)
        sources.removeIf([this](const QByteArray &source) { return folderOf(source) == plan.destination; }); // it is there
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
            if (folderOf(top.source) == plan.destination && nameOf(top.source) == top.name)
                top.name = freeName(top.name, [&](const QByteArray &name) { return names->contains(name); });
        }
    }
    for (const int child : existingSubfolders(plan, children, view, folder))
        lookAt(child, children);
}

void LocalCopyJob::Work::nameDuplicates()
{
    plan.files.filter([this](PlanFile &file) {
        if (plan.sourcePath(file) == plan.destinationPath(file)) {
            file.source = plan.sourcePath(file);
            file.name = freeName(file.name, [&](const QByteArray &name) { return view.has(file.folder, name); });
        }
        return true;
    });
}

void LocalCopyJob::Work::copyAll()
{
    resolveConflicts(plan, view, answer == ConflictAnswer::Ask ? ConflictAnswer::Overwrite : answer);
    errors += plan.errors;
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
        if (!stopped && !isFull && made[size_t(file.folder)])
            copyFile(file);
    });
    for (size_t i = plan.folders.size() - 1; i > 0 && !stopped; --i) { // from the leaves up: making something in a folder changes its time
        const PlanFolder &folder = plan.folders[i];
        if (!folder.exists && made[i])
            sealLocalFolder(plan.folderPath(int(i)), folder.permissions, folder.modified);
    }
    if (mode == Mode::Move && !stopped && errors.isEmpty())
        removeSources();
}

void LocalCopyJob::Work::copyFile(const PlanFile &file)
{
    const auto source = LocalSource::open(plan.sourcePath(file));
    auto part = source ? LocalPart::create(plan.destinationPath(file)) : Result<LocalPart>(failure(source.error()));
    if (!part) {
        errors.append(part.error());
        return;
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
        return;
    if (step && !source->isUnchanged())
        step = failure(ErrorKind::Conflict, transferText("\"%1\" changed while it was being copied; nothing was replaced.").arg(shownPath(plan.sourcePath(file))),
                       transferText("Try again when nothing writes to it."));
    if (step)
        step = part->finish(source->permissions(), source->modified(), file.replace ? LocalPart::Existing::Replace : LocalPart::Existing::Keep);
    if (!step)
        errors.append(step.error());
}

/// What was copied goes, and folders that are empty then; nothing that came to be there meanwhile.
void LocalCopyJob::Work::removeSources()
{
    plan.files.forEach([this](const PlanFile &file) { ::unlink(plan.sourcePath(file).constData()); });
    for (size_t i = plan.folders.size() - 1; i > 0; --i)
        ::rmdir(plan.folders[i].source.constData());
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
