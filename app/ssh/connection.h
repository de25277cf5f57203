// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/host_key.h"
#include "ssh/route.h"

#include <QString>

#include <chrono>
#include <memory>

namespace nimbook::ssh {

/// Everything a session needs to reach one machine. libssh is told to read neither ~/.ssh/config nor ~/.ssh/known_hosts.
struct ConnectionSettings {
    QString host;
    quint16 port = 22;
    std::shared_ptr<const Route> route; ///< null: TCP to host and port
    QString user;
    QString privateKeyPath;
    bool useAgent = false; ///< the keys of the SSH agent (SSH_AUTH_SOCK) instead of the file
    HostKeyPolicy hostKeys;
    std::chrono::milliseconds connectTimeout{10'000};
    std::chrono::milliseconds keepAliveInterval{5'000}; ///< three of them without a byte: the link is dead
    QString machineName; ///< for errors: "trainer-1"
};

} // namespace nimbook::ssh
