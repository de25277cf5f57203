// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/iap_session.h"

#include <QLocalSocket>
#include <QTcpSocket>
#include <QtEndian>

#include <algorithm>

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype frameBytes = 16 * 1024;
constexpr qsizetype mostUnconfirmed = 8 * 1024 * 1024; // then the machine has to wait
constexpr quint64 acknowledgeAfter = 2 * frameBytes;
enum Tag : quint16 { ConnectSuccess = 1, ReconnectSuccess = 2, Data = 4, Ack = 7 };

template<typename T>
QByteArray bigEndian(T value)
{
    QByteArray bytes(sizeof(T), Qt::Uninitialized);
    qToBigEndian(value, bytes.data());
    return bytes;
}

} // namespace

IapSession::IapSession(QByteArray sid, std::unique_ptr<QIODevice> backend) : m_sid(std::move(sid)), m_backend(std::move(backend))
{
    const auto follow = [this](auto *socket) {
        using Socket = std::remove_pointer_t<decltype(socket)>;
        connect(socket, &Socket::connected, this, [this] {
            m_connected = true;
            announce();
        });
        connect(socket, &Socket::errorOccurred, this, [this] {
            onBackendEnded(m_connected ? IapDestinationReadFailed : IapCannotConnect, m_connected ? QStringLiteral("destination read failed") : QStringLiteral("failed to connect to backend"));
        });
        m_connected = socket->state() == Socket::ConnectedState; // a local socket may be connected at once
    };
    if (auto *local = qobject_cast<QLocalSocket *>(m_backend.get()))
        follow(local);
    else if (auto *tcp = qobject_cast<QTcpSocket *>(m_backend.get()))
        follow(tcp);
    connect(m_backend.get(), &QIODevice::readyRead, this, &IapSession::onBackendReadable);
    connect(m_backend.get(), &QIODevice::bytesWritten, this, &IapSession::acknowledge);
    m_alone.setSingleShot(true);
    m_alone.setInterval(60s);
    connect(&m_alone, &QTimer::timeout, this, &IapSession::over);
    m_idle.setInterval(200ms);
    connect(&m_idle, &QTimer::timeout, this, [this] {
        if (m_socket && m_received - quint64(m_backend->bytesToWrite()) > m_acknowledged) {
            m_acknowledged = m_received - quint64(m_backend->bytesToWrite());
            m_socket->sendBinaryMessage(bigEndian(quint16(Ack)) + bigEndian(m_acknowledged));
        }
    });
    m_idle.start();
}

IapSession::~IapSession()
{
    m_backend->disconnect(this);
    if (m_socket)
        m_socket->deleteLater();
}

void IapSession::attach(QWebSocket *socket, quint64 ack)
{
    drop();
    m_alone.stop();
    m_socket = socket;
    connect(socket, &QWebSocket::binaryMessageReceived, this, &IapSession::onMessage);
    connect(socket, &QWebSocket::bytesWritten, this, &IapSession::onBackendReadable);
    connect(socket, &QWebSocket::disconnected, this, [this, socket] {
        socket->deleteLater();
        if (m_socket != socket)
            return;
        m_socket = nullptr;
        // A client that says goodbye does not come back.
        if (socket->closeCode() == QWebSocketProtocol::CloseCodeNormal && socket->error() == QAbstractSocket::UnknownSocketError)
            Q_EMIT over();
        else
            m_alone.start();
    });
    if (!m_announced) {
        announce();
        return;
    }
    m_unconfirmed.remove(0, qsizetype(ack - m_confirmed));
    m_confirmed = ack;
    m_acknowledged = m_received;
    socket->sendBinaryMessage(bigEndian(quint16(ReconnectSuccess)) + bigEndian(m_received));
    sendData(m_unconfirmed);
    onBackendReadable();
}

void IapSession::announce()
{
    if (m_announced || !m_connected || !m_socket)
        return;
    m_announced = true;
    m_socket->sendBinaryMessage(bigEndian(quint16(ConnectSuccess)) + bigEndian(quint32(m_sid.size())) + m_sid);
    onBackendReadable();
}

void IapSession::drop()
{
    if (!m_socket)
        return;
    QWebSocket *socket = m_socket;
    m_socket = nullptr;
    socket->disconnect(this);
    connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
    socket->abort();
    m_alone.start();
}

void IapSession::close(quint16 code, const QString &reason)
{
    if (!m_socket)
        return;
    QWebSocket *socket = m_socket;
    m_socket = nullptr;
    socket->disconnect(this);
    connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
    socket->close(QWebSocketProtocol::CloseCode(code), reason);
    m_alone.start();
}

void IapSession::onMessage(const QByteArray &message)
{
    const auto tag = message.size() >= 2 ? qFromBigEndian<quint16>(message.constData()) : 0;
    if (tag == Ack && message.size() >= 10) {
        const auto total = qFromBigEndian<quint64>(message.constData() + 2);
        if (!canResumeFrom(total)) {
            close(IapBadAcknowledgement, QStringLiteral("bad acknowledgement"));
            return;
        }
        m_unconfirmed.remove(0, qsizetype(total - m_confirmed));
        m_confirmed = total;
        onBackendReadable();
    } else if (tag == Data && message.size() > 6 && qFromBigEndian<quint32>(message.constData() + 2) == quint32(message.size() - 6) && message.size() - 6 <= frameBytes) {
        m_received += quint64(message.size() - 6);
        m_backend->write(message.constData() + 6, message.size() - 6);
    } else {
        close(IapInvalidTag, QStringLiteral("invalid tag"));
    }
}

void IapSession::acknowledge()
{
    // Only what the machine has taken: so a slow machine slows the client down, and not this memory.
    const quint64 taken = m_received - quint64(m_backend->bytesToWrite());
    if (!m_socket || taken - std::min(taken, m_acknowledged) <= acknowledgeAfter)
        return;
    m_acknowledged = taken;
    m_socket->sendBinaryMessage(bigEndian(quint16(Ack)) + bigEndian(taken));
}

void IapSession::sendData(const QByteArray &bytes)
{
    for (qsizetype at = 0; at < bytes.size(); at += frameBytes) {
        const QByteArrayView piece = QByteArrayView(bytes).sliced(at, std::min(frameBytes, bytes.size() - at));
        m_socket->sendBinaryMessage(bigEndian(quint16(Data)) + bigEndian(quint32(piece.size())) + piece.toByteArray());
    }
}

void IapSession::onBackendReadable()
{
    while (m_announced && m_socket && m_socket->bytesToWrite() < mostUnconfirmed / 8 && m_unconfirmed.size() < mostUnconfirmed) {
        const QByteArray bytes = m_backend->read(frameBytes);
        if (bytes.isEmpty())
            return;
        m_unconfirmed += bytes;
        sendData(bytes);
    }
}

void IapSession::onBackendEnded(quint16 code, const QString &reason)
{
    onBackendReadable(); // its last words
    close(code, reason);
    Q_EMIT over();
}

} // namespace nimbook::sandbox
