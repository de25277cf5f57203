// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/http_message.h"

#include <QHostAddress>
#include <QTcpServer>

#include <optional>

namespace nimbook::sandbox {

/// HTTP/1.1 on loopback: keep-alive, one request at a time per connection, answers now or later.
///
/// Not QtHttpServer: its responder cannot cut a connection on purpose (the "lost answer" fault), keeps a raw pointer
/// to a socket that may be gone when a held answer is written (6.4), and changed its interface up to 6.8.
class HttpServer : public QObject {
    Q_OBJECT
public:
    using Handler = std::function<void(const HttpRequest &, ReplyHandler)>;

    /// Requests below a path that become something else than HTTP.
    struct Upgrade {
        QByteArray path; ///< "/v4/"
        std::function<std::optional<HttpReply>(const HttpRequest &)> refusal; ///< nothing: the request is taken
        std::function<void(QTcpSocket *)> take; ///< owns the socket from now on; the request is still unread
    };

    explicit HttpServer(Handler handler, QObject *parent = nullptr);
    void setUpgrade(Upgrade upgrade) { m_upgrade = std::move(upgrade); }

    /// Refuses every address that is not loopback.
    bool listen(const QHostAddress &address, quint16 port, QString *why);
    quint16 port() const { return m_server.serverPort(); }

private:
    void onNewConnection();

    QTcpServer m_server;
    Handler m_handler;
    Upgrade m_upgrade;
};

} // namespace nimbook::sandbox
