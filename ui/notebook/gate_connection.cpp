// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/gate_connection.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QtEndian>

namespace nimbook::ui {

static constexpr qint64 readAhead = 256 * 1024;   // bytes of each direction
static constexpr qint64 mostUnsent = 512 * 1024;
static constexpr qsizetype longestHead = 600;     // a host name has 255 bytes

SocksRead readSocksRequest(QByteArray &bytes, SocksTarget &target)
{
    if (bytes.size() < 5)
        return SocksRead::Incomplete;
    if (bytes[0] != 5 || bytes[1] != 1 || bytes[2] != 0)
        return SocksRead::Malformed; // only CONNECT: no listening, no UDP
    qsizetype length = 0;
    switch (bytes[3]) {
    case 1: length = 4; break;
    case 3: length = 1 + quint8(bytes[4]); break;
    case 4: length = 16; break;
    default: return SocksRead::Malformed;
    }
    if (bytes.size() < 4 + length + 2)
        return SocksRead::Incomplete;
    const char *address = bytes.constData() + 4;
    if (bytes[3] == 1)
        target.host = QHostAddress(qFromBigEndian<quint32>(address)).toString();
    else if (bytes[3] == 4)
        target.host = QHostAddress(reinterpret_cast<const quint8 *>(address)).toString();
    else
        target.host = QString::fromLatin1(address + 1, length - 1);
    target.port = qFromBigEndian<quint16>(address + length);
    bytes.remove(0, 4 + length + 2);
    return SocksRead::Complete;
}

GateConnection::GateConnection(QTcpSocket *client, MayGo mayGo, QObject *parent) : QObject(parent), m_client(client), m_mayGo(std::move(mayGo))
{
    m_client->setParent(this);
    for (QTcpSocket *socket : {m_client, &m_server}) {
        socket->setProxy(QNetworkProxy::NoProxy); // the desktop's proxy does not lead to a tunnel
        socket->setReadBufferSize(readAhead);
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    }
    connect(m_client, &QTcpSocket::readyRead, this, &GateConnection::onClientData);
    connect(m_client, &QTcpSocket::disconnected, this, &GateConnection::end);
    connect(m_client, &QTcpSocket::bytesWritten, this, [this] { move(m_server, *m_client); });
    connect(&m_server, &QTcpSocket::readyRead, this, [this] { move(m_server, *m_client); });
    connect(&m_server, &QTcpSocket::bytesWritten, this, [this] { move(*m_client, m_server); });
    connect(&m_server, &QTcpSocket::connected, this, [this] {
        m_phase = Phase::Open;
        m_server.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_client->write(QByteArray::fromHex("05000001000000000000")); // granted; the bound address is of no interest
        if (!m_head.isEmpty())
            m_server.write(std::exchange(m_head, {}));
        move(*m_client, m_server);
    });
    connect(&m_server, &QTcpSocket::errorOccurred, this, [this] {
        if (m_phase == Phase::Connecting)
            refuse(5); // connection refused
    });
    connect(&m_server, &QTcpSocket::disconnected, this, &GateConnection::end);
    onClientData();
}

void GateConnection::onClientData()
{
    if (m_phase == Phase::Open)
        return move(*m_client, m_server);
    if (m_phase == Phase::Over)
        return;
    m_head += m_client->read(longestHead - m_head.size());
    if (m_phase == Phase::Greeting) {
        if (m_head.size() < 2 || m_head.size() < 2 + quint8(m_head[1]))
            return;
        if (m_head[0] != 5)
            return end();
        m_head.remove(0, 2 + quint8(m_head[1]));
        m_client->write(QByteArray::fromHex("0500")); // no password: who may come was looked at before
        m_phase = Phase::Request;
    }
    if (m_phase == Phase::Request) {
        SocksTarget target;
        switch (readSocksRequest(m_head, target)) {
        case SocksRead::Incomplete: break;
        case SocksRead::Malformed: refuse(7); break; // command not supported
        case SocksRead::Complete: connectTo(target); break;
        }
    }
}

void GateConnection::connectTo(const SocksTarget &target)
{
    if (!m_mayGo(target))
        return refuse(2); // not allowed by the ruleset
    m_phase = Phase::Connecting;
    m_server.connectToHost(target.host, target.port);
}

void GateConnection::refuse(char code)
{
    QByteArray answer = QByteArray::fromHex("05000001000000000000");
    answer[1] = code;
    m_client->write(answer);
    end();
}

void GateConnection::move(QTcpSocket &from, QTcpSocket &to)
{
    if (m_phase != Phase::Open)
        return;
    while (from.bytesAvailable() > 0 && to.bytesToWrite() < mostUnsent)
        to.write(from.read(readAhead));
}

void GateConnection::end()
{
    if (m_phase == Phase::Over)
        return;
    // What one side still sent before it closed belongs to the other.
    if (m_phase == Phase::Open) {
        m_client->write(m_server.readAll());
        m_server.write(m_client->readAll());
    }
    m_phase = Phase::Over;
    m_server.disconnectFromHost();
    if (m_client->state() == QAbstractSocket::UnconnectedState) {
        deleteLater();
        return;
    }
    connect(m_client, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    m_client->disconnectFromHost();
}

} // namespace nimbook::ui
