// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/dialer.h"
#include "ssh/tunnel.h"

#include <QTest>

#include <chrono>
#include <future>
#include <sys/socket.h>

/// A Tunnel of that name, live; in a test function.
#define OPEN_TUNNEL(tunnel, settings, remotePort)                                                                                \
    Tunnel tunnel(settings, remotePort);                                                                                         \
    tunnel.open(0);                                                                                                              \
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live)

namespace nimbook::testing {

/// What blocks, on a thread of its own, while the test's thread serves the tunnel.
template<typename Work>
auto inBackground(Work work)
{
    auto future = std::async(std::launch::async, std::move(work));
    [&] { QTRY_VERIFY_WITH_TIMEOUT(future.wait_for(std::chrono::seconds(0)) == std::future_status::ready, 60'000); }();
    return future.get();
}

/// As a program that dies: the other side gets a RST.
inline void resetAndClose(ssh::Descriptor &socket)
{
    const linger now{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.reset();
}

} // namespace nimbook::testing
