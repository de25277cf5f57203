// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <functional>

namespace nimbook::testing {

/// A way to a local port on which something can happen at an exact byte: counted over both directions and all connections.
class FaultyRoad : public QObject {
public:
    explicit FaultyRoad(quint16 target) : m_target(target)
    {
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *client = m_server.nextPendingConnection())
                join(client);
        });
        m_server.listen(QHostAddress::LocalHost, 0);
    }

    quint16 port() const { return m_server.serverPort(); }
    qint64 bytes() const { return m_bytes; }

    /// \a happens once so many bytes more have passed, before the byte itself does; given that byte, to spoil it
    void arm(qint64 after, std::function<void(char &)> happens)
    {
        m_at = m_bytes + after;
        m_happens = std::move(happens);
    }
    bool hasHappened() const { return !m_happens; }
    void heal()
    {
        m_happens = nullptr;
        m_stalled = false;
        for (const QPointer<QTcpSocket> &socket : std::as_const(m_sockets)) {
            if (socket)
                pass(socket);
        }
    }

    void cut() // no goodbye: the far side hears a reset
    {
        m_stalled = false;
        const auto sockets = std::exchange(m_sockets, {});
        for (const QPointer<QTcpSocket> &socket : sockets) {
            if (socket)
                socket->abort();
        }
    }
    void stall() { m_stalled = true; } ///< until heal()
    void stallFor(int milliseconds)
    {
        stall();
        QTimer::singleShot(milliseconds, this, &FaultyRoad::heal);
    }

private:
    void join(QTcpSocket *client)
    {
        auto *server = new QTcpSocket(client);
        client->setProperty("other", QVariant::fromValue<QObject *>(server));
        server->setProperty("other", QVariant::fromValue<QObject *>(client));
        for (QTcpSocket *socket : {client, server}) {
            m_sockets.append(socket);
            socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { pass(socket); });
            connect(socket, &QTcpSocket::bytesWritten, this, [this, socket] { pass(otherOf(socket)); });
        }
        connect(server, &QTcpSocket::connected, this, [this, client] { pass(client); });
        connect(server, &QTcpSocket::disconnected, client, &QTcpSocket::disconnectFromHost);
        connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
        server->connectToHost(QHostAddress(QHostAddress::LocalHost), m_target);
    }

    static QTcpSocket *otherOf(QTcpSocket *socket) { return qobject_cast<QTcpSocket *>(socket->property("other").value<QObject *>()); }

    void pass(QTcpSocket *from)
    {
        QTcpSocket *to = from ? otherOf(from) : nullptr;
        if (!to || to->state() != QAbstractSocket::ConnectedState)
            return;
        while (!m_stalled && from->bytesAvailable() > 0 && to->bytesToWrite() < 256 * 1024) {
            QByteArray piece = from->read(64 * 1024);
            if (m_happens && m_bytes + piece.size() > m_at) {
                const auto happens = std::exchange(m_happens, nullptr);
                const QPointer<QTcpSocket> alive(to);
                happens(piece[qMax<qint64>(0, m_at - m_bytes)]);
                if (!alive || alive->state() != QAbstractSocket::ConnectedState)
                    return;
            }
            m_bytes += piece.size();
            to->write(piece);
        }
    }

    quint16 m_target;
    QTcpServer m_server;
    QList<QPointer<QTcpSocket>> m_sockets;
    std::function<void(char &)> m_happens;
    qint64 m_at = 0;
    qint64 m_bytes = 0;
    bool m_stalled = false;
};

} // namespace nimbook::testing
