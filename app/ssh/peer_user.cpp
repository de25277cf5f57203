// SPDX-License-Identifier: Apache-2.0
#include "ssh/peer_user.h"

#include "ssh/dialer.h"

#include <cstdio>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>

namespace nimbook::ssh {

namespace {

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
std::optional<uid_t> askSocketDiag(const FarSide &side, bool &answered)
{
    answered = false;
    const Descriptor netlink(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!netlink)
        return std::nullopt;
    const timeval soon{0, 200'000}; // the kernel answers within the call; this only guards against a filter that swallows it
    ::setsockopt(netlink.get(), SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);

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
    if (::send(netlink.get(), &question, sizeof question, 0) != ssize_t(sizeof question))
        return std::nullopt;

    alignas(nlmsghdr) char buffer[4096];
    const ssize_t size = ::recv(netlink.get(), buffer, sizeof buffer, 0);
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
    return static_cast<const inet_diag_msg *>(NLMSG_DATA(header))->idiag_uid;
}

/// For kernels without tcp_diag, or where netlink is filtered; slower with many sockets.
std::optional<uid_t> readSocketTable(const FarSide &side)
{
    const std::unique_ptr<FILE, int (*)(FILE *)> table(std::fopen("/proc/net/tcp", "re"), [](FILE *file) { return file ? std::fclose(file) : 0; });
    if (!table)
        return std::nullopt;
    char line[512];
    while (std::fgets(line, sizeof line, table.get())) {
        // The addresses are printed as the kernel holds them: network order read as a number.
        unsigned localAddress, localPort, remoteAddress, remotePort, uid;
        if (std::sscanf(line, " %*d: %X:%X %X:%X %*X %*X:%*X %*X:%*X %*X %u", &localAddress, &localPort, &remoteAddress, &remotePort, &uid) == 5
            && localAddress == side.from.sin_addr.s_addr && localPort == ntohs(side.from.sin_port) && remoteAddress == side.to.sin_addr.s_addr
            && remotePort == ntohs(side.to.sin_port))
            return uid;
    }
    return std::nullopt;
}

} // namespace

std::optional<uid_t> peerUser(int socket)
{
    const auto side = farSide(socket);
    if (!side)
        return std::nullopt;
    bool answered = false;
    const auto user = askSocketDiag(*side, answered);
    return answered ? user : readSocketTable(*side);
}

} // namespace nimbook::ssh
