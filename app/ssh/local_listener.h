// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ssh/dialer.h"

#include <QSet>
#include <QTcpServer>

#include <sys/types.h>

namespace nimbook::ssh {

/// Listens on 127.0.0.1 and nowhere else, and hands out bare sockets: QTcpSocket cannot half-close.
///
/// Every user of the computer can reach the loopback: a connection is handed out only when the kernel says that this very process made
/// it, or, once that was asked for, any program of the same user. Any other is closed before a byte is read.
class LocalListener : public QTcpServer {
    Q_OBJECT
public:
    explicit LocalListener(QObject *parent = nullptr);

    /// \param preferred 0 for any; when it is busy, the next free one of the hundred after it is taken
    /// \param reserved  not among those: they are somebody else's, who is away
    Result<quint16> listenFrom(quint16 preferred, const QSet<quint16> &reserved = {});

    enum class Admits { ThisProcess, ThisUser };
    void setAdmits(Admits admits) { m_admits = admits; } ///< for connections that come from now on
    void setAllowedUser(uid_t user) { m_allowedUser = user; } ///< for tests; from the start, whoever runs this program

Q_SIGNALS:
    void accepted(int socket); ///< nonblocking; the receiver owns it

protected:
    void incomingConnection(qintptr socket) override;

private:
    uid_t m_allowedUser;
    Admits m_admits = Admits::ThisProcess;
};

} // namespace nimbook::ssh
