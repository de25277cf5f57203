// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/http_server.h"

#include "sandbox/api/http_connection.h"

#include <QJsonDocument>

namespace nimbook::sandbox {

HttpReply HttpReply::json(const QJsonObject &object, int status)
{
    HttpReply reply;
    reply.status = status;
    reply.body = QJsonDocument(object).toJson(QJsonDocument::Compact);
    return reply;
}

HttpServer::HttpServer(Handler handler, QObject *parent) : QObject(parent), m_handler(std::move(handler))
{
    connect(&m_server, &QTcpServer::newConnection, this, &HttpServer::onNewConnection);
}

bool HttpServer::listen(const QHostAddress &address, quint16 port, QString *why)
{
    if (!address.isLoopback()) {
        *why = QStringLiteral("%1 is not a loopback address; the sandbox runs programs for whoever reaches it")
                   .arg(address.toString());
        return false;
    }
    if (m_server.listen(address, port))
        return true;
    *why = QStringLiteral("cannot listen on %1:%2: %3").arg(address.toString()).arg(port).arg(m_server.errorString());
    return false;
}

void HttpServer::onNewConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection())
        new HttpConnection(socket, m_handler, m_upgrade, this);
}

} // namespace nimbook::sandbox
