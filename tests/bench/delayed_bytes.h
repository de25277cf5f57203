// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <chrono>
#include <deque>
#include <memory>

namespace nimbook::bench {

/// One direction of a delayed connection: bytes with the moment from which on they may be passed on.
class DelayedBytes {
public:
    using Clock = std::chrono::steady_clock;

    DelayedBytes(int from, int to, std::chrono::nanoseconds delay, qint64 capacity);

    bool wantsToRead() const { return !m_ended && m_held < m_capacity; }
    bool wantsToWrite(Clock::time_point now) const { return !m_due.empty() && m_due.front().when <= now; }
    bool isOver() const { return m_failed || (m_ended && m_due.empty()); }
    bool hasFailed() const { return m_failed; }
    Clock::time_point nextDue() const { return m_due.empty() ? Clock::time_point::max() : m_due.front().when; }
    /// Nothing is passed on before \a when: the connection is still being made.
    void holdUntil(Clock::time_point when) { m_notBefore = when; }
    void setDestination(int to) { m_to = to; }

    void read();
    void write(Clock::time_point now);

private:
    struct Due {
        Clock::time_point when;
        qint64 bytes; ///< 0: the end of the stream
    };

    int m_from;
    int m_to;
    std::chrono::nanoseconds m_delay;
    qint64 m_capacity;
    std::unique_ptr<char[]> m_ring;
    qint64 m_head = 0; // the oldest byte
    qint64 m_held = 0;
    std::deque<Due> m_due;
    Clock::time_point m_notBefore{};
    bool m_ended = false;
    bool m_failed = false;
};

} // namespace nimbook::bench
