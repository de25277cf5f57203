// SPDX-License-Identifier: Apache-2.0
#include "base/peer_program.h"

#include <cstdio>
#include <dirent.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace nimbook {

namespace {

struct Netlink {
    const int fd = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    ~Netlink() { fd < 0 || ::close(fd); }
};

/// The connection as its other end sees it.
struct FarSide {
    sockaddr_in from{};
    sockaddr_in to{};
};

std::optional<FarSide> farSide(int socket)
{
    FarSide side;
    socklen_t size = sizeof side.from;
    if (::getpeername(socket, reinterpret_cast<sockaddr *>(&side.from), &size) != 0 || side.from.sin_family != AF_INET)
        return std::nullopt;
    size = sizeof side.to;
    if (::getsockname(socket, reinterpret_cast<sockaddr *>(&side.to), &size) != 0)
        return std::nullopt;
    return side;
}

/// \return nothing when there is no such socket; \a answered tells whether the kernel answered at all
std::optional<PeerProgram> askSocketDiag(const FarSide &side, bool &answered)
{
    answered = false;
    const Netlink netlink;
    if (netlink.fd < 0)
        return std::nullopt;
    const timeval soon{0, 200'000}; // the kernel answers within the call; this only guards against a filter that swallows it
    ::setsockopt(netlink.fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);

    struct {
        nlmsghdr header{};
        inet_diag_req_v2 request{};
    } question;
    question.header.nlmsg_len = sizeof question;
    question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.request.sdiag_family = AF_INET;
    question.request.sdiag_protocol = IPPROTO_TCP;
    question.request.idiag_states = ~0u;
    question.request.id.idiag_sport = side.from.sin_port;
    question.request.id.idiag_dport = side.to.sin_port;
    question.request.id.idiag_src[0] = side.from.sin_addr.s_addr;
    question.request.id.idiag_dst[0] = side.to.sin_addr.s_addr;
    question.request.id.idiag_cookie[0] = question.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    if (::send(netlink.fd, &question, sizeof question, 0) != ssize_t(sizeof question))
        return std::nullopt;

    alignas(nlmsghdr) char buffer[4096];
    const ssize_t size = ::recv(netlink.fd, buffer, sizeof buffer, 0);
    const auto *header = reinterpret_cast<const nlmsghdr *>(buffer);
    if (size < ssize_t(sizeof(nlmsghdr)) || !NLMSG_OK(header, static_cast<unsigned>(size)))
        return std::nullopt;
    if (header->nlmsg_type == NLMSG_ERROR) {
        const auto *error = static_cast<const nlmsgerr *>(NLMSG_DATA(header));
        answered = error->error == -ENOENT;
        return std::nullopt;
    }
    if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY || header->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg)))
        return std::nullopt;
    answered = true;
    const auto *found = static_cast<const inet_diag_msg *>(NLMSG_DATA(header));
    return PeerProgram{found->idiag_uid, found->idiag_inode};
}

/// For kernels without tcp_diag, or where netlink is filtered; slower with many sockets.
std::optional<PeerProgram> readSocketTable(const FarSide &side)
{
    const std::unique_ptr<FILE, int (*)(FILE *)> table(std::fopen("/proc/net/tcp", "re"), [](FILE *file) { return file ? std::fclose(file) : 0; });
    if (!table)
        return std::nullopt;
    char line[512];
    while (std::fgets(line, sizeof line, table.get())) {
        // The addresses are printed as the kernel holds them: network order read as a number.
        unsigned localAddress, localPort, remoteAddress, remotePort, uid;
        unsigned long inode;
        if (std::sscanf(line, " %*d: %X:%X %X:%X %*X %*X:%*X %*X:%*X %*X %u %*u %lu", &localAddress, &localPort, &remoteAddress, &remotePort, &uid, &inode) == 6
            && localAddress == side.from.sin_addr.s_addr && localPort == ntohs(side.from.sin_port) && remoteAddress == side.to.sin_addr.s_addr
            && remotePort == ntohs(side.to.sin_port))
            return PeerProgram{uid, inode};
    }
    return std::nullopt;
}

} // namespace

bool PeerProgram::isThisProcess() const
{
    const std::unique_ptr<DIR, int (*)(DIR *)> open(::opendir("/proc/self/fd"), [](DIR *folder) { return folder ? ::closedir(folder) : 0; });
    const std::string wanted = "socket:[" + std::to_string(inode) + ']';
    while (const dirent *entry = open && inode != 0 ? ::readdir(open.get()) : nullptr) {
        char target[64];
        const ssize_t size = ::readlinkat(::dirfd(open.get()), entry->d_name, target, sizeof target);
        if (size > 0 && std::string_view(target, size_t(size)) == wanted)
            return true;
    }
    return false;
}

std::optional<PeerProgram> peerProgram(int socket)
{
    const auto side = farSide(socket);
    if (!side)
        return std::nullopt;
    bool answered = false;
    const auto program = askSocketDiag(*side, answered);
    return answered ? program : readSocketTable(*side);
}

} // namespace nimbook
