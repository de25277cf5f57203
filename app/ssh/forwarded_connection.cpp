// SPDX-License-Identifier: Apache-2.0
#include "ssh/forwarded_connection.h"

#include "ssh/link.h"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace nimbook::ssh {

static constexpr qint64 bufferSize = 64 * 1024;
static constexpr int roundsPerPump = 4; // then the other connections have their turn

static bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

ForwardedConnection::ForwardedConnection(Descriptor socket, TunnelTraffic &traffic)
    : m_traffic(traffic), m_socket(std::move(socket))
{
    m_age.start();
}

ForwardedConnection::~ForwardedConnection() = default;

void ForwardedConnection::attach(Link &link, const QString &remoteHost, quint16 remotePort)
{
    m_link = &link;
    m_remoteHost = remoteHost;
    m_remotePort = remotePort;
    m_channel = std::make_unique<Channel>(link);
    m_readable = std::make_unique<QSocketNotifier>(m_socket.get(), QSocketNotifier::Read);
    m_writable = std::make_unique<QSocketNotifier>(m_socket.get(), QSocketNotifier::Write);
    m_readable->setEnabled(false);
    m_writable->setEnabled(false);
    const auto onReady = [this](QSocketNotifier *notifier, bool &flag) {
        notifier->setEnabled(false);
        flag = true;
        pump();
        if (m_link && m_over)
            m_link->wake(); // the tunnel clears us away
        else if (m_link)
            m_link->wakeIfStirred();
    };
    QObject::connect(m_readable.get(), &QSocketNotifier::activated, m_readable.get(),
                     [this, onReady] { onReady(m_readable.get(), m_canReceive); });
    QObject::connect(m_writable.get(), &QSocketNotifier::activated, m_writable.get(),
                     [this, onReady] { onReady(m_writable.get(), m_canSend); });
    link.wake();
}

void ForwardedConnection::pump()
{
    if (m_over || !m_channel || !openChannel() || isIdle())
        return;
    moveOut();
    moveIn();
    endIfDone();
}

bool ForwardedConnection::isIdle() const
{
    return m_readable->isEnabled() && !m_canReceive && m_out.isEmpty() && m_in.isEmpty() && !m_channel->hasInput() && !m_channel->atEnd();
}

bool ForwardedConnection::openChannel()
{
    if (m_open)
        return true;
    const Channel::Step step = m_channel->openForward(m_remoteHost, m_remotePort, 0);
    if (step == Channel::Step::Refused || step == Channel::Step::Broken)
        m_over = true; // nobody listens there: the local peer sees the connection close
    m_open = step == Channel::Step::Done;
    m_canReceive = m_open;
    return m_open;
}

void ForwardedConnection::moveOut()
{
    for (int round = 0; round < roundsPerPump && !m_over; ++round) {
        if (m_out.isEmpty() && m_canReceive && !m_localEnded && m_channel->canWrite()) {
            m_out.bytes.resize(bufferSize);
            const ssize_t count = ::recv(m_socket.get(), m_out.bytes.data(), bufferSize, 0);
            if (count < 0 && !wouldBlock()) {
                m_over = true;
                return;
            }
            m_out.begin = 0;
            m_out.end = std::max<ssize_t>(count, 0);
            m_localEnded = count == 0;
            m_canReceive = count == bufferSize;
        }
        if (m_out.isEmpty())
            break;
        const qint64 taken = m_channel->write(m_out.bytes.data() + m_out.begin, m_out.end - m_out.begin);
        if (taken < 0)
            m_out.begin = m_out.end; // the far side hears no more; what it still says is passed on
        if (taken <= 0)
            break;
        m_out.begin += taken;
        m_traffic.out += taken;
    }
    if (m_out.isEmpty() && m_localEnded)
        m_channel->sendEof();
    // Unread while the window is shut: that is what holds the local peer back.
    m_readable->setEnabled(!m_canReceive && !m_localEnded && m_out.isEmpty() && m_channel->canWrite());
    if (m_channel->canWrite() && (m_canReceive || !m_out.isEmpty()) && m_link)
        m_link->wake();
}

void ForwardedConnection::moveIn()
{
    for (int round = 0; round < roundsPerPump && !m_over; ++round) {
        if (m_in.isEmpty()) {
            if (!m_channel->hasInput())
                break;
            m_in.bytes.resize(bufferSize);
            const qint64 count = m_channel->read(Channel::Stream::Output, m_in.bytes.data(), bufferSize);
            if (count <= 0)
                break;
            m_in.begin = 0;
            m_in.end = count;
        }
        if (!sendPending())
            return;
    }
    if (m_channel->hasInput() && m_link)
        m_link->wake();
}

bool ForwardedConnection::sendPending()
{
    while (m_canSend && !m_in.isEmpty()) {
        const ssize_t count = ::send(m_socket.get(), m_in.bytes.data() + m_in.begin, size_t(m_in.end - m_in.begin), MSG_NOSIGNAL);
        if (count < 0 && !wouldBlock()) {
            m_over = true;
            return false;
        }
        if (count < 0) {
            m_canSend = false;
            m_writable->setEnabled(true);
            break;
        }
        m_in.begin += count;
        m_traffic.in += count;
    }
    return m_in.isEmpty();
}

void ForwardedConnection::endIfDone()
{
    if (m_over || !m_in.isEmpty() || !m_channel->atEnd())
        return;
    if (!m_remoteEnded) {
        m_remoteEnded = true;
        ::shutdown(m_socket.get(), SHUT_WR);
    }
    m_over = m_channel->isClosed() || (m_localEnded && m_out.isEmpty());
}

void ForwardedConnection::checkPeer()
{
    pollfd poll{m_socket.get(), 0, 0}; // errors are reported unasked
    if (::poll(&poll, 1, 0) > 0 && (poll.revents & POLLERR)) {
        m_over = true;
        if (m_link)
            m_link->wake();
    }
}

} // namespace nimbook::ssh
