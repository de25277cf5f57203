// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ssh/dialer.h"

#include <QTcpServer>

namespace nimbook::ssh {

/// Listens on 127.0.0.1 and nowhere else, and hands out bare sockets: QTcpSocket cannot half-close.
class LocalListener : public QTcpServer {
    Q_OBJECT
public:
    using QTcpServer::QTcpServer;

    /// \param preferred 0 for any; when it is busy, the next free one of the hundred after it is taken
    Result<quint16> listenFrom(quint16 preferred);

Q_SIGNALS:
    void accepted(int socket); ///< nonblocking; the receiver owns it

protected:
    void incomingConnection(qintptr socket) override;
};

} // namespace nimbook::ssh
