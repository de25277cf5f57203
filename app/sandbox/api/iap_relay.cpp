// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/iap_relay.h"

#include "sandbox/api/api_error.h"
#include "sandbox/api/faults.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/iap_session.h"
#include "sandbox/api/machine_room.h"
#include "sandbox/api/resource_store.h"
#include "sandbox/api/token_endpoint.h"

#include <QUrlQuery>
#include <QUuid>
#include <QWebSocket>

namespace nimbook::sandbox {

namespace {

void refuse(QWebSocket *socket, quint16 code, const QString &reason)
{
    QObject::connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
    socket->close(QWebSocketProtocol::CloseCode(code), reason);
}

} // namespace

IapRelay::IapRelay(const Services &services, const TokenEndpoint &tokens)
    : m_services(services), m_tokens(tokens), m_server(QStringLiteral("nimbook-sandbox"), QWebSocketServer::NonSecureMode)
{
    m_server.setSupportedSubprotocols({QStringLiteral("relay.tunnel.cloudproxy.app")});
    connect(&m_server, &QWebSocketServer::newConnection, this, &IapRelay::onConnection);
}

IapRelay::~IapRelay() = default;

HttpServer::Upgrade IapRelay::upgrade()
{
    HttpServer::Upgrade upgrade;
    upgrade.path = "/v4/";
    upgrade.refusal = [this](const HttpRequest &request) -> std::optional<HttpReply> {
        if (m_tokens.accountFor(request.header("authorization")).isEmpty())
            return unauthenticated(true).reply();
        return {};
    };
    upgrade.take = [this](QTcpSocket *socket) { m_server.handleConnection(socket); };
    return upgrade;
}

void IapRelay::onConnection()
{
    QWebSocket *socket = m_server.nextPendingConnection();
    const QUrlQuery query(socket->requestUrl());
    const QString verb = socket->requestUrl().path().section(QLatin1Char('/'), -1);
    const QStringList refusals = m_services.faults.valuesOf(QStringLiteral("relay-refuse"));
    if (!refusals.isEmpty() && m_services.faults.take(QStringLiteral("relay-refuse"), QStringLiteral("iap.") + verb))
        refuse(socket, refusals.constFirst().toUShort(), QStringLiteral("as the sandbox was told"));
    else if (verb == QLatin1String("connect"))
        connectTo(socket, query);
    else if (verb == QLatin1String("reconnect"))
        resume(socket, query);
    else
        refuse(socket, IapLookupFailed, QStringLiteral("no such verb"));
}

void IapRelay::connectTo(QWebSocket *socket, const QUrlQuery &query)
{
    const auto value = [&query](const char *name) { return query.queryItemValue(QLatin1String(name), QUrl::FullyDecoded); };
    const ResourcePath path{value("project"), QStringLiteral("zones/") + value("zone"), QStringLiteral("instances"), value("instance")};
    const QJsonObject instance = m_services.store.get(path);
    if (instance.isEmpty() || instance.value(QLatin1String("status")).toString() != QLatin1String("RUNNING")) {
        refuse(socket, IapLookupFailed, QStringLiteral("instance not found or not running"));
        return;
    }
    auto backend = m_services.room.connectToSsh(instance.value(QLatin1String("id")).toString(), value("port").toUShort());
    if (!backend) {
        refuse(socket, IapCannotConnect, QStringLiteral("nothing listens there"));
        return;
    }
    const QByteArray sid = QUuid::createUuid().toByteArray(QUuid::Id128);
    auto session = std::make_unique<IapSession>(sid, std::move(backend));
    connect(session.get(), &IapSession::over, this, [this, sid] { forget(sid); }, Qt::QueuedConnection);
    session->attach(socket, 0);
    m_sessions.emplace(sid, std::move(session));
}

void IapRelay::resume(QWebSocket *socket, const QUrlQuery &query)
{
    const auto found = m_sessions.find(query.queryItemValue(QStringLiteral("sid"), QUrl::FullyDecoded).toLatin1());
    if (found == m_sessions.end()) {
        refuse(socket, IapSessionUnknown, QStringLiteral("session unknown"));
        return;
    }
    bool isNumber = false;
    const quint64 ack = query.queryItemValue(QStringLiteral("ack")).toULongLong(&isNumber);
    if (!isNumber || !found->second->canResumeFrom(ack))
        refuse(socket, IapBadAcknowledgement, QStringLiteral("bad acknowledgement"));
    else
        found->second->attach(socket, ack);
}

void IapRelay::forget(const QByteArray &sid)
{
    m_sessions.erase(sid);
}

void IapRelay::dropWebSockets()
{
    for (const auto &[sid, session] : m_sessions)
        session->drop();
}

void IapRelay::closeWebSockets(quint16 code)
{
    for (const auto &[sid, session] : m_sessions)
        session->close(code, QStringLiteral("as the sandbox was told"));
}

} // namespace nimbook::sandbox
