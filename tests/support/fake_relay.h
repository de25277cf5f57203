// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QUrlQuery>
#include <QWebSocketServer>
#include <QtEndian>

#include <memory>

namespace nimbook::testing {

/// A relay for TCP forwarding (v4) that does what the test says; behind it is nothing, or a TCP server of this computer.
///
/// Counts and repeats as the protocol wants it: breakConnection() and closeWith() end a WebSocket, a reconnect goes on from there.
class FakeRelay : public QObject {
public:
    explicit FakeRelay(quint16 backendPort = 0) : m_server(QStringLiteral("relay"), QWebSocketServer::NonSecureMode), m_backendPort(backendPort)
    {
        m_server.setSupportedSubprotocols({QStringLiteral("relay.tunnel.cloudproxy.app")});
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QWebSocketServer::newConnection, this, &FakeRelay::onConnection);
    }

    QUrl url() const { return QUrl(QStringLiteral("ws://127.0.0.1:%1/v4/").arg(m_server.serverPort())); }

    void breakConnection()
    {
        auto *socket = m_socket.data();
        m_socket = nullptr; // what it still holds has not arrived
        socket->abort();
    }
    void closeWith(int code, const QString &reason = {}) { m_socket->close(QWebSocketProtocol::CloseCode(code), reason); }
    void refuseNext(int code) { m_refusal = code; } ///< as IAP does when it cannot reach the machine: a close instead of the success
    /// Once that many bytes of the client have come, so many more "do not arrive", then the connection breaks.
    void loseAfter(quint64 total, qint64 bytes)
    {
        m_loseAfter = total;
        m_lose = bytes;
    }
    void stayMute(bool mute) { m_mute = mute; }     ///< takes a WebSocket and says nothing
    void send(const QByteArray &bytes) { toClient(bytes); }
    void sendRaw(const QByteArray &message) { m_socket->sendBinaryMessage(message); }

    QList<QUrl> requests;      ///< the address of each WebSocket
    QList<QByteArray> tokens;  ///< and what it carried
    QByteArray received;       ///< from the client, once each, when there is no backend
    quint64 lastAck = 0;       ///< that the client sent
    bool isConnected() const { return m_socket && m_socket->isValid(); }

private:
    static QByteArray number(quint64 value, int bytes)
    {
        QByteArray text(8, '\0');
        qToBigEndian(value, text.data());
        return text.right(bytes);
    }

    void onConnection()
    {
        auto *socket = m_server.nextPendingConnection();
        requests += socket->requestUrl();
        tokens += socket->request().rawHeader("Authorization");
        m_socket = socket;
        connect(socket, &QWebSocket::binaryMessageReceived, this, [this, socket](const QByteArray &message) {
            if (socket == m_socket)
                onMessage(message);
        });
        connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        if (m_mute)
            return;
        if (m_refusal) {
            socket->close(QWebSocketProtocol::CloseCode(std::exchange(m_refusal, 0)), QStringLiteral("as the test wants it"));
            return;
        }
        if (requests.constLast().path().endsWith(QLatin1String("/reconnect"))) {
            socket->sendBinaryMessage(number(2, 2) + number(m_total, 8));
            const auto ack = QUrlQuery(requests.constLast()).queryItemValue(QStringLiteral("ack")).toLongLong();
            const QByteArray again = m_sent.mid(ack);
            m_sent.truncate(ack);
            toClient(again);
            return;
        }
        socket->sendBinaryMessage(number(1, 2) + number(5, 4) + "sid-1");
        if (m_backendPort == 0)
            return;
        m_backend = std::make_unique<QTcpSocket>();
        connect(m_backend.get(), &QTcpSocket::readyRead, this, [this] { toClient(m_backend->readAll()); });
        m_backend->connectToHost(QHostAddress(QHostAddress::LocalHost), m_backendPort);
    }

    void onMessage(const QByteArray &message)
    {
        const auto tag = qFromBigEndian<quint16>(message.constData());
        if (tag == 7) {
            lastAck = qFromBigEndian<quint64>(message.constData() + 2);
            return;
        }
        QByteArray bytes = message.mid(6);
        if (m_lose > 0 && m_total >= m_loseAfter) {
            m_lose -= bytes.size();
            if (m_lose <= 0)
                breakConnection();
            return;
        }
        m_total += quint64(bytes.size());
        if (m_backend)
            m_backend->write(bytes);
        else
            received += bytes;
        m_socket->sendBinaryMessage(number(7, 2) + number(m_total, 8));
    }

    void toClient(const QByteArray &bytes)
    {
        m_sent += bytes;
        for (qsizetype at = 0; at < bytes.size(); at += 16384) {
            const QByteArray piece = bytes.mid(at, 16384);
            if (m_socket)
                m_socket->sendBinaryMessage(number(4, 2) + number(quint64(piece.size()), 4) + piece);
        }
    }

    QWebSocketServer m_server;
    quint16 m_backendPort;
    QPointer<QWebSocket> m_socket;
    std::unique_ptr<QTcpSocket> m_backend;
    QByteArray m_sent; // to the client, from the beginning: tests are short
    quint64 m_total = 0;
    int m_refusal = 0;
    quint64 m_loseAfter = 0;
    qint64 m_lose = 0;
    bool m_mute = false;
};

} // namespace nimbook::testing
