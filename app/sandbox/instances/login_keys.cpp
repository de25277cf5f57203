// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/login_keys.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

namespace nimbook::sandbox {
namespace {

bool isLoginName(const QString &name)
{
    static const QRegularExpression shape(QStringLiteral("^[A-Za-z_][A-Za-z0-9_.-]{0,31}$"));
    static const QSet<QString> taken{QStringLiteral("root"), QStringLiteral("nobody"), QStringLiteral("sshd")};
    return shape.match(name).hasMatch() && !taken.contains(name);
}

/// The agent takes RFC 3339 and the "-0700" zone that gcloud writes; Qt wants a colon in the zone.
QDateTime parseExpiry(QString text)
{
    static const QRegularExpression zoneWithoutColon(QStringLiteral("([+-]\\d{2})(\\d{2})$"));
    text.replace(zoneWithoutColon, QStringLiteral("\\1:\\2"));
    return QDateTime::fromString(text, Qt::ISODate);
}

/// Invalid: the comment is not what it claims to be. Nothing: the key has no expiry.
std::optional<QDateTime> expiryOf(const QString &key)
{
    const QString marker = QStringLiteral(" google-ssh ");
    const qsizetype at = key.indexOf(marker);
    if (at < 0)
        return std::nullopt;
    const QJsonObject comment = QJsonDocument::fromJson(key.mid(at + marker.size()).toUtf8()).object();
    if (comment.value(QLatin1String("userName")).toString().isEmpty())
        return QDateTime();
    return parseExpiry(comment.value(QLatin1String("expireOn")).toString());
}

} // namespace

LoginKeys parseLoginKeys(const QString &sshKeys, const QDateTime &now)
{
    LoginKeys result;
    for (const QString &line : sshKeys.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const qsizetype colon = line.indexOf(QLatin1Char(':'));
        const QString user = line.left(colon).trimmed();
        const QString key = line.mid(colon + 1).trimmed();
        if (colon < 1 || key.isEmpty() || !isLoginName(user))
            continue;
        QByteArray &file = result.authorizedKeys[user]; // the account exists even when all its keys have run out
        if (const std::optional<QDateTime> expiry = expiryOf(key)) {
            if (!expiry->isValid() || *expiry <= now)
                continue;
            if (!result.nextExpiry || *expiry < *result.nextExpiry)
                result.nextExpiry = *expiry;
        }
        file += key.toUtf8() + '\n';
    }
    return result;
}

} // namespace nimbook::sandbox
