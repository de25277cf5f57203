// SPDX-License-Identifier: Apache-2.0
#include "bench/delayed_bytes.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

namespace nimbook::bench {

static constexpr qint64 pieceSize = 512 * 1024; // of one system call: then the other direction has its turn

DelayedBytes::DelayedBytes(int from, int to, std::chrono::nanoseconds delay, qint64 capacity)
    : m_from(from), m_to(to), m_delay(delay), m_capacity(capacity), m_ring(new char[size_t(capacity)])
{
}

void DelayedBytes::read()
{
    if (m_held == 0)
        m_head = 0; // stays in the cache where it can
    const qint64 tail = (m_head + m_held) % m_capacity;
    const qint64 space = std::min({m_capacity - tail, m_capacity - m_held, pieceSize});
    const ssize_t count = ::recv(m_from, m_ring.get() + tail, size_t(space), MSG_DONTWAIT);
    if (count < 0) {
        m_failed = errno != EAGAIN && errno != EINTR;
        return;
    }
    m_ended = count == 0;
    m_held += count;
    m_due.push_back({std::max(Clock::now() + m_delay, m_notBefore), count});
}

void DelayedBytes::write(Clock::time_point now)
{
    qint64 ripe = 0;
    for (const Due &due : m_due) {
        if (due.when > now || ripe >= pieceSize)
            break;
        ripe += due.bytes;
    }
    if (ripe == 0) { // the end alone
        ::shutdown(m_to, SHUT_WR);
        m_due.pop_front();
        return;
    }
    const qint64 together = std::min({ripe, m_capacity - m_head, pieceSize});
    const ssize_t count = ::send(m_to, m_ring.get() + m_head, size_t(together), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) {
        m_failed = errno != EAGAIN && errno != EINTR;
        return;
    }
    m_head = (m_head + count) % m_capacity;
    m_held -= count;
    for (qint64 left = count; left > 0;) {
        const qint64 here = std::min(left, m_due.front().bytes);
        m_due.front().bytes -= here;
        left -= here;
        if (m_due.front().bytes == 0)
            m_due.pop_front();
    }
}

} // namespace nimbook::bench
