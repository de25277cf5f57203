// SPDX-License-Identifier: Apache-2.0
#include "ssh/forwarded_connection.h"

#include "ssh/link.h"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>

namespace nimbook::ssh {

static bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

ForwardedConnection::ForwardedConnection(Descriptor socket, TunnelTraffic &traffic)
    : m_traffic(traffic), m_socket(std::move(socket))
{
    m_waiting.start();
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

void ForwardedConnection::detach()
{
    if (!isAttached())
        return; // it waits already, since when it came
    if (!isUntouched()) {
        m_over = true;
        return;
    }
    m_readable.reset();
    m_writable.reset();
    m_channel.reset();
    m_link.clear();
    m_open = m_canReceive = false;
    m_waiting.start();
}

bool ForwardedConnection::isUntouched() const
{
    return !m_over && !m_received && !m_localEnded && !m_remoteEnded;
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
    if (step == Channel::Step::Refused)
        m_over = true; // nobody listens there: the local peer sees the connection close. Of a broken link the tunnel tells us.
    m_open = step == Channel::Step::Done;
    m_canReceive = m_open;
    return m_open;
}

// One block each way, then the other connections have their turn.

void ForwardedConnection::moveOut()
{
    if (m_out.isEmpty() && m_canReceive && !m_localEnded && m_channel->canWrite() && !receive())
        return;
    if (!m_out.isEmpty()) {
        const qint64 taken = m_channel->write(m_out.bytes.get() + m_out.begin, m_out.end - m_out.begin);
        if (taken > 0)
            m_traffic.out += taken;
        m_out.begin = taken < 0 ? m_out.end : m_out.begin + taken; // the far side hears no more; what it still says is passed on
        release(m_out);
    }
    if (m_out.isEmpty() && m_localEnded)
        m_channel->sendEof();
    // Unread while the window is shut: that is what holds the local peer back.
    m_readable->setEnabled(!m_canReceive && !m_localEnded && m_out.isEmpty() && m_channel->canWrite());
    if (m_channel->canWrite() && (m_canReceive || !m_out.isEmpty()) && m_link)
        m_link->wake();
}

bool ForwardedConnection::receive()
{
    m_out.bytes = m_traffic.blocks.take();
    const ssize_t count = ::recv(m_socket.get(), m_out.bytes.get(), BlockPool::blockSize, 0);
    m_over = count < 0 && !wouldBlock();
    m_received |= count > 0;
    m_out.begin = 0;
    m_out.end = std::max<ssize_t>(count, 0);
    m_localEnded = count == 0;
    m_canReceive = count == BlockPool::blockSize;
    release(m_out);
    return !m_over;
}

void ForwardedConnection::moveIn()
{
    if (m_in.isEmpty())
        fill();
    if (!m_in.isEmpty() && sendPending() && m_channel->hasInput() && m_link)
        m_link->wake();
}

void ForwardedConnection::fill()
{
    if (!m_channel->hasInput())
        return;
    m_in.bytes = m_traffic.blocks.take();
    m_in.begin = m_in.end = 0;
    // As much as there is goes to the local peer in one piece: each piece wakes it up.
    while (m_in.end < BlockPool::blockSize) {
        const qint64 count = m_channel->read(Channel::Stream::Output, m_in.bytes.get() + m_in.end, BlockPool::blockSize - m_in.end);
        if (count <= 0)
            break;
        m_in.end += count;
    }
    m_received |= !m_in.isEmpty();
    release(m_in);
}

void ForwardedConnection::release(Buffer &buffer)
{
    if (buffer.isEmpty())
        m_traffic.blocks.giveBack(std::move(buffer.bytes));
}

bool ForwardedConnection::sendPending()
{
    if (m_canSend) {
        const qint64 size = m_in.end - m_in.begin;
        const ssize_t count = ::send(m_socket.get(), m_in.bytes.get() + m_in.begin, size_t(size), MSG_NOSIGNAL);
        if (count < 0 && !wouldBlock()) {
            m_over = true;
            return false;
        }
        const qint64 sent = std::max<ssize_t>(count, 0);
        m_in.begin += sent;
        m_traffic.in += sent;
        m_canSend = sent == size;
        m_writable->setEnabled(!m_canSend);
        release(m_in);
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
