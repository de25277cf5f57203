// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/listening_socket.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace nimbook::sandbox {

Result<ListeningSocket> ListeningSocket::open(const QHostAddress &address, quint16 preferredPort)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ListeningSocket guard(descriptor, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(address.toIPv4Address());

    const int on = 1; // connections of the last life may still linger in TIME_WAIT
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto bindTo = [&](quint16 port) {
        name.sin_port = htons(port);
        return ::bind(descriptor, reinterpret_cast<const sockaddr *>(&name), sizeof name) == 0;
    };
    socklen_t length = sizeof name;
    if ((!bindTo(preferredPort) && !bindTo(0)) || ::listen(descriptor, 128) != 0
        || ::getsockname(descriptor, reinterpret_cast<sockaddr *>(&name), &length) != 0)
        return failure(ErrorKind::Network, QCoreApplication::translate("Sandbox", "No SSH port could be opened on %1: %2.")
                                               .arg(address.toString(), QString::fromLocal8Bit(std::strerror(errno))));
    guard.m_port = ntohs(name.sin_port);
    return guard;
}

Result<ListeningSocket> ListeningSocket::openLocal(const QString &path)
{
    ListeningSocket guard(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), 22);
    const QByteArray file = QFile::encodeName(path);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    ::unlink(file.constData());
    if (file.size() >= qsizetype(sizeof name.sun_path))
        return failure(ErrorKind::FileSystem, QCoreApplication::translate("Sandbox", "The path %1 is too long for a socket.").arg(path));
    std::memcpy(name.sun_path, file.constData(), size_t(file.size()));
    if (::bind(guard.descriptor(), reinterpret_cast<const sockaddr *>(&name), sizeof name) != 0 || ::listen(guard.descriptor(), 128) != 0)
        return failure(ErrorKind::Network, QCoreApplication::translate("Sandbox", "No socket could be opened at %1: %2.")
                                               .arg(path, QString::fromLocal8Bit(std::strerror(errno))));
    return guard;
}

ListeningSocket::ListeningSocket(ListeningSocket &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_port(other.m_port)
{
}

ListeningSocket::~ListeningSocket()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void inheritOnly(QProcess &process, int descriptor)
{
    process.setChildProcessModifier([descriptor] { // between fork and exec: system calls only
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        ::fcntl(descriptor, F_SETFD, 0);
    });
}

} // namespace nimbook::sandbox
