// SPDX-License-Identifier: Apache-2.0
#include "auth/access_token.h"

#include <QCoreApplication>
#include <QJsonDocument>

#include <algorithm>

namespace nimbook::auth {

namespace {

constexpr qint64 longestLife = 24 * 3600; // seconds; Google's longest is 12 h

struct AccessTokenText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::auth::AccessTokenText)
};

} // namespace

QString cloudPlatformScope()
{
    return QStringLiteral("https://www.googleapis.com/auth/cloud-platform");
}

QStringList signInScopes()
{
    return {QStringLiteral("openid"), QStringLiteral("https://www.googleapis.com/auth/userinfo.email"), cloudPlatformScope()};
}

Result<AccessToken> accessTokenFrom(const QJsonObject &answer, const QDateTime &now, const QString &host)
{
    const QByteArray token = answer.value(QStringLiteral("access_token")).toString().toUtf8();
    const QJsonValue life = answer.value(QStringLiteral("expires_in")); // a number; some servers write text
    const qint64 seconds = life.isString() ? life.toString().toLongLong() : life.toInteger();
    if (token.isEmpty() || seconds <= 0) {
        return failure(ErrorKind::Protocol, AccessTokenText::tr("Could not sign in: the answer of %1 holds no access token.").arg(host),
                       AccessTokenText::tr("A proxy or a log-in page of this network may stand in between: open a page in a browser, then try again."),
                       QStringLiteral("fields: %1").arg(answer.keys().join(QLatin1Char(' '))));
    }
    return AccessToken{Secret(token), now.addSecs(std::min(seconds, longestLife)), emailOf(answer.value(QStringLiteral("id_token")).toString())};
}

QString emailOf(const QString &idToken)
{
    const QByteArray claims = QByteArray::fromBase64(idToken.section(QLatin1Char('.'), 1, 1).toLatin1(), QByteArray::Base64UrlEncoding);
    return QJsonDocument::fromJson(claims).object().value(QStringLiteral("email")).toString();
}

} // namespace nimbook::auth
