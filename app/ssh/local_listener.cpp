// SPDX-License-Identifier: Apache-2.0
#include "ssh/local_listener.h"

#include "base/logging.h"
#include "base/peer_program.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace nimbook::ssh {

LocalListener::LocalListener(QObject *parent) : QTcpServer(parent), m_allowedUser(::geteuid()) {}

Result<quint16> LocalListener::listenFrom(quint16 preferred, const QSet<quint16> &reserved)
{
    constexpr int portsToTry = 100;
    setListenBacklogSize(128); // a notebook page opens dozens of connections at once
    const int last = preferred == 0 ? 0 : std::min(65'535, preferred + portsToTry);
    for (int port = preferred; port <= last; ++port) {
        const bool isAnothers = port != preferred && reserved.contains(quint16(port));
        if (!isAnothers && listen(QHostAddress(QHostAddress::LocalHost), quint16(port)))
            return serverPort();
    }
    return failure(ErrorKind::WrongState,
                   tr("No local port from %1 to %2 is free for the tunnel: %3.").arg(preferred).arg(last).arg(errorString()),
                   tr("Close the programs that use them, or choose another port."));
}

void LocalListener::incomingConnection(qintptr socket)
{
    const int fd = int(socket);
    const std::optional<PeerProgram> program = peerProgram(fd);
    const bool isAdmitted = program && program->user == m_allowedUser && (m_admits == Admits::ThisUser || program->isThisProcess());
    if (!isAdmitted) {
        qCWarning(lcSsh) << "port" << serverPort() << "closed to a program of user" << (program ? QString::number(program->user) : QStringLiteral("unknown"));
        ::close(fd);
        return;
    }
    const int on = 1;
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Q_EMIT accepted(fd);
}

} // namespace nimbook::ssh
