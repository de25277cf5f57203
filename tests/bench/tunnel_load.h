// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/child_process.h"
#include "bench/place.h"
#include "support/loopback_server.h"

#include <memory>
#include <vector>

namespace nimbook::bench {

/// What the tunnels lead to: gives bytes, takes bytes and checks them, or echoes. 17 bytes open a connection: 'D', 'U' or 'E' and a
/// decimal count in 16 digits.
class FarService {
public:
    FarService(); ///< in this process
    explicit FarService(const Place &place); ///< on the machine, by its python3
    ~FarService();

    quint16 port() const { return m_port; } ///< on the far loopback; 0: could not be started

private:
    std::unique_ptr<testing::LoopbackServer> m_server;
    ChildProcess m_remote;
    quint16 m_port = 0;
};

/// \return seconds from the first connect to the last byte's arrival; -1 when bytes were wrong or missing
double receiveThrough(quint16 port, qint64 bytes, int connections);
double sendThrough(quint16 port, qint64 bytes, int connections);

/// Round trips of a message of 256 bytes, one at a time on each connection; seconds. Ends after \a samples on each, or after
/// \a atMost. Empty: something broke.
std::vector<double> latencies(quint16 port, int connections, int samples, double atMost);

/// Seconds until the first byte comes back through a port that may not listen yet; counted from \a start. -1: never.
double firstByte(quint16 port, std::chrono::steady_clock::time_point start, double atMost);

} // namespace nimbook::bench
