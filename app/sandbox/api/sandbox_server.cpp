// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/sandbox_server.h"

#include "sandbox/api/private_file.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>
#include <QUuid>

namespace nimbook::sandbox {

SandboxServer::SandboxServer(SandboxOptions options)
    : m_options(std::move(options)), m_adminToken(QUuid::createUuid().toString(QUuid::Id128)), m_quotas(&m_store, &m_catalogue),
      m_operations(&m_store, m_options.speed), m_room(m_options.directory),
      m_services{m_store, m_operations, m_catalogue, m_quotas, m_room, m_faults, m_life}, m_life(m_services), m_front(m_services, m_tokens),
      m_relay(m_services, m_tokens), m_http([this](const HttpRequest &request, const ReplyHandler &reply) { handle(request, reply); })
{
    m_http.setUpgrade(m_relay.upgrade());
}

SandboxServer::~SandboxServer() = default;

bool SandboxServer::start(QString *why)
{
    const QDir directory(m_options.directory);
    for (const QString &spec : std::as_const(m_options.faults)) {
        if (!addFault(spec, why))
            return false;
    }
    if (!m_options.recordFile.isEmpty() && !m_recorder.open(m_options.recordFile)) {
        *why = QStringLiteral("cannot write the record file %1").arg(m_options.recordFile);
        return false;
    }
    if (!m_http.listen(m_options.address, m_options.port, why))
        return false;
    if (!m_store.load(directory.filePath(QStringLiteral("state.json"))))
        seedStore(m_store, m_options.seed);
    m_room.setAddressCounter(m_store.settings(QStringLiteral("addresses")).value(QLatin1String("next")).toInt());
    m_operations.settleLeftovers();
    if (!m_tokens.prepare(m_options.directory, QUrl(url() + QStringLiteral("/token")), why))
        return false;
    m_life.resume();
    return writePrivateJson(directory.filePath(QStringLiteral("endpoint.json")),
                            {{QStringLiteral("url"), url()},
                             {QStringLiteral("pid"), QCoreApplication::applicationPid()},
                             {QStringLiteral("adminToken"), m_adminToken}}, why);
}

QString SandboxServer::url() const
{
    const QString host = m_options.address.protocol() == QAbstractSocket::IPv6Protocol ? QStringLiteral("[%1]").arg(m_options.address.toString())
                                                                                       : m_options.address.toString();
    return QStringLiteral("http://%1:%2").arg(host).arg(m_http.port());
}

void SandboxServer::shutDown(std::function<void()> done)
{
    m_store.save(); // before the machines go: what runs now shall run again
    m_store.blockSaving();
    QFile::remove(QDir(m_options.directory).filePath(QStringLiteral("endpoint.json")));
    m_life.disconnect(&m_room);
    QObject::disconnect(&m_room, nullptr, &m_life, nullptr);
    m_room.shutDown(std::move(done));
}

void SandboxServer::handle(const HttpRequest &request, const ReplyHandler &reply)
{
    const QString first = request.segments.value(0);
    if (first == QLatin1String("nimbook")) {
        reply(administer(request));
        return;
    }
    const auto recorded = [this, request, reply](const HttpReply &answer) {
        m_recorder.record(request, answer);
        reply(answer);
    };
    // The second path is the older one that libraries still post to.
    const QString path = request.segments.join(QLatin1Char('/'));
    if (request.method == "POST" && (path == QLatin1String("token") || path == QLatin1String("o/oauth2/token")))
        recorded(m_tokens.answer(request));
    else
        m_front.handle(request, recorded);
}

HttpReply SandboxServer::administer(const HttpRequest &request)
{
    if (request.header("authorization") != "Bearer " + m_adminToken.toLatin1())
        return unauthenticated(true).reply();
    const QString what = request.segments.value(1);
    if (what == QLatin1String("shutdown") && request.method == "POST") {
        QMetaObject::invokeMethod(this, &SandboxServer::shutdownRequested, Qt::QueuedConnection);
        return HttpReply::json({});
    }
    if (what != QLatin1String("faults"))
        return unknownPath(request.target).reply();
    if (request.method == "POST")
        return postFault(request.body);
    if (request.method == "DELETE") {
        m_faults.clear();
        applySlowness();
    }
    return HttpReply::json({{QStringLiteral("faults"), m_faults.list()}});
}

HttpReply SandboxServer::postFault(const QByteArray &body)
{
    QString why;
    if (!addFault(QJsonDocument::fromJson(body).object().value(QLatin1String("spec")).toString(), &why))
        return refuse(400, QStringLiteral("invalid"), why).value().reply();
    return HttpReply::json({{QStringLiteral("faults"), m_faults.list()}});
}

bool SandboxServer::addFault(const QString &spec, QString *why)
{
    if (spec == QLatin1String("expire-tokens")) {
        m_tokens.expireAllTokens();
        return true;
    }
    if (spec == QLatin1String("relay-drop")) {
        m_relay.dropWebSockets();
        return true;
    }
    if (const auto fault = Fault::parse(spec); fault && fault->name == QLatin1String("relay-close")) {
        m_relay.closeWebSockets(fault->value.toUShort());
        return true;
    }
    if (!m_faults.add(spec, why))
        return false;
    applySlowness();
    return true;
}

void SandboxServer::applySlowness()
{
    const QStringList seconds = m_faults.valuesOf(QStringLiteral("slow-operations"));
    if (seconds.isEmpty())
        m_operations.setSlowness({});
    else
        m_operations.setSlowness(std::chrono::milliseconds(qint64(seconds.last().toDouble() * 1000)));
}

} // namespace nimbook::sandbox
