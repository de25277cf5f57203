// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_queue.h"

#include "base/logging.h"
#include "base/owned_thread.h"
#include "transfer/names.h"
#include "transfer/sftp_remote_files.h"
#include "transfer/transfer_journal.h"
#include "transfer/transfer_worker.h"

#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QSet>

#include <sys/stat.h>

namespace nimbook::transfer {

std::chrono::seconds Transfer::timeLeft() const
{
    if (state != State::Running || bytesTotal < 0 || bytesPerSecond < 1)
        return std::chrono::seconds(-1);
    return std::chrono::seconds(qint64(double(qMax<qint64>(0, bytesTotal - bytesDone)) / bytesPerSecond + 0.5));
}

bool Transfer::isLost() const
{
    if (state != State::Failed || errors.isEmpty())
        return false;
    const ErrorKind kind = errors.first().kind; // what ended it comes first
    // A stranger may have answered at the address that the machine had before.
    return kind == ErrorKind::Network || kind == ErrorKind::Timeout || kind == ErrorKind::HostKeyMismatch || kind == ErrorKind::AuthenticationFailed;
}

class TransferQueue::Private {
public:
    Private(ssh::ConnectionSettings first, QueueOptions chosen)
        : settings(std::move(first)), options(withOwnJournal(std::move(chosen))), worker(new TransferWorker(settings, options)), files(worker)
    {
        worker->moveToThread(thread.get());
        QObject::connect(thread.get(), &QThread::finished, worker, &QObject::deleteLater);
    }

    /// The journal is this queue's alone, or nobody's: a second program would otherwise move the same files.
    QueueOptions withOwnJournal(QueueOptions chosen)
    {
        if (chosen.journalDirectory.isEmpty())
            return chosen;
        const QByteArray folder = QFile::encodeName(chosen.journalDirectory);
        QDir().mkpath(chosen.journalDirectory);
        ::chmod(folder.constData(), 0700); // names of the person's files
        lock = std::make_unique<QLockFile>(chosen.journalDirectory + QStringLiteral("/lock"));
        lock->setStaleLockTime(0); // only when its owner has died
        if (!lock->tryLock(0)) {
            qCInfo(lcTransfer) << "no journal:" << chosen.journalDirectory << "is in use or cannot be written";
            lock.reset();
            chosen.journalDirectory.clear();
        }
        return chosen;
    }

    void restore();
    bool hasWay() const { return !settings.host.isEmpty() || settings.route; }
    bool needsWay(Transfer &transfer) const ///< then it is remembered, and setConnection() comes back to it
    {
        transfer.goesOn = !hasWay();
        return transfer.goesOn;
    }

    Transfer *find(TransferId id)
    {
        // Newest first, and ids grow: the list may be long.
        const auto found = std::lower_bound(transfers.begin(), transfers.end(), id, [](const Transfer &t, TransferId wanted) { return t.id > wanted; });
        return found == transfers.end() || found->id != id ? nullptr : &*found;
    }

    template<typename Function>
    void post(Function function)
    {
        QMetaObject::invokeMethod(worker, [worker = worker, function = std::move(function)] { function(*worker); }, Qt::QueuedConnection);
    }

    ssh::ConnectionSettings settings;
    std::unique_ptr<QLockFile> lock;
    QueueOptions options;
    QList<Transfer> transfers; ///< newest first
    QSet<TransferId> placed;   ///< by place()
    TransferId lastId = 0;
    std::map<Transfer::Direction, qint64> rateLimits;
    TransferWorker *worker; ///< lives on the thread and ends with it
    SftpRemoteFiles files;
    OwnedThread thread{QStringLiteral("transfers")}; // last: stopped while what it reports to is still there
};

static QString titleOf(const QList<QByteArray> &sources)
{
    return sources.size() == 1 ? displayName(QString::fromUtf8(nameOf(sources.first()))) : TransferQueue::tr("%n items", nullptr, int(sources.size()));
}

void TransferQueue::Private::restore()
{
    const TransferJournal journal(options.journalDirectory);
    journal.sweep();
    const QList<JournalEntry> entries = journal.entries();
    for (const JournalEntry &entry : entries) {
        Transfer transfer;
        transfer.id = entry.request.id;
        transfer.direction = entry.request.direction;
        transfer.state = entry.ended.isValid() ? Transfer::State::DoneWithErrors : Transfer::State::Paused;
        transfer.restored = true;
        transfer.connected = hasWay();
        transfer.ended = entry.ended;
        transfer.errors = entry.errors;
        transfer.title = titleOf(entry.request.sources);
        transfer.machineName = settings.machineName;
        for (const QByteArray &source : entry.request.sources)
            transfer.sources.append(QFile::decodeName(source));
        transfer.destination = QFile::decodeName(entry.request.destination);
        transfer.priority = entry.request.priority;
        transfer.filesDone = entry.filesDone;
        transfer.filesTotal = entry.filesTotal;
        transfer.bytesDone = entry.bytesDone;
        transfer.bytesTotal = entry.bytesTotal;
        transfer.started = entry.started;
        transfers.prepend(transfer);
        lastId = qMax(lastId, transfer.id);
        post([entry](TransferWorker &worker) { worker.restore(entry); });
    }
}

TransferQueue::TransferQueue(ssh::ConnectionSettings settings, QueueOptions options, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings), std::move(options)))
{
    connect(d->worker, &TransferWorker::reported, this, &TransferQueue::onReported);
    d->restore();
}

TransferQueue::~TransferQueue()
{
    // After all that was asked for before: what was cleared a moment ago must not come back at the next start.
    d->post([](TransferWorker &worker) { worker.thread()->quit(); });
    d->thread.get()->wait();
}

RemoteFiles *TransferQueue::files()
{
    return &d->files;
}

TransferId TransferQueue::add(BatchRequest request, const QStringList &sources, const QString &destination)
{
    Transfer transfer;
    transfer.id = request.id = ++d->lastId;
    transfer.direction = request.direction;
    for (const QString &source : sources)
        request.sources.append(toPathBytes(source));
    request.destination = toPathBytes(destination);
    transfer.title = titleOf(request.sources);
    transfer.machineName = d->settings.machineName;
    transfer.sources = sources;
    transfer.destination = destination;
    transfer.started = QDateTime::currentDateTimeUtc();

    d->transfers.prepend(transfer);
    Q_EMIT added(transfer.id);
    d->post([request](TransferWorker &worker) { worker.submit(request); });
    return transfer.id;
}

static BatchRequest requestFor(Transfer::Direction direction, ConflictAnswer answer)
{
    BatchRequest request;
    request.direction = direction;
    request.answer = answer;
    return request;
}

TransferId TransferQueue::upload(const QStringList &localPaths, const QString &remoteDirectory, ConflictAnswer answer)
{
    return add(requestFor(Transfer::Direction::Upload, answer), localPaths, remoteDirectory);
}

TransferId TransferQueue::download(const QStringList &remotePaths, const QString &localDirectory, ConflictAnswer answer)
{
    return add(requestFor(Transfer::Direction::Download, answer), remotePaths, localDirectory);
}

TransferId TransferQueue::copy(const QStringList &remotePaths, const QString &remoteDirectory, const QStringList &names, ConflictAnswer answer)
{
    BatchRequest request = requestFor(Transfer::Direction::Copy, answer);
    for (const QString &name : names)
        request.names.append(toPathBytes(name));
    return add(std::move(request), remotePaths, remoteDirectory);
}

TransferId TransferQueue::place(Transfer::Direction direction, const QList<PlacedFile> &files, const QString &destination, ConflictAnswer answer)
{
    BatchRequest request = requestFor(direction, answer);
    QStringList sources;
    for (const PlacedFile &file : files) {
        sources.append(file.source);
        request.folders.append(QFile::encodeName(file.folder));
        request.before.append(file.before);
    }
    const TransferId id = add(std::move(request), sources, destination);
    d->placed.insert(id);
    return id;
}

void TransferQueue::pause(TransferId id)
{
    d->post([=](TransferWorker &worker) { worker.pause(id); });
}

void TransferQueue::resume(TransferId id)
{
    Transfer *transfer = d->find(id);
    if (!transfer)
        return;
    if (d->needsWay(*transfer)) {
        Q_EMIT changed(id);
        Q_EMIT connectionWanted();
        return;
    }
    transfer->restored = false;
    d->post([=](TransferWorker &worker) { worker.resume(id); });
}

void TransferQueue::setPriority(TransferId id, Priority priority)
{
    Transfer *transfer = d->find(id);
    if (!transfer || transfer->priority == priority)
        return;
    transfer->priority = priority;
    Q_EMIT changed(id);
    d->post([=](TransferWorker &worker) { worker.setPriority(id, priority); });
}

void TransferQueue::setRateLimit(Transfer::Direction direction, qint64 bytesPerSecond)
{
    d->rateLimits[direction] = bytesPerSecond;
    d->post([=](TransferWorker &worker) { worker.setRateLimit(direction, bytesPerSecond); });
}

qint64 TransferQueue::rateLimit(Transfer::Direction direction) const
{
    return d->rateLimits[direction];
}

void TransferQueue::answerConflicts(TransferId id, ConflictAnswer answer)
{
    d->post([=](TransferWorker &worker) { worker.answer(id, answer); });
}

void TransferQueue::cancel(TransferId id)
{
    if (Transfer *transfer = d->find(id))
        transfer->goesOn = false;
    d->post([=](TransferWorker &worker) { worker.cancel(id); });
}

void TransferQueue::retry(TransferId id)
{
    Transfer *transfer = d->find(id);
    if (!transfer || transfer->isActive())
        return;
    if (d->needsWay(*transfer)) {
        Q_EMIT changed(id);
        Q_EMIT connectionWanted();
        return;
    }
    transfer->restored = false;
    transfer->state = Transfer::State::Waiting;
    transfer->errors.clear();
    transfer->ended = {};
    transfer->machineName = d->settings.machineName;
    Q_EMIT changed(id);
    d->post([id](TransferWorker &worker) { worker.retry(id); });
}

void TransferQueue::forget(TransferId id)
{
    const Transfer *transfer = find(id);
    if (!transfer || transfer->isActive())
        return;
    d->transfers.removeIf([id](const Transfer &each) { return each.id == id; });
    d->post([id](TransferWorker &worker) { worker.forget({id}); });
    Q_EMIT removed(id);
}

void TransferQueue::clearFinished()
{
    QList<TransferId> gone;
    for (const Transfer &transfer : std::as_const(d->transfers)) {
        if (!transfer.isActive())
            gone.append(transfer.id);
    }
    d->transfers.removeIf([](const Transfer &transfer) { return !transfer.isActive(); });
    d->post([gone](TransferWorker &worker) { worker.forget(gone); });
    for (const TransferId id : std::as_const(gone))
        Q_EMIT removed(id);
}

QList<Transfer> TransferQueue::transfers() const
{
    return d->transfers;
}

const Transfer *TransferQueue::find(TransferId id) const
{
    return d->find(id);
}

void TransferQueue::setConnection(const ssh::ConnectionSettings &settings)
{
    const bool isFirst = !d->hasWay();
    d->settings = settings;
    d->post([settings](TransferWorker &worker) { worker.setConnection(settings); });
    if (isFirst) {
        beginListed();
        return;
    }
    if (d->options.automaticRetries == 0)
        return;
    QList<TransferId> lost;
    for (const Transfer &transfer : std::as_const(d->transfers)) {
        if (transfer.isLost() && !d->placed.contains(transfer.id))
            lost.prepend(transfer.id); // oldest first
    }
    for (const TransferId id : std::as_const(lost))
        retry(id);
}

/// There is a way to the machine now, the first one: what was asked for before begins.
void TransferQueue::beginListed()
{
    QList<TransferId> known;
    for (const Transfer &transfer : std::as_const(d->transfers))
        known.prepend(transfer.id); // in the order in which they were asked for
    for (const TransferId id : std::as_const(known)) {
        Transfer *transfer = d->find(id);
        if (!transfer) // forgotten by whoever heard of another one
            continue;
        transfer->connected = true;
        if (std::exchange(transfer->goesOn, false))
            transfer->isActive() ? resume(id) : retry(id);
        else
            Q_EMIT changed(id);
    }
}

void TransferQueue::suspectLink()
{
    d->post([](TransferWorker &worker) { worker.suspectLink(); });
}

void TransferQueue::onReported(TransferId id, const BatchReport &report)
{
    Transfer *transfer = d->find(id);
    if (!transfer || !transfer->isActive()) // ended here means ended there: what still comes is older
        return;
    transfer->state = report.state;
    transfer->filesDone = report.filesDone;
    transfer->filesTotal = report.filesTotal;
    transfer->bytesDone = report.bytesDone;
    transfer->bytesTotal = report.bytesTotal;
    transfer->bytesPerSecond = report.bytesPerSecond;
    transfer->currentFile = report.currentFile;
    transfer->underway = report.underway;
    transfer->filesVerified = report.filesVerified;
    transfer->verificationNote = report.verificationNote;
    transfer->nextAttempt = report.nextAttempt;
    transfer->conflicts = report.conflicts;
    transfer->errors = report.errors;
    const bool ended = !transfer->isActive();
    if (ended)
        transfer->ended = QDateTime::currentDateTimeUtc();
    Q_EMIT changed(id);
    if (ended)
        Q_EMIT finished(id);
}

} // namespace nimbook::transfer
