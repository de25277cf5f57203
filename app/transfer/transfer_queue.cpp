// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_queue.h"

#include "base/owned_thread.h"
#include "transfer/names.h"
#include "transfer/sftp_remote_files.h"
#include "transfer/transfer_worker.h"

namespace nimbook::transfer {

std::chrono::seconds Transfer::timeLeft() const
{
    if (state != State::Running || bytesTotal < 0 || bytesPerSecond < 1)
        return std::chrono::seconds(-1);
    return std::chrono::seconds(qint64(double(qMax<qint64>(0, bytesTotal - bytesDone)) / bytesPerSecond + 0.5));
}

class TransferQueue::Private {
public:
    explicit Private(ssh::ConnectionSettings first)
        : settings(std::move(first)), worker(new TransferWorker(settings)), files(worker)
    {
        worker->moveToThread(thread.get());
        QObject::connect(thread.get(), &QThread::finished, worker, &QObject::deleteLater);
    }

    Transfer *find(TransferId id)
    {
        const auto found = std::find_if(transfers.begin(), transfers.end(), [id](const Transfer &t) { return t.id == id; });
        return found == transfers.end() ? nullptr : &*found;
    }

    template<typename Function>
    void post(Function function)
    {
        QMetaObject::invokeMethod(worker, [worker = worker, function = std::move(function)] { function(*worker); }, Qt::QueuedConnection);
    }

    ssh::ConnectionSettings settings;
    QList<Transfer> transfers; ///< newest first
    TransferId lastId = 0;
    TransferWorker *worker; ///< lives on the thread and ends with it
    SftpRemoteFiles files;
    OwnedThread thread{QStringLiteral("transfers")}; // last: stopped while what it reports to is still there
};

TransferQueue::TransferQueue(ssh::ConnectionSettings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(std::move(settings)))
{
    connect(d->worker, &TransferWorker::reported, this, &TransferQueue::onReported);
}

TransferQueue::~TransferQueue() = default;

RemoteFiles *TransferQueue::files()
{
    return &d->files;
}

TransferId TransferQueue::add(Transfer::Direction direction, const QStringList &sources, const QString &destination, ConflictAnswer answer)
{
    Transfer transfer;
    transfer.id = ++d->lastId;
    transfer.direction = direction;
    transfer.title = sources.size() == 1 ? displayName(QString::fromUtf8(nameOf(toPathBytes(sources.first())))) : tr("%n items", nullptr, int(sources.size()));
    transfer.machineName = d->settings.machineName;
    transfer.sources = sources;
    transfer.destination = destination;
    transfer.started = QDateTime::currentDateTimeUtc();

    BatchRequest request;
    request.id = transfer.id;
    request.direction = direction;
    for (const QString &source : sources)
        request.sources.append(toPathBytes(source));
    request.destination = toPathBytes(destination);
    request.answer = answer;

    d->transfers.prepend(transfer);
    Q_EMIT added(transfer.id);
    d->post([request](TransferWorker &worker) { worker.submit(request); });
    return transfer.id;
}

TransferId TransferQueue::upload(const QStringList &localPaths, const QString &remoteDirectory, ConflictAnswer answer)
{
    return add(Transfer::Direction::Upload, localPaths, remoteDirectory, answer);
}

TransferId TransferQueue::download(const QStringList &remotePaths, const QString &localDirectory, ConflictAnswer answer)
{
    return add(Transfer::Direction::Download, remotePaths, localDirectory, answer);
}

void TransferQueue::answerConflicts(TransferId id, ConflictAnswer answer)
{
    d->post([=](TransferWorker &worker) { worker.answer(id, answer); });
}

void TransferQueue::cancel(TransferId id)
{
    d->post([=](TransferWorker &worker) { worker.cancel(id); });
}

void TransferQueue::retry(TransferId id)
{
    Transfer *transfer = d->find(id);
    if (!transfer || transfer->isActive())
        return;
    transfer->state = Transfer::State::Waiting;
    transfer->errors.clear();
    transfer->ended = {};
    transfer->machineName = d->settings.machineName;
    Q_EMIT changed(id);
    d->post([id](TransferWorker &worker) { worker.retry(id); });
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
    d->settings = settings;
    d->post([settings](TransferWorker &worker) { worker.setConnection(settings); });
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
