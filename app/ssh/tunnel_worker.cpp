// SPDX-License-Identifier: Apache-2.0
#include "ssh/tunnel_worker.h"

#include "base/logging.h"
#include "ssh/local_listener.h"

#include <QRandomGenerator>

#include <algorithm>

namespace nimbook::ssh {

using namespace std::chrono_literals;

static constexpr std::size_t maxWaiting = 64;      // connections that wait for the link
static constexpr std::size_t maxConnections = 512; // each holds a descriptor and up to 128 KiB
static constexpr auto maxWait = 10s;
static constexpr auto tickInterval = 250ms;
static constexpr Backoff backoff{300ms, 2.0, 15s};

TunnelWorker::TunnelWorker(ConnectionSettings settings, quint16 remotePort)
    : m_settings(std::move(settings)), m_remotePort(remotePort), m_retry(this), m_tick(this)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &TunnelWorker::connectLink);
    connect(&m_tick, &QTimer::timeout, this, &TunnelWorker::onTick);
}

TunnelWorker::~TunnelWorker()
{
    m_connections.clear();
}

void TunnelWorker::open(quint64 epoch, quint16 preferredPort)
{
    close();
    m_traffic = {};
    m_status = {};
    m_status.epoch = epoch;
    m_listener = new LocalListener(this);
    connect(m_listener, &LocalListener::accepted, this, &TunnelWorker::onAccepted);
    const Result<quint16> port = m_listener->listenFrom(preferredPort);
    if (!port) {
        setState(Tunnel::State::Failed, port.error());
        return;
    }
    m_status.port = *port;
    m_attempt = 0;
    m_tick.start(tickInterval);
    setState(Tunnel::State::Connecting);
    connectLink();
}

void TunnelWorker::close()
{
    m_retry.stop();
    m_tick.stop();
    m_connections.clear();
    if (m_link)
        dropLink();
    delete m_listener;
    m_listener = nullptr;
    m_status.state = Tunnel::State::Closed; // not reported: whoever closed knows
}

void TunnelWorker::reconnectNow()
{
    if (m_link || !m_listener || !m_listener->isListening())
        return;
    m_retry.stop();
    m_attempt = 0;
    setState(Tunnel::State::Reconnecting, m_status.error);
    connectLink();
}

void TunnelWorker::setConnection(const ConnectionSettings &settings)
{
    m_settings = settings;
}

void TunnelWorker::connectLink()
{
    m_link = new Link(m_settings, this);
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
    for (const auto &connection : m_connections)
        connection->attach(*m_link, m_remotePort);
    setState(Tunnel::State::Live);
}

void TunnelWorker::onEnded(const Error &error)
{
    dropLink();
    // A byte stream cannot go on over another connection; those that still wait for one may.
    std::erase_if(m_connections, [](const auto &connection) { return connection->isAttached(); });
    const bool wasUp = m_status.state == Tunnel::State::Live || m_status.state == Tunnel::State::Reconnecting;
    const bool heals = error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout;
    if (!wasUp || !heals) {
        m_connections.clear();
        setState(Tunnel::State::Failed, error);
        return;
    }
    const auto wait = backoff.delay(m_attempt++, QRandomGenerator::global()->generateDouble());
    m_retry.start(wait);
    setState(Tunnel::State::Reconnecting, error);
}

void TunnelWorker::onAccepted(int socket)
{
    Descriptor owned(socket);
    const bool live = m_link && m_link->isLive();
    if (m_status.state == Tunnel::State::Failed || m_connections.size() >= (live ? maxConnections : maxWaiting))
        return;
    m_connections.push_back(std::make_unique<ForwardedConnection>(std::move(owned), m_traffic));
    if (live)
        m_connections.back()->attach(*m_link, m_remotePort);
}

void TunnelWorker::pump()
{
    for (const auto &connection : m_connections)
        connection->pump();
    std::erase_if(m_connections, [](const auto &connection) { return connection->isOver(); });
}

void TunnelWorker::onTick()
{
    for (const auto &connection : m_connections)
        connection->checkPeer();
    std::erase_if(m_connections, [](const auto &connection) {
        return connection->isOver() || (!connection->isAttached() && connection->age() > maxWait);
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
