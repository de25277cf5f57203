// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace nimbook::bench {

/// A TCP door on 127.0.0.1 behind which another port of this computer seems to lie a round trip away.
///
/// Models latency and nothing else: no loss, no bandwidth cap, no slow start. The first byte of a connection is late by the round
/// trip of TCP's own handshake as well, which the kernel has with the door at once. Each connection has a thread.
class DelayProxy {
public:
    DelayProxy(quint16 target, std::chrono::milliseconds roundTrip);
    ~DelayProxy(); ///< cuts all connections
    Q_DISABLE_COPY_MOVE(DelayProxy)

    quint16 port() const { return m_port; } ///< 0: no socket to be had

private:
    void acceptAll();
    void serve(int client) const;

    const quint16 m_target;
    const std::chrono::nanoseconds m_roundTrip;
    int m_listener = -1;
    quint16 m_port = 0;
    std::atomic<bool> m_ending{false};
    std::mutex m_mutex; // guards the two below
    std::vector<int> m_clients;
    std::vector<std::thread> m_threads;
    std::thread m_acceptor;
};

} // namespace nimbook::bench
