// SPDX-License-Identifier: Apache-2.0
#include "transfer/machine_lanes.h"

#include "base/logging.h"
#include "transfer/ssh_stream.h"

namespace nimbook::transfer {
namespace {
// Data lanes of each direction. Near, one on each connection keeps both ends busy; far, each moves at most its 2 MiB window in a round
// trip. sshd allows ten channels on a connection: control, three hashers and six lanes are as many.
constexpr size_t lanesNear = 1;
constexpr size_t lanesFarOnMain = 3;
constexpr size_t lanesFarOnSecond = 4;
constexpr std::chrono::milliseconds farRoundTrip{8};
constexpr std::chrono::seconds keptWithoutUse{60};
} // namespace

MachineLanes::MachineLanes(ssh::ConnectionSettings settings, bool verify, std::chrono::milliseconds silence, QObject *parent)
    : QObject(parent), m_settings(std::move(settings)), m_verify(verify), m_patience(std::make_shared<Patience>(silence)), m_idle(this)
{
    for (const Direction direction : {Direction::Upload, Direction::Download, Direction::Copy})
        m_data[direction].throttle.setParent(this); // moves to the thread with us
    m_idle.setSingleShot(true);
    m_idle.setInterval(keptWithoutUse);
    m_idle.callOnTimeout(this, &MachineLanes::dropSecond);
}

MachineLanes::~MachineLanes()
{
    drop();
}

Error MachineLanes::closedError() const
{
    return Error{ErrorKind::Network, tr("The connection to %1 was closed.").arg(m_settings.machineName), tr("Try again."), {}, {}};
}

bool MachineLanes::isConnected() const
{
    return m_main && m_main->isLive() && m_control && m_control->client().isAlive();
}

void MachineLanes::connectThen(std::function<void(std::optional<Error>)> then)
{
    if (isConnected()) {
        then(std::nullopt);
        return;
    }
    m_waiting.push_back(std::move(then));
    if (m_waiting.size() == 1)
        dialMain();
}

void MachineLanes::dialMain()
{
    dropMain();
    m_main = std::make_unique<LinkThread>(m_settings);
    connect(m_main.get(), &LinkThread::live, this, &MachineLanes::onLive, Qt::QueuedConnection);
    connect(m_main.get(), &LinkThread::ended, this, [this, link = m_main.get()](const Error &error) {
        if (link == m_main.get()) // else another has taken its place since
            onEnded(error);
    }, Qt::QueuedConnection);
    m_main->open();
}

void MachineLanes::suspectLinks()
{
    if (isDialing())
        dialMain(); // it began on the network as it was
    else if (m_main)
        m_main->checkAlive();
    if (m_second)
        m_second->checkAlive();
}

void MachineLanes::onLive()
{
    if (!m_main || !m_main->isLive())
        return;
    m_control = openLane(*m_main);
    m_control->onLost = [this](const Error &) { QMetaObject::invokeMethod(this, &MachineLanes::onControlLost, Qt::QueuedConnection); };
    for (const auto &then : std::exchange(m_waiting, {}))
        then(std::nullopt);
}

/// Its program ended, the connection lives: who waits for data lanes would wait for ever, for answer() needs this one.
void MachineLanes::onControlLost()
{
    if (!m_control || m_control->client().isAlive()) // another has taken its place since
        return;
    for (auto &[direction, data] : m_data) {
        if (const auto waiting = std::exchange(data.waiting, nullptr))
            waiting(failure(closedError()));
    }
}

void MachineLanes::onEnded(const Error &error)
{
    drop();
    for (const auto &then : std::exchange(m_waiting, {}))
        then(error);
}

void MachineLanes::drop()
{
    dropSecond();
    dropMain();
}

void MachineLanes::dropMain()
{
    // Told to everyone who waits: their handlers hold the lanes, which would never go away otherwise.
    const Error error = closedError();
    for (auto &[direction, data] : m_data) {
        for (const auto &lane : std::exchange(data.main, {}).lanes)
            lane->client().fail(error);
        if (const auto hasher = std::exchange(data.hasher, nullptr))
            hasher->shutDown(error);
        if (const auto waiting = std::exchange(data.waiting, nullptr))
            waiting(failure(error));
    }
    if (const auto hasher = std::exchange(m_hasher, nullptr))
        hasher->shutDown(error);
    if (const auto control = std::exchange(m_control, nullptr))
        control->client().fail(error);
    m_main.reset();
}

void MachineLanes::dialSecond()
{
    m_idle.stop();
    if (m_second)
        return;
    m_second = std::make_unique<LinkThread>(m_settings);
    connect(m_second.get(), &LinkThread::live, this, [this] {
        fill(Direction::Upload);
        fill(Direction::Download);
    }, Qt::QueuedConnection);
    connect(m_second.get(), &LinkThread::ended, this, [this, link = m_second.get()](const Error &error) {
        if (link != m_second.get())
            return;
        qCInfo(lcTransfer) << "no second connection to" << m_settings.machineName << errorKindName(error.kind) << error.detail;
        dropSecond(); // the main one does without it
    }, Qt::QueuedConnection);
    m_second->open();
}

void MachineLanes::dropSecond()
{
    for (auto &[direction, data] : m_data) {
        for (const auto &lane : std::exchange(data.second, {}).lanes)
            lane->client().fail(closedError());
    }
    m_second.reset();
}

void MachineLanes::rest()
{
    if (m_second && !m_idle.isActive())
        m_idle.start();
}

std::shared_ptr<SftpLane> MachineLanes::openLane(LinkThread &link, Throttle *throttle)
{
    return std::make_shared<SftpLane>(std::make_unique<SshStream>(link), link.machineName(), throttle, m_patience);
}

std::shared_ptr<RemoteHasher> MachineLanes::openHasher()
{
    return std::make_shared<RemoteHasher>([this](const QString &command) { return std::make_unique<SshStream>(*m_main, command); }, m_settings.machineName,
                                          m_patience);
}

void MachineLanes::open(Direction direction, std::function<void(Result<Set>)> then)
{
    if (direction != Direction::Copy) // its bytes do not travel
        dialSecond();                 // beside the main one
    connectThen([this, direction, then = std::move(then)](const std::optional<Error> &error) {
        if (error) {
            then(failure(*error));
            return;
        }
        Data &data = m_data[direction];
        data.waiting = then;
        if (m_verify && (!data.hasher || data.hasher->hasTimedOut()))
            data.hasher = direction == Direction::Copy ? questionsHasher() : openHasher(); // before the lanes: where channels are few, one lane less does no harm
        fill(direction);
        answer(direction);
    });
}

/// Only a far machine needs many, and how far it is the first channel tells.
size_t MachineLanes::lanesOn(const LinkThread &link, Direction direction) const
{
    if (direction == Direction::Copy || !m_main || m_main->roundTrip() < farRoundTrip)
        return lanesNear;
    return &link == m_main.get() ? lanesFarOnMain : lanesFarOnSecond;
}

void MachineLanes::fill(Direction direction)
{
    Data &data = m_data[direction];
    if (!data.hasher && data.main.lanes.empty() && !data.waiting) // nobody has asked yet
        return;
    fill(direction, m_main.get(), &Data::main);
    if (direction != Direction::Copy)
        fill(direction, m_second.get(), &Data::second);
}

void MachineLanes::fill(Direction direction, LinkThread *link, Held Data::*which)
{
    Held &held = m_data[direction].*which;
    if (!link || !link->isLive())
        return;
    std::erase_if(held.lanes, [](const auto &lane) { return !lane->client().isAlive(); });
    while (held.lanes.size() < lanesOn(*link, direction) && !held.isFull) {
        const auto lane = openLane(*link, &m_data[direction].throttle);
        held.lanes.push_back(lane);
        const auto later = [this, direction, which, weak = std::weak_ptr(lane)] {
            QMetaObject::invokeMethod(this, [=, this] { onLaneChanged(direction, which, weak); }, Qt::QueuedConnection);
        };
        lane->client().onReady = later;
        lane->onLost = [later](const Error &) { later(); };
    }
}

/// It is ready, or refused, or lost.
void MachineLanes::onLaneChanged(Direction direction, Held Data::*which, const std::weak_ptr<SftpLane> &weak)
{
    const auto lane = weak.lock();
    const bool isUsable = lane && lane->client().isAlive();
    if (lane && !isUsable && !lane->client().isReady())
        (m_data[direction].*which).isFull = true;
    if (m_data[direction].waiting)
        answer(direction);
    else if (isUsable)
        Q_EMIT joined(direction, lane);
    if (isUsable)
        fill(direction);
}

/// Goes on once one lane is ready, or all are refused: sshd may allow fewer channels than we would like.
void MachineLanes::answer(Direction direction)
{
    Data &data = m_data[direction];
    if (!data.waiting || !isConnected())
        return;
    Set set{m_control, {}, data.hasher, m_main->roundTrip()};
    bool isOpening = false;
    for (const Held *held : {&data.main, &data.second}) {
        for (const auto &lane : held->lanes) {
            if (lane->client().isAlive() && lane->client().isReady())
                set.data.push_back(lane);
            else if (held == &data.main)
                isOpening = isOpening || lane->client().isAlive();
        }
    }
    if (set.data.empty() && isOpening)
        return;
    if (set.data.empty())
        set.data.push_back(m_control);
    std::exchange(data.waiting, nullptr)(set);
}

std::shared_ptr<RemoteHasher> MachineLanes::questionsHasher()
{
    if (!m_hasher || m_hasher->hasTimedOut())
        m_hasher = openHasher();
    return m_hasher;
}

void MachineLanes::withClient(std::function<void(Result<std::shared_ptr<SftpClient>>)> then)
{
    connectThen([this, then = std::move(then)](const std::optional<Error> &error) {
        if (error)
            then(failure(*error));
        else
            then(m_control->sharedClient());
    });
}

void MachineLanes::withHasher(std::function<void(Result<std::shared_ptr<RemoteHasher>>)> then)
{
    connectThen([this, then = std::move(then)](const std::optional<Error> &error) {
        if (error) {
            then(failure(*error));
            return;
        }
        then(questionsHasher());
    });
}

} // namespace nimbook::transfer
