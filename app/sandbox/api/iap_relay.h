// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/http_server.h"
#include "sandbox/api/services.h"

#include <QTcpSocket>
#include <QWebSocketServer>

#include <map>
#include <memory>

namespace nimbook::sandbox {

class IapSession;
class TokenEndpoint;

/// Identity-Aware Proxy's TCP forwarding as the sandbox has it: /v4/connect and /v4/reconnect, the only way to a machine without an
/// external address. Leads to the machine's SSH server and nowhere else.
///
/// Written from the protocol's description, not from what the client does: the two are to find each other's mistakes.
class IapRelay : public QObject {
    Q_OBJECT
public:
    IapRelay(const Services &services, const TokenEndpoint &tokens);
    ~IapRelay() override;

    HttpServer::Upgrade upgrade();

    void dropWebSockets();              ///< as a change of network does; sessions can be resumed
    void closeWebSockets(quint16 code); ///< as the relay itself does

private:
    void onConnection();
    void connectTo(QWebSocket *socket, const QUrlQuery &query);
    void resume(QWebSocket *socket, const QUrlQuery &query);
    void forget(const QByteArray &sid);

    Services m_services;
    const TokenEndpoint &m_tokens;
    QWebSocketServer m_server;
    std::map<QByteArray, std::unique_ptr<IapSession>> m_sessions;
};

} // namespace nimbook::sandbox
