// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/os_login_client.h"

#include "cloud/gce/api_paths.h"
#include "net/mapped_job.h"
#include "net/query.h"

#include <QCoreApplication>

namespace nimbook::cloud {

namespace {

struct OsLoginText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::OsLoginText)
};

QString microseconds(const QDateTime &time)
{
    return QString::number(time.toMSecsSinceEpoch() * 1000);
}

} // namespace

ValueJob<OsLoginProfile> *OsLoginClient::loginProfile(const QString &email, const QString &project, QObject *parent)
{
    net::ApiRequest request;
    request.url = apiUrl(m_endpoints.osLogin, {QStringLiteral("v1"), QStringLiteral("users"), email, QStringLiteral("loginProfile")});
    request.purpose = OsLoginText::tr("read the OS Login profile of %1").arg(email);
    net::addQuery(request.query, QStringLiteral("projectId"), project);
    return net::mapValue<OsLoginProfile>(m_api->call(request, nullptr), &OsLoginProfile::fromJson, parent);
}

ValueJob<OsLoginProfile> *OsLoginClient::importKey(const QString &email, const QString &project, const QByteArray &publicKey,
                                                   const QDateTime &expires, QObject *parent)
{
    net::ApiRequest request;
    request.verb = "POST";
    request.url = apiUrl(m_endpoints.osLogin, {QStringLiteral("v1"), QStringLiteral("users"), email + QStringLiteral(":importSshPublicKey")});
    request.purpose = OsLoginText::tr("give OS Login the SSH key of %1").arg(email);
    net::addQuery(request.query, QStringLiteral("projectId"), project);
    request.body = {{QStringLiteral("key"), QString::fromUtf8(publicKey)}, {QStringLiteral("expirationTimeUsec"), microseconds(expires)}};
    return net::mapValue<OsLoginProfile>(
        m_api->call(request, nullptr),
        [](const QJsonObject &answer) { return OsLoginProfile::fromJson(answer.value(QLatin1String("loginProfile")).toObject()); }, parent);
}

ValueJob<Done> *OsLoginClient::setExpiry(const OsLoginProfile::Key &key, const QDateTime &expires, QObject *parent)
{
    net::ApiRequest request;
    request.verb = "PATCH";
    request.url = apiUrl(m_endpoints.osLogin, QStringList{QStringLiteral("v1")} + key.name.split(QLatin1Char('/')));
    request.purpose = OsLoginText::tr("renew the SSH key in OS Login");
    net::addQuery(request.query, QStringLiteral("updateMask"), QStringLiteral("expirationTimeUsec"));
    request.body = {{QStringLiteral("expirationTimeUsec"), microseconds(expires)}};
    return net::mapValue<Done>(m_api->call(request, nullptr), [](const QJsonObject &) { return Done{}; }, parent);
}

} // namespace nimbook::cloud
