// SPDX-License-Identifier: Apache-2.0
#include "ssh/tunnel_worker.h"

#include "base/logging.h"
#include "ssh/local_listener.h"

#include <QRandomGenerator>

#include <algorithm>

namespace nimbook::ssh {

using namespace std::chrono_literals;

static constexpr std::size_t maxWaiting = 64;      // connections that wait for the link
static constexpr std::size_t maxConnections = 512; // each holds a descriptor, and up to 512 KiB while a side does not take its bytes
static constexpr auto tickInterval = 250ms;
// Short at first, because most cuts are: a person who waits for a page must not wait for us.
static constexpr Backoff backoff{200ms, 1.6, 3s};
static constexpr Backoff patientBackoff{3s, 1.5, 15s};
static constexpr int shortAttempts = 20;
static constexpr auto probeInterval = 10s;
static constexpr auto degradedInterval = 2s;
static constexpr auto probeDeadline = 5s;

TunnelWorker::TunnelWorker(ConnectionSettings settings, quint16 remotePort)
    : m_settings(std::move(settings)), m_remotePort(remotePort), m_retry(this), m_tick(this)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &TunnelWorker::connectLink);
    connect(&m_tick, &QTimer::timeout, this, &TunnelWorker::onTick);
}

TunnelWorker::~TunnelWorker()
{
    m_probe.reset();
    m_connections.clear();
}

void TunnelWorker::open(quint64 epoch, quint16 preferredPort, const QSet<quint16> &reserved)
{
    close();
    m_traffic.in = m_traffic.out = 0;
    m_status = {};
    m_status.epoch = epoch;
    m_listener = new LocalListener(this);
    setOpenToPrograms(m_isOpenToPrograms);
    connect(m_listener, &LocalListener::accepted, this, &TunnelWorker::onAccepted);
    const Result<quint16> port = m_listener->listenFrom(preferredPort, reserved);
    if (!port) {
        m_status.phase = Tunnel::Phase::Failed;
        setState(Tunnel::State::Failed, port.error());
        return;
    }
    m_status.port = *port;
    m_attempt = 0;
    m_tick.start(tickInterval);
    m_status.phase = Tunnel::Phase::Resolving;
    setState(Tunnel::State::Connecting);
    connectLink();
}

void TunnelWorker::close()
{
    m_retry.stop();
    m_tick.stop();
    m_probe.reset();
    m_connections.clear();
    if (m_link)
        dropLink();
    delete m_listener;
    m_listener = nullptr;
    m_status.phase = Tunnel::Phase::Closed;
    m_status.state = Tunnel::State::Closed; // not reported: whoever closed knows
}

void TunnelWorker::reconnectNow()
{
    if (m_link || !m_listener || !m_listener->isListening())
        return;
    m_retry.stop();
    m_attempt = 0;
    if (m_status.state == Tunnel::State::Failed)
        m_keyRefused.invalidate();
    m_status.phase = Tunnel::Phase::Resolving;
    setState(Tunnel::State::Reconnecting, m_status.error);
    connectLink();
}

void TunnelWorker::suspectLink()
{
    if (m_link && m_link->isLive()) {
        m_link->checkAlive();
    } else if (m_status.state == Tunnel::State::Reconnecting || m_status.state == Tunnel::State::Connecting) {
        if (m_link)
            dropLink(); // it began on the network as it was
        reconnectNow();
    }
}

void TunnelWorker::setConnection(const ConnectionSettings &settings)
{
    if (settings.host != m_settings.host || settings.port != m_settings.port)
        m_keyRefused.invalidate();
    m_settings = settings;
}

void TunnelWorker::setOpenToPrograms(bool open)
{
    m_isOpenToPrograms = open;
    if (m_listener)
        m_listener->setAdmits(open ? LocalListener::Admits::ThisUser : LocalListener::Admits::ThisProcess);
}

void TunnelWorker::connectLink()
{
    setPhase(Tunnel::Phase::Resolving);
    m_link = new Link(m_settings, this);
    connect(m_link, &Link::dialed, this, [this] { setPhase(Tunnel::Phase::Authenticating); });
    connect(m_link, &Link::live, this, &TunnelWorker::onLive);
    connect(m_link, &Link::serviced, this, &TunnelWorker::pump);
    connect(m_link, &Link::ended, this, &TunnelWorker::onEnded);
    m_link->open();
}

void TunnelWorker::dropLink()
{
    m_link->disconnect(this);
    m_link->deleteLater();
    m_link = nullptr;
}

void TunnelWorker::onLive()
{
    m_attempt = 0;
    m_keyRefused.invalidate();
    for (const auto &connection : m_connections)
        connection->attach(*m_link, m_remoteHost, m_remotePort);
    m_status.phase = m_probePath.isEmpty() ? Tunnel::Phase::Live : Tunnel::Phase::Forwarding;
    setState(Tunnel::State::Live);
    if (!m_probePath.isEmpty())
        startProbe();
}

void TunnelWorker::startProbe()
{
    m_probe = std::make_unique<TunnelProbe>(*m_link, m_remotePort, m_probePath);
    m_link->wake();
}

void TunnelWorker::pumpProbe()
{
    if (!m_probe)
        return;
    const TunnelProbe::Outcome outcome = m_probe->pump(probeDeadline);
    if (outcome == TunnelProbe::Outcome::Running) {
        if (m_status.phase == Tunnel::Phase::Forwarding && m_probe->isForwarded())
            setPhase(Tunnel::Phase::Probing);
        return;
    }
    if (outcome == TunnelProbe::Outcome::Answered)
        onAnswered();
    else
        onNoAnswer(outcome);
}

void TunnelWorker::onAnswered()
{
    m_status.answerTime = m_probe->age();
    m_status.error = {};
    m_probe.reset();
    m_nextProbe.setRemainingTime(probeInterval);
    setPhase(Tunnel::Phase::Live);
}

void TunnelWorker::onNoAnswer(TunnelProbe::Outcome outcome)
{
    m_probe.reset();
    m_nextProbe.setRemainingTime(degradedInterval);
    if (outcome == TunnelProbe::Outcome::Lost)
        return; // the link tells its own end
    const bool silent = outcome == TunnelProbe::Outcome::Silent;
    m_status.error = Error{ErrorKind::Network,
                           silent ? tr("Port %1 of %2 takes connections, but does not answer.").arg(m_remotePort).arg(m_settings.machineName)
                                  : tr("Nothing answers on port %1 of %2.").arg(m_remotePort).arg(m_settings.machineName),
                           tr("If it does not come back by itself, open the notebook again: that starts Jupyter."), {}, {}};
    setPhase(Tunnel::Phase::Degraded);
    if (silent && m_link)
        m_link->checkAlive(); // it may be the link that is silent
}

void TunnelWorker::setPhase(Tunnel::Phase phase)
{
    if (m_status.phase == phase)
        return;
    m_status.phase = phase;
    report();
}

void TunnelWorker::onEnded(const Error &error)
{
    m_probe.reset();
    dropLink();
    keepUntouched();
    const bool wasUp = m_status.state == Tunnel::State::Live || m_status.state == Tunnel::State::Reconnecting;
    if (wasUp && m_mayMove && error.kind == ErrorKind::HostKeyMismatch) {
        m_status.phase = Tunnel::Phase::Doubted;
        setState(Tunnel::State::Reconnecting, error);
        return;
    }
    if (!wasUp || !heals(error)) {
        fail(error);
        return;
    }
    const bool wasLive = m_status.state == Tunnel::State::Live;
    const double chance = QRandomGenerator::global()->generateDouble();
    const auto wait = wasLive ? std::chrono::milliseconds(0) // the first attempt at once
        : m_attempt < shortAttempts ? backoff.delay(m_attempt, chance) : patientBackoff.delay(m_attempt - shortAttempts, chance);
    m_attempt += wasLive ? 0 : 1;
    m_retry.start(wait);
    m_status.phase = Tunnel::Phase::Waiting;
    m_status.nextAttempt = QDeadlineTimer(wait);
    setState(Tunnel::State::Reconnecting, error);
}

bool TunnelWorker::heals(const Error &error)
{
    if (error.kind != ErrorKind::AuthenticationFailed)
        return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout;
    if (!m_keyRefused.isValid())
        m_keyRefused.start();
    return m_keyRefused.elapsed() < m_keyPatience.count();
}

void TunnelWorker::fail(const Error &error)
{
    m_connections.clear();
    m_status.phase = Tunnel::Phase::Failed;
    setState(Tunnel::State::Failed, error);
}

void TunnelWorker::giveUp()
{
    if (m_status.phase == Tunnel::Phase::Doubted)
        fail(Error(m_status.error));
}

void TunnelWorker::keepUntouched()
{
    std::size_t waiting = 0;
    for (const auto &connection : m_connections)
        connection->detach();
    std::erase_if(m_connections, [&waiting](const auto &connection) { return connection->isOver() || ++waiting > maxWaiting; });
}

void TunnelWorker::onAccepted(int socket)
{
    Descriptor owned(socket);
    const bool live = m_link && m_link->isLive();
    if (m_status.state == Tunnel::State::Failed || m_connections.size() >= (live ? maxConnections : maxWaiting))
        return;
    m_connections.push_back(std::make_unique<ForwardedConnection>(std::move(owned), m_traffic));
    if (live)
        m_connections.back()->attach(*m_link, m_remoteHost, m_remotePort);
}

void TunnelWorker::pump()
{
    for (const auto &connection : m_connections)
        connection->pump();
    pumpProbe();
    std::erase_if(m_connections, [](const auto &connection) { return connection->isOver(); });
}

void TunnelWorker::onTick()
{
    if (m_probe)
        pumpProbe(); // its deadline
    else if (!m_probePath.isEmpty() && m_link && m_link->isLive() && m_nextProbe.hasExpired())
        startProbe();
    for (const auto &connection : m_connections)
        connection->checkPeer();
    std::erase_if(m_connections, [this](const auto &connection) {
        return connection->isOver() || (!connection->isAttached() && connection->waitingFor() > m_longestWait);
    });
    report();
}

void TunnelWorker::setState(Tunnel::State state, const Error &error)
{
    m_status.state = state;
    m_status.error = error;
    qCInfo(lcSsh) << "tunnel" << m_status.port << state << error.detail;
    report();
}

void TunnelWorker::report()
{
    m_status.connections = int(m_connections.size());
    m_status.bytesIn = m_traffic.in;
    m_status.bytesOut = m_traffic.out;
    if (m_status == m_reported)
        return;
    m_reported = m_status;
    Q_EMIT statusChanged(m_status);
}

} // namespace nimbook::ssh
