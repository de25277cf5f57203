// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <sys/types.h>

namespace nimbook::ssh {

/// Whose program is at the other end of a TCP connection over the loopback: the kernel's own table of sockets says.
/// \param socket a connected IPv4 socket
/// \return nothing when the kernel does not tell (the other end is gone already, or it is not on this computer)
/// Does not block: one question to the kernel. Source: sock_diag(7), proc(5) for /proc/net/tcp.
std::optional<uid_t> peerUser(int socket);

} // namespace nimbook::ssh
