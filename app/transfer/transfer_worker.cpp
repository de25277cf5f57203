// SPDX-License-Identifier: Apache-2.0
#include "transfer/transfer_worker.h"

#include "base/logging.h"
#include "ssh/link.h"
#include "transfer/download_run.h"
#include "transfer/ssh_stream.h"
#include "transfer/upload_run.h"

namespace nimbook::transfer {
namespace {
constexpr std::chrono::milliseconds reportInterval{100};
constexpr size_t dataLanes = 2; // per direction; with the control lane five channels, of the ten that sshd allows by default
}

TransferWorker::TransferWorker(ssh::ConnectionSettings settings) : m_settings(std::move(settings)), m_pool(this), m_tick(this)
{
    m_tick.setInterval(reportInterval);
    connect(&m_tick, &QTimer::timeout, this, &TransferWorker::reportActive);
}

TransferWorker::~TransferWorker()
{
    m_active.clear();
    m_entries.clear(); // runs look at lanes, lanes at the link
    dropLink();
}

bool TransferWorker::hasActive() const
{
    return std::any_of(m_active.begin(), m_active.end(), [](const auto &active) { return active.second != nullptr; });
}

void TransferWorker::setConnection(const ssh::ConnectionSettings &settings)
{
    m_settings = settings;
    if (!hasActive() && m_waiting.empty())
        dropLink();
}

void TransferWorker::submit(const BatchRequest &request)
{
    std::unique_ptr<BatchRun> run;
    if (request.direction == Direction::Upload)
        run = std::make_unique<UploadRun>(request);
    else
        run = std::make_unique<DownloadRun>(request, m_pool);
    watch(run.get(), ++m_lastSerial);
    m_entries[request.id] = Entry{std::move(run), m_lastSerial, {}};
    m_queue[request.direction].push_back(request.id);
    report(request.id);
    schedule(request.direction);
}

void TransferWorker::watch(BatchRun *run, quint64 serial)
{
    const TransferId id = run->request().id;
    connect(run, &BatchRun::stateChanged, this, [this, id] { report(id); });
    // Queued: the run may still be in the middle of its last callback.
    connect(run, &BatchRun::handedBack, this, [this, serial, direction = run->request().direction] {
        if (m_active[direction] && m_active[direction]->serial == serial)
            m_active[direction] = nullptr;
        schedule(direction);
    }, Qt::QueuedConnection);
}

void TransferWorker::schedule(Direction direction)
{
    auto &queue = m_queue[direction];
    while (!m_active[direction] && !queue.empty()) {
        const auto found = m_entries.find(queue.front());
        queue.pop_front();
        if (found == m_entries.end() || found->second.run->report().state != Transfer::State::Waiting)
            continue;
        m_active[direction] = &found->second;
        m_tick.start();
        openDataLanes(direction, [this, direction, serial = found->second.serial](const Result<Lanes> &lanes) {
            const Entry *active = m_active[direction];
            if (!active || active->serial != serial || !active->run->isActive())
                return;
            if (lanes)
                active->run->advance(*lanes);
            else
                active->run->failWith(lanes.error());
        });
    }
    if (!hasActive())
        m_tick.stop();
}

void TransferWorker::answer(TransferId id, ConflictAnswer answer)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end() || found->second.run->report().state != Transfer::State::NeedsAnswer)
        return;
    BatchRun &run = *found->second.run;
    run.answer(answer);
    if (run.isActive()) {
        m_queue[run.request().direction].push_front(id);
        schedule(run.request().direction);
    }
}

void TransferWorker::cancel(TransferId id)
{
    if (const auto found = m_entries.find(id); found != m_entries.end())
        found->second.run->cancel();
}

void TransferWorker::retry(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end() || found->second.run->isActive())
        return;
    const BatchRequest again = found->second.run->retryRequest();
    erase(found);
    submit(again);
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
        if (found != m_entries.end() && !found->second.run->isActive())
            erase(found);
    }
}

void TransferWorker::report(TransferId id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return;
    BatchReport report = found->second.run->report();
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

void TransferWorker::withClient(std::function<void(Result<std::shared_ptr<SftpClient>>)> then)
{
    connectThen([this, then = std::move(then)](const std::optional<Error> &error) {
        if (error)
            then(failure(*error));
        else
            then(m_control->sharedClient());
    });
}

bool TransferWorker::isConnected() const
{
    return m_link && m_link->isLive() && m_control && m_control->client().isAlive();
}

void TransferWorker::connectThen(std::function<void(std::optional<Error>)> then)
{
    if (isConnected()) {
        then(std::nullopt);
        return;
    }
    m_waiting.push_back(std::move(then));
    if (m_waiting.size() > 1)
        return;
    dropLink();
    m_link = std::make_unique<ssh::Link>(m_settings);
    connect(m_link.get(), &ssh::Link::live, this, &TransferWorker::onLive, Qt::QueuedConnection);
    connect(m_link.get(), &ssh::Link::ended, this, &TransferWorker::onLinkEnded, Qt::QueuedConnection);
    m_link->open();
}

void TransferWorker::onLive()
{
    if (!m_link || !m_link->isLive())
        return;
    m_control = openLane();
    for (const auto &then : std::exchange(m_waiting, {}))
        then(std::nullopt);
}

void TransferWorker::onLinkEnded(const Error &error)
{
    dropLink();
    for (const auto &then : std::exchange(m_waiting, {}))
        then(error);
}

void TransferWorker::dropLink()
{
    const Error error{ErrorKind::Network, tr("The connection to %1 was closed.").arg(m_settings.machineName), tr("Try again."), {}, {}};
    // Told to everyone who waits: their handlers hold the lanes, which would never go away otherwise.
    for (auto &[direction, data] : m_data) {
        for (const auto &lane : std::exchange(data.lanes, {}))
            lane->client().fail(error);
        if (const auto waiting = std::exchange(data.waiting, nullptr))
            waiting(failure(error));
    }
    if (const auto control = std::exchange(m_control, nullptr))
        control->client().fail(error);
    m_link.reset();
}

std::shared_ptr<SftpLane> TransferWorker::openLane()
{
    return std::make_shared<SftpLane>(std::make_unique<SshStream>(*m_link), m_link->settings().machineName);
}

void TransferWorker::openDataLanes(Direction direction, std::function<void(Result<Lanes>)> then)
{
    connectThen([this, direction, then = std::move(then)](const std::optional<Error> &error) {
        if (error) {
            then(failure(*error));
            return;
        }
        DataLanes &data = m_data[direction];
        data.waiting = then;
        std::erase_if(data.lanes, [](const auto &lane) { return !lane->client().isAlive(); });
        while (data.lanes.size() < dataLanes)
            data.lanes.push_back(openLane());
        for (const auto &lane : data.lanes) {
            const auto check = [this, direction] { QMetaObject::invokeMethod(this, [this, direction] { checkDataLanes(direction); }, Qt::QueuedConnection); };
            lane->client().onReady = check;
            lane->onLost = [check](const Error &) { check(); };
        }
        checkDataLanes(direction);
    });
}

/// Goes on once each lane is ready or refused; sshd may allow fewer channels than we would like.
void TransferWorker::checkDataLanes(Direction direction)
{
    DataLanes &data = m_data[direction];
    if (!data.waiting)
        return;
    Lanes lanes{m_control, {}};
    for (const auto &lane : data.lanes) {
        if (lane->client().isAlive() && !lane->client().isReady())
            return;
        if (lane->client().isAlive())
            lanes.data.push_back(lane);
    }
    if (lanes.data.empty())
        lanes.data.push_back(m_control);
    std::exchange(data.waiting, nullptr)(lanes);
}

} // namespace nimbook::transfer
