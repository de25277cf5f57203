// SPDX-License-Identifier: Apache-2.0
#include "bench/delay_proxy.h"

#include "bench/delayed_bytes.h"
#include "bench/loopback.h"

#include <algorithm>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace nimbook::bench {

using std::chrono::nanoseconds;

DelayProxy::DelayProxy(quint16 target, std::chrono::milliseconds roundTrip) : m_target(target), m_roundTrip(roundTrip)
{
    m_listener = listenOnLoopback(m_port);
    if (m_listener >= 0)
        m_acceptor = std::thread([this] { acceptAll(); });
}

DelayProxy::~DelayProxy()
{
    if (m_listener < 0)
        return;
    m_ending = true;
    ::shutdown(m_listener, SHUT_RDWR); // wakes accept()
    m_acceptor.join();
    ::close(m_listener);
    for (int client : m_clients)
        ::shutdown(client, SHUT_RDWR);
    for (std::thread &thread : m_threads)
        thread.join();
    for (int client : m_clients)
        ::close(client);
}

void DelayProxy::acceptAll()
{
    for (;;) {
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0)
            return;
        const std::lock_guard lock(m_mutex);
        m_clients.push_back(client);
        m_threads.emplace_back([this, client] {
            serve(client);
            ::shutdown(client, SHUT_RDWR); // closed at the end: until then its number must not be given away
        });
    }
}

void DelayProxy::serve(int client) const
{
    using Clock = DelayedBytes::Clock;
    // 1.5 GB/s in flight, and room for what the far side is slow to take.
    const qint64 capacity = std::max<qint64>(8 << 20, m_roundTrip.count() * 3 / 4 + (4 << 20));
    // SYN, its answer, and the third packet with the first bytes: the server accepts one and a half round trips after the start.
    const auto accepted = Clock::now() + m_roundTrip * 3 / 2;
    setNoDelay(client);

    DelayedBytes out(client, -1, m_roundTrip / 2, capacity);
    DelayedBytes in(-1, client, m_roundTrip / 2, capacity);
    out.holdUntil(accepted);
    int server = -1;
    while (!m_ending) {
        auto now = Clock::now();
        if (server < 0 && now >= accepted) {
            server = connectTo(m_target);
            if (server < 0)
                return;
            setNoDelay(server);
            in = DelayedBytes(server, client, m_roundTrip / 2, capacity);
            out.setDestination(server);
        }
        const bool writeOut = server >= 0 && out.wantsToWrite(now);
        const bool writeIn = in.wantsToWrite(now);
        pollfd polls[2] = {{client, short((out.wantsToRead() ? POLLIN : 0) | (writeIn ? POLLOUT : 0)), 0},
                           {server, short((server >= 0 && in.wantsToRead() ? POLLIN : 0) | (writeOut ? POLLOUT : 0)), 0}};
        auto next = std::min(writeIn ? Clock::time_point::max() : in.nextDue(), writeOut ? Clock::time_point::max() : out.nextDue());
        if (server < 0)
            next = std::min(next, accepted);
        const auto wait = std::clamp<nanoseconds>(next == Clock::time_point::max() ? nanoseconds(100'000'000) : next - now,
                                                  nanoseconds(0), nanoseconds(100'000'000));
        const timespec limit{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
        // Nothing asked of it, a hung-up socket would make poll return at once for ever.
        for (pollfd &poll : polls) {
            if (poll.events == 0)
                poll.fd = -1;
        }
        if (::ppoll(polls, 2, &limit, nullptr) < 0 && errno != EINTR)
            return;
        if (polls[0].revents & (POLLIN | POLLHUP | POLLERR) && out.wantsToRead())
            out.read();
        if (polls[1].revents & (POLLIN | POLLHUP | POLLERR) && in.wantsToRead())
            in.read();
        now = Clock::now();
        if (polls[1].revents & POLLOUT && out.wantsToWrite(now))
            out.write(now);
        if (polls[0].revents & POLLOUT && in.wantsToWrite(now))
            in.write(now);
        if (out.hasFailed() || in.hasFailed() || (out.isOver() && in.isOver()))
            break;
    }
    if (server >= 0)
        ::close(server);
}

} // namespace nimbook::bench
