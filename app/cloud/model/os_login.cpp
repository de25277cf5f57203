// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/os_login.h"

#include <QJsonArray>

namespace nimbook::cloud {

QString OsLoginProfile::userName(const QString &wanted) const
{
    const PosixAccount *chosen = accounts.isEmpty() ? nullptr : &accounts.first();
    for (const PosixAccount &account : accounts) {
        if (!wanted.isEmpty() && account.userName == wanted)
            return wanted;
        if (account.primary && !chosen->primary)
            chosen = &account;
    }
    return chosen ? chosen->userName : QString();
}

const OsLoginProfile::Key *OsLoginProfile::find(const QByteArray &publicKey) const
{
    const auto withoutComment = [](const QString &text) { return text.simplified().section(QLatin1Char(' '), 0, 1); };
    const QString wanted = withoutComment(QString::fromUtf8(publicKey));
    for (const Key &key : keys) {
        if (withoutComment(key.text) == wanted)
            return &key;
    }
    return nullptr;
}

OsLoginProfile OsLoginProfile::fromJson(const QJsonObject &json)
{
    OsLoginProfile profile;
    const QJsonArray accounts = json.value(QLatin1String("posixAccounts")).toArray();
    for (const QJsonValue &value : accounts) {
        const QJsonObject account = value.toObject();
        if (account.value(QLatin1String("operatingSystemType")).toString() == QLatin1String("WINDOWS"))
            continue;
        profile.accounts.append({account.value(QLatin1String("username")).toString(), account.value(QLatin1String("primary")).toBool()});
    }
    const QJsonObject keys = json.value(QLatin1String("sshPublicKeys")).toObject();
    for (auto it = keys.begin(); it != keys.end(); ++it) {
        const QJsonObject key = it.value().toObject();
        QDateTime expires;
        if (const qint64 micros = key.value(QLatin1String("expirationTimeUsec")).toString().toLongLong(); micros > 0)
            expires = QDateTime::fromMSecsSinceEpoch(micros / 1000, Qt::UTC);
        profile.keys.append({key.value(QLatin1String("name")).toString(), key.value(QLatin1String("key")).toString(), expires});
    }
    return profile;
}

} // namespace nimbook::cloud
