// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/http_connection.h"

#include <QPointer>
#include <QUrl>

#include <algorithm>

namespace nimbook::sandbox {

namespace {

constexpr qsizetype maxHeadBytes = 64 * 1024;
constexpr qint64 maxBodyBytes = 8 * 1024 * 1024; // metadata may hold 512 KB; nothing legitimate comes near this

QByteArray reasonPhrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Payload Too Large";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

} // namespace

HttpConnection::HttpConnection(QTcpSocket *socket, HttpServer::Handler handler, const HttpServer::Upgrade &upgrade, QObject *parent)
    : QObject(parent), m_socket(socket), m_handler(std::move(handler)), m_upgrade(upgrade)
{
    socket->setParent(this);
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(socket, &QTcpSocket::readyRead, this, &HttpConnection::onReadyRead);
    connect(socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    if (socket->bytesAvailable() > 0)
        onReadyRead();
}

void HttpConnection::onReadyRead()
{
    if (isForUpgrade()) {
        // Only looked at until it is all there: whoever takes the socket reads it once more.
        if (m_socket->peek(maxHeadBytes).contains("\r\n\r\n"))
            handOver();
        return;
    }
    m_buffer += m_socket->readAll();
    while (m_stage != Stage::Answering && step()) {
    }
}

bool HttpConnection::isForUpgrade() const
{
    const QByteArray wanted = "GET " + m_upgrade.path;
    return m_upgrade.take && m_stage == Stage::Head && m_buffer.isEmpty() && m_socket->bytesAvailable() < maxHeadBytes
        && m_socket->peek(wanted.size()) == wanted;
}

void HttpConnection::handOver()
{
    m_buffer = m_socket->peek(maxHeadBytes);
    if (!readHead())
        return; // it was no request, and was refused
    m_buffer.clear();
    if (const auto refusal = m_upgrade.refusal(m_request)) {
        m_socket->readAll();
        m_keepAlive = false;
        answer(*refusal);
        return;
    }
    m_socket->disconnect(this);
    m_socket->setParent(nullptr);
    m_upgrade.take(m_socket);
    deleteLater();
}

bool HttpConnection::step()
{
    switch (m_stage) {
    case Stage::Head: return readHead();
    case Stage::Body: return readBody();
    case Stage::ChunkSize:
    case Stage::ChunkData: return readChunk();
    case Stage::Answering: break;
    }
    return false;
}

bool HttpConnection::readHead()
{
    const qsizetype end = m_buffer.indexOf("\r\n\r\n");
    if (end < 0) {
        if (m_buffer.size() > maxHeadBytes)
            refuse(400);
        return false;
    }
    const QList<QByteArray> lines = m_buffer.left(end).split('\n');
    m_buffer.remove(0, end + 4);
    const QList<QByteArray> start = lines.first().trimmed().split(' ');
    if (start.size() != 3 || !start.at(1).startsWith('/')) {
        refuse(400);
        return false;
    }
    m_request = {};
    m_request.method = start.at(0);
    m_request.target = start.at(1);
    const qsizetype question = m_request.target.indexOf('?');
    const QByteArray path = question < 0 ? m_request.target : m_request.target.left(question);
    for (const QByteArray &piece : path.mid(1).split('/'))
        m_request.segments << QUrl::fromPercentEncoding(piece);
    if (question >= 0) {
        QByteArray query = m_request.target.mid(question + 1);
        m_request.query = QUrlQuery(QString::fromLatin1(query.replace('+', "%20")));
    }
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            m_request.headers.append({line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed()});
    }
    m_keepAlive = start.at(2) == "HTTP/1.1" && m_request.header("connection").toLower() != "close";
    if (m_request.header("expect").toLower() == "100-continue")
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    if (m_request.header("transfer-encoding").toLower() == "chunked") {
        m_stage = Stage::ChunkSize;
        return true;
    }
    m_expected = m_request.header("content-length").toLongLong();
    if (m_expected < 0 || m_expected > maxBodyBytes) {
        refuse(413);
        return false;
    }
    m_stage = Stage::Body;
    return true;
}

bool HttpConnection::readBody()
{
    if (m_buffer.size() < m_expected)
        return false;
    m_request.body = m_buffer.left(m_expected);
    m_buffer.remove(0, m_expected);
    dispatch();
    return false;
}

bool HttpConnection::readChunk()
{
    if (m_stage == Stage::ChunkSize) {
        const qsizetype end = m_buffer.indexOf("\r\n");
        if (end < 0)
            return false;
        bool ok = false;
        m_expected = m_buffer.left(end).split(';').first().trimmed().toLongLong(&ok, 16);
        m_buffer.remove(0, end + 2);
        if (!ok || m_expected < 0 || m_request.body.size() + m_expected > maxBodyBytes) {
            refuse(400);
            return false;
        }
        m_stage = Stage::ChunkData;
    }
    if (m_buffer.size() < m_expected + 2)
        return false;
    m_request.body += m_buffer.left(m_expected);
    m_buffer.remove(0, m_expected + 2);
    if (m_expected == 0) {
        dispatch();
        return false;
    }
    m_stage = Stage::ChunkSize;
    return true;
}

void HttpConnection::dispatch()
{
    m_stage = Stage::Answering;
    const quint64 serial = ++m_serial;
    m_handler(m_request, [self = QPointer<HttpConnection>(this), serial](const HttpReply &reply) {
        if (self && self->m_serial == serial && self->m_stage == Stage::Answering)
            self->answer(reply);
    });
}

void HttpConnection::answer(const HttpReply &reply)
{
    if (reply.cut) {
        m_socket->abort();
        return;
    }
    QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + ' ' + reasonPhrase(reply.status)
        + "\r\nContent-Type: " + reply.contentType + "\r\nContent-Length: " + QByteArray::number(reply.body.size())
        + "\r\nServer: nimbook-sandbox\r\nX-Content-Type-Options: nosniff\r\n";
    if (!m_keepAlive)
        head += "Connection: close\r\n";
    m_socket->write(head + "\r\n" + reply.body);
    m_stage = Stage::Head;
    if (!m_keepAlive)
        m_socket->disconnectFromHost();
    else if (!m_buffer.isEmpty())
        QMetaObject::invokeMethod(this, &HttpConnection::onReadyRead, Qt::QueuedConnection);
}

void HttpConnection::refuse(int status)
{
    m_keepAlive = false;
    m_buffer.clear();
    answer(HttpReply{status, "text/plain", "", false});
}

} // namespace nimbook::sandbox
