// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIODevice>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QWebSocket>

#include <memory>

namespace nimbook::sandbox {

/// The relay's own close codes; 1000 is WebSocket's "normal".
enum IapClose : quint16 {
    IapNormal = 1000, IapSessionUnknown = 4001, IapCannotConnect = 4003, IapBadAcknowledgement = 4005, IapInvalidTag = 4008,
    IapDestinationReadFailed = 4010, IapLookupFailed = 4047,
};

/// One session of the relay: a connection to a machine, and the WebSocket of the moment. Lives a minute without one.
class IapSession : public QObject {
    Q_OBJECT
public:
    /// \param backend being connected; a socket with connected() and disconnected()
    IapSession(QByteArray sid, std::unique_ptr<QIODevice> backend);
    ~IapSession() override;

    bool canResumeFrom(quint64 ack) const { return m_announced && ack >= m_confirmed && ack <= m_confirmed + quint64(m_unconfirmed.size()); }
    void attach(QWebSocket *socket, quint64 ack); ///< replaces the one before; goes on after \a ack bytes
    void drop();
    void close(quint16 code, const QString &reason); ///< the WebSocket, not the session

Q_SIGNALS:
    void over(); ///< the machine has ended it, or nobody came back

private:
    void announce();
    void onMessage(const QByteArray &message);
    void sendData(const QByteArray &bytes);
    void acknowledge();
    void onBackendReadable();
    void onBackendEnded(quint16 code, const QString &reason);

    QByteArray m_sid;
    std::unique_ptr<QIODevice> m_backend;
    QPointer<QWebSocket> m_socket;
    bool m_connected = false; // the machine has answered
    bool m_announced = false; // and the client knows the session's id
    QByteArray m_unconfirmed; // towards the client
    quint64 m_confirmed = 0;
    quint64 m_received = 0;
    quint64 m_acknowledged = 0;
    QTimer m_alone;
    QTimer m_idle;
};

} // namespace nimbook::sandbox
