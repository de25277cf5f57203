// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/sandbox_fixture.h"

#include <QEventLoop>
#include <QJsonArray>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QUrlQuery>

namespace nimbook::testing {

/// Talks raw HTTP to a sandbox, for tests of the sandbox itself; waits for each answer.
///
/// Paths that do not start with '/' are below /compute/v1/projects/vision-lab/.
class SandboxClient {
public:
    struct Reply {
        int status = 0; ///< 0: the connection ended without an answer
        QJsonObject json;
        QByteArray body;

        QJsonValue operator[](const char *key) const { return json.value(QLatin1String(key)); }
        QString text(const char *key) const { return json.value(QLatin1String(key)).toString(); }
        QJsonObject error() const { return json.value(QLatin1String("error")).toObject(); }
        QString reason() const { return error().value(QLatin1String("errors")).toArray().first().toObject().value(QLatin1String("reason")).toString(); }
        QString message() const { return error().value(QLatin1String("message")).toString(); }
    };

    explicit SandboxClient(const SandboxFixture &sandbox) : m_sandbox(sandbox) { signIn(); }

    void signIn()
    {
        QFile file(m_sandbox.authorizedUserFile());
        if (!file.open(QIODevice::ReadOnly))
            return;
        const QJsonObject user = QJsonDocument::fromJson(file.readAll()).object();
        QUrlQuery form{{QStringLiteral("grant_type"), QStringLiteral("refresh_token")}};
        for (const QString &field : {QStringLiteral("client_id"), QStringLiteral("client_secret"), QStringLiteral("refresh_token")})
            form.addQueryItem(field, QString::fromLatin1(QUrl::toPercentEncoding(user.value(field).toString())));
        token = postForm(QStringLiteral("/token"), form).text("access_token").toLatin1();
    }

    Reply get(const QString &path, QUrlQuery query = {}) { return send("GET", path, std::move(query)); }
    Reply post(const QString &path, const QJsonObject &body = {}, QUrlQuery query = {})
    {
        return send("POST", path, std::move(query), QJsonDocument(body).toJson(QJsonDocument::Compact));
    }
    Reply remove(const QString &path, QUrlQuery query = {}) { return send("DELETE", path, std::move(query)); }

    /// The next request breaks Google's schema on purpose; its record says so.
    SandboxClient &invalid()
    {
        m_invalid = true;
        return *this;
    }

    Reply postForm(const QString &path, const QUrlQuery &form)
    {
        QNetworkRequest request = requestFor(path, {});
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/x-www-form-urlencoded"));
        return finished(m_network.post(request, form.toString(QUrl::FullyEncoded).toLatin1()));
    }

    /// Follows a mutation's answer to its end; an answer that is no operation comes back as it is.
    Reply done(Reply reply)
    {
        while (reply.status == 200 && reply.text("kind") == QLatin1String("compute#operation") && reply.text("status") != QLatin1String("DONE")) {
            const QString self = reply.text("selfLink");
            reply = post(self.mid(self.indexOf(QLatin1String("/compute/v1/"))) + QStringLiteral("/wait"));
        }
        return reply;
    }

    QString opErrorCode(const Reply &operation) const { return opError(operation).value(QLatin1String("code")).toString(); }
    QJsonObject opError(const Reply &operation) const { return operation.error().value(QLatin1String("errors")).toArray().first().toObject(); }

    Reply admin(const QByteArray &verb, const QString &path, const QJsonObject &body = {})
    {
        const QByteArray user = std::exchange(token, m_sandbox.adminToken());
        Reply reply = send(verb, path, {}, body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson());
        token = user;
        return reply;
    }
    Reply fault(const QString &spec) { return admin("POST", QStringLiteral("/nimbook/faults"), {{QStringLiteral("spec"), spec}}); }

    Reply send(const QByteArray &verb, const QString &path, QUrlQuery query, const QByteArray &body = {})
    {
        QNetworkRequest request = requestFor(path, query);
        if (!body.isEmpty())
            request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        return finished(m_network.sendCustomRequest(request, verb, body));
    }

    QByteArray token; ///< empty: no Authorization header

private:
    QNetworkRequest requestFor(const QString &path, const QUrlQuery &query)
    {
        QUrl url = m_sandbox.url();
        url.setPath(path.startsWith(QLatin1Char('/')) ? path : QStringLiteral("/compute/v1/projects/vision-lab/") + path);
        if (!query.isEmpty())
            url.setQuery(query);
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("nimbook-sandbox-test"));
        request.setTransferTimeout(60'000);
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token);
        if (std::exchange(m_invalid, false))
            request.setRawHeader("X-Nimbook-Test-Invalid", "1");
        return request;
    }

    Reply finished(QNetworkReply *network)
    {
        QEventLoop loop;
        QObject::connect(network, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        if (!network->isFinished())
            loop.exec();
        Reply reply;
        reply.status = network->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        reply.body = network->readAll();
        reply.json = QJsonDocument::fromJson(reply.body).object();
        network->deleteLater();
        return reply;
    }

    const SandboxFixture &m_sandbox;
    QNetworkAccessManager m_network;
    bool m_invalid = false;
};

/// An insert body as the app sends it, for a small CPU machine.
inline QJsonObject machineBody(const QString &name, const QString &zone, const QString &machineType = QStringLiteral("e2-small"))
{
    const QJsonObject disk{{QStringLiteral("boot"), true},
                           {QStringLiteral("autoDelete"), true},
                           {QStringLiteral("type"), QStringLiteral("PERSISTENT")},
                           {QStringLiteral("initializeParams"),
                            QJsonObject{{QStringLiteral("sourceImage"), QStringLiteral("projects/debian-cloud/global/images/family/debian-12")},
                                        {QStringLiteral("diskType"), QStringLiteral("zones/%1/diskTypes/pd-balanced").arg(zone)},
                                        {QStringLiteral("diskSizeGb"), QStringLiteral("20")}}}};
    const QJsonObject access{{QStringLiteral("name"), QStringLiteral("External NAT")}, {QStringLiteral("type"), QStringLiteral("ONE_TO_ONE_NAT")}};
    return {{QStringLiteral("name"), name},
            {QStringLiteral("machineType"), QStringLiteral("zones/%1/machineTypes/%2").arg(zone, machineType)},
            {QStringLiteral("disks"), QJsonArray{disk}},
            {QStringLiteral("networkInterfaces"), QJsonArray{QJsonObject{{QStringLiteral("network"), QStringLiteral("global/networks/default")},
                                                                         {QStringLiteral("accessConfigs"), QJsonArray{access}}}}},
            {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("items"), QJsonArray{QJsonObject{{QStringLiteral("key"), QStringLiteral("enable-guest-attributes")},
                                                                                                      {QStringLiteral("value"), QStringLiteral("TRUE")}}}}}}};
}

} // namespace nimbook::testing
