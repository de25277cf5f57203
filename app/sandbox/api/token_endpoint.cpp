// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/token_endpoint.h"

#include "sandbox/api/google_words.h"
#include "sandbox/api/private_file.h"

#include <QDir>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace nimbook::sandbox {

namespace {

constexpr qint64 tokenSeconds = 3599;
constexpr qint64 longestAssertionSeconds = 3600;
constexpr qint64 clockSkewSeconds = 300;

QString randomText(int bytes)
{
    QByteArray data(bytes, Qt::Uninitialized);
    for (char &byte : data)
        byte = char(QRandomGenerator::system()->bounded(256));
    return QString::fromLatin1(data.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

HttpReply refuseGrant(const char *error, const QString &description, int status = 400)
{
    return HttpReply::json({{QStringLiteral("error"), QLatin1String(error)},
                            {QStringLiteral("error_description"), description}}, status);
}

QByteArray fromBase64Url(const QString &text)
{
    return QByteArray::fromBase64(text.toLatin1(), QByteArray::Base64UrlEncoding);
}

} // namespace

bool TokenEndpoint::prepare(const QString &directory, const QUrl &tokenUri, QString *why)
{
    m_tokenUri = tokenUri;
    const QString keyFile = QDir(directory).filePath(QStringLiteral("credentials.json"));
    m_serviceAccount = readJsonFile(keyFile);
    m_key = RsaKey::fromPem(m_serviceAccount.value(QLatin1String("private_key")).toString().toLatin1());
    if (!m_key.isValid()) {
        m_key = RsaKey::generate();
        const QString email = QStringLiteral("nimbook@vision-lab.iam.gserviceaccount.com");
        m_serviceAccount = {
            {QStringLiteral("type"), QStringLiteral("service_account")},
            {QStringLiteral("project_id"), QStringLiteral("vision-lab")},
            {QStringLiteral("private_key_id"), QString::fromLatin1(QByteArray::number(QRandomGenerator::system()->generate64(), 16))},
            {QStringLiteral("private_key"), QString::fromLatin1(m_key.toPem())},
            {QStringLiteral("client_email"), email},
            {QStringLiteral("client_id"), newId()},
            {QStringLiteral("universe_domain"), QStringLiteral("googleapis.com")},
        };
    }
    m_serviceAccount[QStringLiteral("auth_uri")] = tokenUri.resolved(QUrl(QStringLiteral("/o/oauth2/auth"))).toString();
    m_serviceAccount[QStringLiteral("token_uri")] = tokenUri.toString();

    const QString userFile = QDir(directory).filePath(QStringLiteral("authorized_user.json"));
    m_user = readJsonFile(userFile);
    if (m_user.isEmpty()) {
        m_user = {{QStringLiteral("type"), QStringLiteral("authorized_user")},
                  {QStringLiteral("account"), QStringLiteral("ada@example.com")},
                  {QStringLiteral("client_id"), QStringLiteral("482915360174-sandbox.apps.googleusercontent.com")},
                  {QStringLiteral("client_secret"), randomText(18)},
                  {QStringLiteral("refresh_token"), QStringLiteral("1//") + randomText(48)},
                  {QStringLiteral("quota_project_id"), QStringLiteral("vision-lab")}};
    }
    // gcloud's own file has no token_uri; a file that names one is obeyed by Google's libraries and by ours.
    m_user[QStringLiteral("token_uri")] = tokenUri.toString();
    return writePrivateJson(keyFile, m_serviceAccount, why) && writePrivateJson(userFile, m_user, why);
}

HttpReply TokenEndpoint::answer(const HttpRequest &request)
{
    QByteArray body = request.body;
    const QUrlQuery form(QString::fromUtf8(body.replace('+', "%20")));
    const QString grantType = form.queryItemValue(QStringLiteral("grant_type"), QUrl::FullyDecoded);
    if (grantType == QLatin1String("urn:ietf:params:oauth:grant-type:jwt-bearer"))
        return answerJwt(form.queryItemValue(QStringLiteral("assertion"), QUrl::FullyDecoded));
    if (grantType == QLatin1String("refresh_token"))
        return answerRefresh(form);
    return refuseGrant("unsupported_grant_type", QStringLiteral("Invalid grant_type: %1").arg(grantType));
}

HttpReply TokenEndpoint::answerJwt(const QString &assertion)
{
    const QStringList parts = assertion.split(QLatin1Char('.'));
    if (parts.size() != 3)
        return refuseGrant("invalid_grant", QStringLiteral("Bad Request"));
    const QJsonObject head = QJsonDocument::fromJson(fromBase64Url(parts.at(0))).object();
    const QJsonObject claims = QJsonDocument::fromJson(fromBase64Url(parts.at(1))).object();

    const QString account = m_serviceAccount.value(QLatin1String("client_email")).toString();
    if (claims.value(QLatin1String("iss")).toString() != account)
        return refuseGrant("invalid_grant", QStringLiteral("Invalid grant: account not found"));
    const QString keyId = head.value(QLatin1String("kid")).toString();
    const bool keyIsOurs = keyId.isEmpty() || keyId == m_serviceAccount.value(QLatin1String("private_key_id")).toString();
    const QByteArray signedText = (parts.at(0) + QLatin1Char('.') + parts.at(1)).toLatin1();
    if (head.value(QLatin1String("alg")).toString() != QLatin1String("RS256") || !keyIsOurs
        || !m_key.verify(signedText, fromBase64Url(parts.at(2))))
        return refuseGrant("invalid_grant", QStringLiteral("Invalid JWT Signature."));

    // Google's libraries name a constant address as audience, whatever token_uri they post to; the last two are its
    // older forms.
    const QStringList audiences{m_tokenUri.toString(), QStringLiteral("https://oauth2.googleapis.com/token"),
                                QStringLiteral("https://accounts.google.com/o/oauth2/token"),
                                QStringLiteral("https://www.googleapis.com/oauth2/v4/token")};
    if (!audiences.contains(claims.value(QLatin1String("aud")).toString()))
        return refuseGrant("invalid_grant", QStringLiteral("Invalid JWT: Failed audience check."));

    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const auto issued = qint64(claims.value(QLatin1String("iat")).toDouble());
    const auto expires = qint64(claims.value(QLatin1String("exp")).toDouble());
    if (issued <= 0 || expires <= issued || expires - issued > longestAssertionSeconds || issued > now + clockSkewSeconds
        || expires < now)
        return refuseGrant("invalid_grant",
                           QStringLiteral("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                                          "timeframe. Check your iat and exp values in the JWT claim."));
    const QString scope = claims.value(QLatin1String("scope")).toString();
    if (scope.isEmpty())
        return refuseGrant("invalid_scope", QStringLiteral("Invalid OAuth scope or ID token audience provided."));
    return grant(account, {});
}

HttpReply TokenEndpoint::answerRefresh(const QUrlQuery &form)
{
    const auto matches = [&](const QString &field) {
        return form.queryItemValue(field, QUrl::FullyDecoded) == m_user.value(field).toString();
    };
    if (!matches(QStringLiteral("client_id")))
        return refuseGrant("invalid_client", QStringLiteral("The OAuth client was not found."), 401);
    if (!matches(QStringLiteral("client_secret")))
        return refuseGrant("invalid_client", QStringLiteral("The provided client secret is invalid."), 401);
    if (!matches(QStringLiteral("refresh_token")))
        return refuseGrant("invalid_grant", QStringLiteral("Bad Request"));
    return grant(m_user.value(QLatin1String("account")).toString(),
                 QStringLiteral("https://www.googleapis.com/auth/cloud-platform openid "
                                "https://www.googleapis.com/auth/userinfo.email"));
}

HttpReply TokenEndpoint::grant(const QString &account, const QString &scope)
{
    const QString token = QStringLiteral("ya29.c.") + randomText(96);
    m_tokens.insert(token.toLatin1(), Token{account, QDateTime::currentDateTimeUtc().addSecs(tokenSeconds)});
    QJsonObject answer{{QStringLiteral("access_token"), token},
                       {QStringLiteral("expires_in"), tokenSeconds},
                       {QStringLiteral("token_type"), QStringLiteral("Bearer")}};
    if (!scope.isEmpty())
        answer[QStringLiteral("scope")] = scope;
    return HttpReply::json(answer);
}

QString TokenEndpoint::accountFor(const QByteArray &authorizationHeader) const
{
    static const QByteArray scheme = "bearer ";
    if (authorizationHeader.left(scheme.size()).toLower() != scheme)
        return {};
    const auto found = m_tokens.constFind(authorizationHeader.mid(scheme.size()).trimmed());
    return found != m_tokens.cend() && found->expires > QDateTime::currentDateTimeUtc() ? found->account : QString();
}

} // namespace nimbook::sandbox
