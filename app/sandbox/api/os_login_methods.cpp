// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/os_login_methods.h"

#include "sandbox/api/instance_life.h"
#include "sandbox/api/resource_store.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QJsonArray>
#include <QRegularExpression>

namespace nimbook::sandbox {

namespace {

const QString settingsKey = QStringLiteral("osLogin");
const QString importVerb = QStringLiteral(":importSshPublicKey");

/// Nobody reads or changes another one's keys.
std::optional<ApiError> notOneself(const Call &call, const QString &user)
{
    if (user == call.account)
        return {};
    return refuseByStatus(403, QStringLiteral("PERMISSION_DENIED"), QStringLiteral("The caller does not have permission")).value();
}

QString posixName(const QString &email)
{
    static const QRegularExpression odd(QStringLiteral("[^a-z0-9]"));
    return email.toLower().replace(odd, QStringLiteral("_")).left(32);
}

QJsonObject profileOf(const Services &services, const QString &user)
{
    QJsonObject profile = services.store.settings(settingsKey).value(user).toObject();
    if (profile.isEmpty())
        profile[QStringLiteral("name")] = QString::number(qHash(user, 1) % 100'000'000'000ULL);
    return profile;
}

void keep(const Services &services, const QString &user, const QJsonObject &profile)
{
    QJsonObject all = services.store.settings(settingsKey);
    all[user] = profile;
    services.store.setSettings(settingsKey, all);
    const QJsonObject projects = services.store.settings(QStringLiteral("projects"));
    for (const QString &project : projects.keys()) {
        const auto scopes = services.store.inEveryScope(project, QStringLiteral("instances"));
        for (auto scope = scopes.begin(); scope != scopes.end(); ++scope) {
            for (const QString &name : scope.value().keys())
                services.life.metadataChanged({project, scope.key(), QStringLiteral("instances"), name});
        }
    }
}

/// Source: OS Login REST reference, users.importSshPublicKey: adds the key, and a Linux account when projectId is given.
ApiResult importKey(const Services &services, const Call &call)
{
    const QString target = call.path.value(QStringLiteral("user"));
    if (!target.endsWith(importVerb))
        return refuseByStatus(404, QStringLiteral("NOT_FOUND"), QStringLiteral("Method not found."));
    const QString user = target.chopped(importVerb.size());
    if (const auto refusal = notOneself(call, user))
        return tl::unexpected(*refusal);
    static const QRegularExpression keyForm(QStringLiteral("\\A(ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+) ([A-Za-z0-9+/]+=*)( .*)?\\z"));
    const auto key = keyForm.match(call.body.value(QLatin1String("key")).toString().trimmed());
    if (!key.hasMatch())
        return refuseByStatus(400, QStringLiteral("INVALID_ARGUMENT"), QStringLiteral("SSH public key is invalid."));

    QJsonObject profile = profileOf(services, user);
    const QString print = QString::fromLatin1(QCryptographicHash::hash(QByteArray::fromBase64(key.captured(2).toLatin1()), QCryptographicHash::Sha256).toHex());
    QJsonObject entry{{QStringLiteral("key"), key.captured(0)},
                      {QStringLiteral("fingerprint"), print},
                      {QStringLiteral("name"), QStringLiteral("users/%1/sshPublicKeys/%2").arg(user, print)}};
    if (const QJsonValue expiry = call.body.value(QLatin1String("expirationTimeUsec")); !expiry.isUndefined())
        entry[QStringLiteral("expirationTimeUsec")] = expiry;
    QJsonObject keys = profile.value(QLatin1String("sshPublicKeys")).toObject();
    keys[print] = entry;
    profile[QStringLiteral("sshPublicKeys")] = keys;
    const QString project = call.request.parameter(QStringLiteral("projectId"));
    if (!project.isEmpty() && profile.value(QLatin1String("posixAccounts")).toArray().isEmpty()) {
        const QString name = posixName(user);
        const QString number = QString::number(1'000'000'000 + qHash(user, 2) % 1'000'000'000);
        profile[QStringLiteral("posixAccounts")] = QJsonArray{QJsonObject{{QStringLiteral("primary"), true},
                                                                           {QStringLiteral("username"), name},
                                                                           {QStringLiteral("uid"), number},
                                                                           {QStringLiteral("gid"), number},
                                                                           {QStringLiteral("homeDirectory"), QStringLiteral("/home/") + name},
                                                                           {QStringLiteral("operatingSystemType"), QStringLiteral("LINUX")},
                                                                           {QStringLiteral("accountId"), project},
                                                                           {QStringLiteral("name"), QStringLiteral("users/%1/projects/%2").arg(user, project)}}};
    }
    keep(services, user, profile);
    return QJsonObject{{QStringLiteral("loginProfile"), profile}};
}

ApiResult patchKey(const Services &services, const Call &call)
{
    const QString user = call.path.value(QStringLiteral("user"));
    if (const auto refusal = notOneself(call, user))
        return tl::unexpected(*refusal);
    QJsonObject profile = profileOf(services, user);
    QJsonObject keys = profile.value(QLatin1String("sshPublicKeys")).toObject();
    const QString print = call.path.value(QStringLiteral("key"));
    if (!keys.contains(print))
        return refuseByStatus(404, QStringLiteral("NOT_FOUND"), QStringLiteral("SSH public key not found."));
    QJsonObject entry = keys.value(print).toObject();
    entry[QStringLiteral("expirationTimeUsec")] = call.body.value(QLatin1String("expirationTimeUsec"));
    keys[print] = entry;
    profile[QStringLiteral("sshPublicKeys")] = keys;
    keep(services, user, profile);
    return entry;
}

} // namespace

void addOsLoginMethods(Router &router, const Services &services)
{
    router.setPrefix(QStringLiteral("v1"));
    router.add("GET", "users/{user}/loginProfile", "oslogin.users.getLoginProfile", [services](const Call &call) -> ApiResult {
        if (const auto refusal = notOneself(call, call.path.value(QStringLiteral("user"))))
            return tl::unexpected(*refusal);
        return profileOf(services, call.account);
    });
    router.add("POST", "users/{user}", "oslogin.users.importSshPublicKey", [services](const Call &call) { return importKey(services, call); });
    router.add("PATCH", "users/{user}/sshPublicKeys/{key}", "oslogin.users.sshPublicKeys.patch", [services](const Call &call) { return patchKey(services, call); });
}

QMap<QString, QString> withOsLogin(QMap<QString, QString> metadata, const Services &services)
{
    if (metadata.value(QStringLiteral("enable-oslogin")).compare(QLatin1String("true"), Qt::CaseInsensitive) != 0)
        return metadata;
    QStringList lines;
    const QJsonObject all = services.store.settings(settingsKey);
    for (const QJsonValue &value : all) {
        const QString name = value.toObject().value(QLatin1String("posixAccounts")).toArray().first().toObject().value(QLatin1String("username")).toString();
        const QJsonObject keys = value.toObject().value(QLatin1String("sshPublicKeys")).toObject();
        for (const QJsonValue &key : keys) {
            const QString text = key.toObject().value(QLatin1String("key")).toString().section(QLatin1Char(' '), 0, 1);
            const qint64 micros = key.toObject().value(QLatin1String("expirationTimeUsec")).toString().toLongLong();
            QString line = name + QLatin1Char(':') + text;
            if (micros > 0) {
                line += QStringLiteral(" google-ssh {\"userName\":\"%1\",\"expireOn\":\"%2\"}")
                            .arg(name, QDateTime::fromMSecsSinceEpoch(micros / 1000, Qt::UTC).toString(QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'+0000'")));
            }
            lines += line;
        }
    }
    metadata.insert(QStringLiteral("ssh-keys"), lines.join(QLatin1Char('\n')));
    return metadata;
}

} // namespace nimbook::sandbox
