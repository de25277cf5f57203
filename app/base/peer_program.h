// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <sys/types.h>

namespace nimbook {

/// The program at the other end of a TCP connection over the loopback, as far as the kernel's own table of sockets tells.
struct PeerProgram {
    uid_t user = 0;
    unsigned long inode = 0; ///< of its socket; 0: it is closing

    bool isThisProcess() const; ///< the socket is open here: looks through /proc/self/fd
    bool operator==(const PeerProgram &) const = default;
};

/// \param socket a connected IPv4 socket
/// \return nothing when the kernel does not tell (the other end is gone already, or it is not on this computer)
/// Does not block: one question to the kernel. Thread: any. Source: sock_diag(7), proc(5) for /proc/net/tcp.
std::optional<PeerProgram> peerProgram(int socket);

} // namespace nimbook
