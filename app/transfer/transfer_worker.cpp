// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_worker.h"

#include "transfer/copy_run.h"
#include "transfer/download_run.h"
#include "transfer/names.h"
#include "transfer/upload_run.h"

#include <QFile>
#include <QRandomGenerator>

namespace nimbook::transfer {
namespace {
constexpr std::chrono::milliseconds reportInterval{100};
constexpr int diskThreads = 8;   // several fsyncs at once share one commit of the file system
constexpr int digestThreads = 2;
}

TransferWorker::TransferWorker(ssh::ConnectionSettings settings, QueueOptions options)
    : m_options(std::move(options)), m_journal(m_options.journalDirectory), m_disk(this, diskThreads), m_digests(this, digestThreads),
      m_lanes(std::move(settings), m_options.verify, m_options.silence, this), m_tick(this)
{
    m_tick.setInterval(reportInterval);
    connect(&m_tick, &QTimer::timeout, this, &TransferWorker::reportActive);
    connect(&m_lanes, &MachineLanes::joined, this, [this](Direction direction, const std::shared_ptr<SftpLane> &lane) {
        if (m_active[direction])
            m_active[direction]->run->addLane(lane);
    });
}

TransferWorker::~TransferWorker()
{
    m_active.clear();
    m_entries.clear(); // runs look at lanes
    m_lanes.drop();
}

bool TransferWorker::hasActive() const
{
    return std::any_of(m_active.begin(), m_active.end(), [](const auto &active) { return active.second != nullptr; });
}

void TransferWorker::setConnection(const ssh::ConnectionSettings &settings)
{
    m_lanes.setConnection(settings);
    if (!hasActive() && !m_lanes.isDialing())
        m_lanes.drop();
    else
        m_lanes.suspectLinks(); // the way it was may lead nowhere any more
    cutWaitsShort();
}

void TransferWorker::suspectLink()
{
    m_lanes.suspectLinks();
    cutWaitsShort();
}

void TransferWorker::cutWaitsShort()
{
    for (auto &[id, entry] : m_entries)
        entry.notBefore = {};
    for (const Direction direction : {Direction::Upload, Direction::Download, Direction::Copy})
        schedule(direction);
}

TransferWorker::Entry &TransferWorker::enter(const BatchRequest &request)
{
    std::unique_ptr<BatchRun> run;
    if (request.direction == Direction::Upload)
        run = std::make_unique<UploadRun>(request);
    else if (request.direction == Direction::Copy)
        run = std::make_unique<CopyRun>(request);
    else
        run = std::make_unique<DownloadRun>(request);
    watch(run.get(), ++m_lastSerial);
    Entry &entry = m_entries[request.id];
    entry = Entry{std::move(run), m_lastSerial};
    return entry;
}

void TransferWorker::submit(const BatchRequest &request)
{
    BatchRequest logged = request;
    if (auto log = m_journal.openLog(request.id))
        logged.log = std::move(*log);
    Entry &entry = enter(logged);
    entry.started = QDateTime::currentDateTimeUtc();
    writeDown(entry);
    m_queue[request.direction].push_back(request.id);
    report(request.id);
    schedule(request.direction);
}

void TransferWorker::restore(const JournalEntry &written)
{
    BatchRequest request = written.request;
    if (auto log = m_journal.openLog(request.id))
        request.log = std::move(*log);
    Entry &entry = enter(request);
    entry.started = written.started;
    BatchReport reached;
    reached.filesDone = written.filesDone;
    reached.filesTotal = written.filesTotal;
    reached.bytesDone = written.bytesDone;
    reached.bytesTotal = written.bytesTotal;
    reached.errors = written.errors;
    if (written.ended.isValid())
        reached.state = Transfer::State::DoneWithErrors;
    entry.run->park(reached);
}

/// The same transfer once more, in a new run that begins where this one ended.
void TransferWorker::again(std::map<TransferId, Entry>::iterator found, bool byItself)
{
    const Entry old = std::move(found->second);
    const BatchRequest request = old.run->retryRequest();
    auto &active = m_active[request.direction];
    if (active && active->serial == old.serial)
        active = nullptr;
    BatchReport reached = old.run->report();
    Entry &entry = enter(request);
    entry.started = old.started;
    if (byItself && !old.makesWay) {
        entry.attempts = reached.bytesDone > old.bytesBefore ? 1 : old.attempts + 1;
        entry.bytesBefore = reached.bytesDone;
        const auto pause = m_options.backoff.delay(entry.attempts - 1, QRandomGenerator::global()->generateDouble());
        entry.notBefore = QDateTime::currentDateTimeUtc().addMSecs(pause.count());
        reached.nextAttempt = entry.notBefore;
        QTimer::singleShot(pause, Qt::PreciseTimer, this, [this, direction = request.direction] { schedule(direction); });
    } else if (!byItself) {
        reached.errors.clear();
    }
    entry.run->expect(reached, old.run->keptParts());
    writeDown(entry);
    m_queue[request.direction].push_back(request.id);
    report(request.id);
    schedule(request.direction);
}

void TransferWorker::writeDown(const Entry &entry)
{
    const BatchReport &report = entry.run->report();
    JournalEntry written{entry.run->request(), entry.started, report.filesDone, report.filesTotal, report.bytesDone, report.bytesTotal};
    if (report.state == Transfer::State::DoneWithErrors) {
        written.ended = QDateTime::currentDateTimeUtc();
        written.errors = report.errors;
    }
    m_journal.write(written);
}

void TransferWorker::watch(BatchRun *run, quint64 serial)
{
    const TransferId id = run->request().id;
    connect(run, &BatchRun::stateChanged, this, [this, id] { onStateChanged(id); });
    // Queued: the run may still be in the middle of its last callback.
    connect(run, &BatchRun::handedBack, this, [this, id, serial, direction = run->request().direction] { onHandedBack(id, serial, direction); },
            Qt::QueuedConnection);
}

void TransferWorker::onStateChanged(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end() || goesOnByItself(found->second)) // it has not ended then: onHandedBack() makes it wait
        return;
    using State = Transfer::State;
    switch (found->second.run->report().state) {
    case State::Done:
        m_journal.remove(id);
        break;
    case State::Cancelled:
        m_journal.close(id);
        break;
    case State::DoneWithErrors: // what did not arrive is still to be read after a restart, and tried again
    case State::Waiting:
    case State::NeedsAnswer:
    case State::Running:
    case State::Paused:
    case State::Failed:
        writeDown(found->second);
        break;
    case State::Planning:
        break;
    }
    report(id);
}

void TransferWorker::onHandedBack(TransferId id, quint64 serial, Direction direction)
{
    const auto found = m_entries.find(id);
    if (found != m_entries.end() && found->second.serial == serial && goesOnByItself(found->second)) {
        again(found, true);
        return;
    }
    if (m_active[direction] && m_active[direction]->serial == serial)
        m_active[direction] = nullptr;
    schedule(direction);
}

bool TransferWorker::goesOnByItself(const Entry &entry) const
{
    const auto state = entry.run->report().state;
    if (state == Transfer::State::Paused)
        return entry.makesWay;
    const bool movedSome = entry.run->report().bytesDone > entry.bytesBefore;
    return state == Transfer::State::Failed && entry.run->isLost() && (movedSome || entry.attempts < m_options.automaticRetries)
        && m_options.automaticRetries > 0;
}

/// The most urgent one that may start now, oldest first; null: none.
TransferWorker::Entry *TransferWorker::nextOf(Direction direction)
{
    Entry *best = nullptr;
    const QDateTime now = QDateTime::currentDateTimeUtc();
    auto &queue = m_queue[direction];
    std::erase_if(queue, [this](TransferId id) {
        const auto found = m_entries.find(id);
        return found == m_entries.end() || found->second.run->report().state != Transfer::State::Waiting;
    });
    for (const TransferId id : queue) {
        Entry &entry = m_entries.find(id)->second;
        const bool isDue = !entry.notBefore.isValid() || entry.notBefore <= now;
        if (isDue && (!best || entry.run->request().priority > best->run->request().priority))
            best = &entry;
    }
    return best;
}

void TransferWorker::schedule(Direction direction)
{
    if (Entry *next = nextOf(direction)) {
        Entry *active = m_active[direction];
        if (!active) {
            std::erase(m_queue[direction], next->run->request().id);
            m_active[direction] = next;
            m_tick.start();
            m_lanes.open(direction, [this, direction, serial = next->serial](const Result<MachineLanes::Set> &lanes) {
                const Entry *opened = m_active[direction];
                if (!opened || opened->serial != serial || !opened->run->isActive())
                    return;
                if (lanes)
                    opened->run->advance(Lanes{lanes->control, lanes->data, lanes->hasher, &m_disk, &m_digests, lanes->roundTrip});
                else
                    opened->run->failWith(lanes.error());
            });
        } else if (next->run->request().priority > active->run->request().priority && active->run->report().state == Transfer::State::Running) {
            active->makesWay = true;
            active->run->suspend();
        }
    }
    if (!hasActive()) {
        m_tick.stop();
        m_lanes.rest();
    }
}

void TransferWorker::answer(TransferId id, ConflictAnswer answer)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end() || found->second.run->report().state != Transfer::State::NeedsAnswer)
        return;
    BatchRun &run = *found->second.run;
    run.answer(answer);
    if (run.isActive()) {
        m_queue[run.request().direction].push_front(id); // it had its turn already
        schedule(run.request().direction);
    }
}

void TransferWorker::cancel(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    const auto state = found->second.run->report().state;
    if (state == Transfer::State::Paused || state == Transfer::State::Waiting)
        removeParts(*found->second.run);
    found->second.run->cancel();
}

/// What a paused transfer kept is of no use once it is cancelled.
void TransferWorker::removeParts(const BatchRun &run)
{
    QList<QByteArray> parts;
    for (const QByteArray &destination : run.keptParts())
        parts.append(joinPath(folderOf(destination), partName(nameOf(destination))));
    if (run.request().direction == Direction::Download) {
        for (const QByteArray &part : std::as_const(parts))
            QFile::remove(QFile::decodeName(part));
    } else if (!parts.isEmpty()) {
        withClient([parts](const Result<std::shared_ptr<SftpClient>> &client) {
            for (const QByteArray &part : parts) {
                if (client)
                    (*client)->send(sftp::onPath(sftp::Type::Remove, part), [](const SftpClient::Answer &) {});
            }
        });
    }
}

void TransferWorker::retry(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found != m_entries.end() && !found->second.run->isActive())
        again(found, false);
}

void TransferWorker::pause(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    found->second.makesWay = false;
    found->second.run->suspend();
}

void TransferWorker::resume(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    BatchRun &run = *found->second.run;
    if (run.report().state == Transfer::State::Paused) {
        again(found, false);
    } else if (run.report().state == Transfer::State::Waiting) {
        found->second.notBefore = {};
        schedule(run.request().direction);
    }
}

void TransferWorker::setPriority(TransferId id, Priority priority)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    found->second.run->setPriority(priority);
    const auto state = found->second.run->report().state;
    if (state <= Transfer::State::Paused || state == Transfer::State::Failed) // others are not in the journal any more
        writeDown(found->second);
    schedule(found->second.run->request().direction);
}

void TransferWorker::setRateLimit(Direction direction, qint64 bytesPerSecond)
{
    m_lanes.throttle(direction).setRate(bytesPerSecond);
}

void TransferWorker::erase(std::map<TransferId, Entry>::iterator entry)
{
    auto &active = m_active[entry->second.run->request().direction];
    if (active == &entry->second)
        active = nullptr;
    m_entries.erase(entry);
}

void TransferWorker::forget(const QList<TransferId> &ids)
{
    for (const TransferId id : ids) {
        const auto found = m_entries.find(id);
        if (found != m_entries.end() && !found->second.run->isActive()) {
            const BatchRun &run = *found->second.run;
            if (run.report().state == Transfer::State::Failed && (run.request().direction == Direction::Download || m_lanes.isConnected()))
                removeParts(run); // nobody goes on with them any more
            erase(found);
        }
        m_journal.remove(id);
    }
}

void TransferWorker::report(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    BatchReport report = found->second.run->report();
    report.underway = found->second.run->underway();
    report.bytesPerSecond = report.state == Transfer::State::Running ? found->second.rate.bytesPerSecond() : 0;
    Q_EMIT reported(id, report);
}

void TransferWorker::reportActive()
{
    for (const auto &[direction, entry] : m_active) {
        if (!entry || entry->run->report().state != Transfer::State::Running)
            continue;
        entry->rate.update(entry->run->report().bytesDone);
        report(entry->run->request().id);
    }
}

} // namespace nimbook::transfer
