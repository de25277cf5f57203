// SPDX-License-Identifier: Apache-2.0
#include "auth/redirect_listener.h"

#include "base/logging.h"

#include <QTcpSocket>

namespace nimbook::auth {

namespace {

constexpr qsizetype longestHead = 16 * 1024;
constexpr qsizetype mostConnections = 32;

/// Plain and without a script; nothing of it is kept by the browser, and the address with the code goes to nobody else.
QByteArray page(const QByteArray &status, const QByteArray &body)
{
    return "HTTP/1.1 " + status
        + "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'"
          "\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

QByteArray pageBody(bool good, const QString &title, const QString &text)
{
    static const QByteArray style =
        "body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:90vh;color:#1f2328;background:#f6f7f9}"
        "main{max-width:26em;padding:2em;text-align:center}h1{font-size:1.3em;font-weight:600;margin:.6em 0 .2em}p{margin:0;color:#59636e}"
        "b{display:inline-block;width:2em;height:2em;line-height:2em;border-radius:1em;color:#fff}"
        "@media(prefers-color-scheme:dark){body{color:#eaecf0;background:#1c1e22}p{color:#a0a6b0}}";
    return "<!doctype html><html><head><meta charset=\"utf-8\"><title>Nimbook</title><style>" + style + "</style></head><body><main><b style=\"background:"
        + QByteArray(good ? "#1a7f4b\">&#10003;" : "#b3261e\">!") + "</b><h1>" + title.toHtmlEscaped().toUtf8() + "</h1><p>" + text.toHtmlEscaped().toUtf8()
        + "</p></main></body></html>";
}

void sendAndClose(QTcpSocket &socket, const QByteArray &bytes)
{
    socket.write(bytes);
    socket.disconnectFromHost(); // after what was written
}

} // namespace

RedirectListener::RedirectListener(QByteArray state, QObject *parent) : QObject(parent), m_state(std::move(state))
{
    connect(&m_server, &QTcpServer::newConnection, this, &RedirectListener::onConnection);
}

RedirectListener::~RedirectListener() = default;

Result<QUrl> RedirectListener::listen()
{
    // By number, as Google asks of new programs: "localhost" may be another address, or another program's firewall rule.
    if (!m_server.listen(QHostAddress::LocalHost, 0)) {
        return failure(ErrorKind::Network, tr("Could not wait for the browser on this computer's loopback: %1.").arg(m_server.errorString()),
                       tr("Sign in with a credential file instead."));
    }
    return QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(m_server.serverPort()));
}

void RedirectListener::close()
{
    m_server.close(); // the port is free again at once
    deleteLater();    // this may be called from inside redirected()
}

void RedirectListener::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QObject::destroyed, this, [this, socket] { m_heads.remove(socket); });
        if (m_heads.size() >= mostConnections) {
            socket->abort();
            socket->deleteLater();
            continue;
        }
        m_heads.insert(socket, {}); // it may never say anything
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadyRead(*socket); });
    }
}

void RedirectListener::onReadyRead(QTcpSocket &socket)
{
    QByteArray &head = m_heads[&socket];
    head += socket.read(longestHead + 1 - head.size());
    if (head.size() > longestHead)
        return socket.abort();
    if (head.contains("\r\n\r\n")) {
        socket.disconnect(this); // one request for each connection
        connect(&socket, &QObject::destroyed, this, [this, gone = &socket] { m_heads.remove(gone); });
        onRequest(socket, head);
    }
}

void RedirectListener::onRequest(QTcpSocket &socket, const QByteArray &head)
{
    const QByteArrayList words = head.left(head.indexOf("\r\n")).split(' ');
    const QUrl target = QUrl::fromEncoded(words.value(1));
    if (words.value(0) != "GET" || target.path() != QLatin1String("/"))
        return sendAndClose(socket, page("404 Not Found", {}));
    const QUrlQuery query(target);
    if (m_redirected || query.queryItemValue(QStringLiteral("state"), QUrl::FullyDecoded).toUtf8() != m_state) {
        qCInfo(lcAuth) << "the loopback was visited without the state of this sign-in";
        return sendAndClose(socket, page("400 Bad Request", pageBody(false, tr("This is not the sign-in that Nimbook waits for"),
                                                                     tr("Go back to Nimbook and start again."))));
    }
    m_redirected = true;
    m_waiting = &socket;
    Q_EMIT redirected(query);
}

void RedirectListener::answer(bool good, const QString &title, const QString &text)
{
    if (!m_waiting)
        return;
    // The listener goes with the sign-in; the browser still gets its page.
    QTcpSocket *socket = m_waiting;
    m_waiting.clear();
    socket->disconnect(this);
    socket->setParent(nullptr);
    sendAndClose(*socket, page("200 OK", pageBody(good, title, text)));
}

} // namespace nimbook::auth
