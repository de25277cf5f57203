// SPDX-License-Identifier: Apache-2.0
#include "auth/oauth_client.h"

#include "auth/token_endpoint_job.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>

namespace nimbook::auth {

namespace {

constexpr qint64 largestClientFile = 64 * 1024; // bytes; real ones have 500

struct OAuthClientText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::auth::OAuthClientText)
};

QString rightClient()
{
    return OAuthClientText::tr("In the Google Cloud console, under “Google Auth Platform – Clients”, make a client of the type “Desktop app” and download its JSON file.");
}

tl::unexpected<Error> notAClient(const QString &name, const QString &why)
{
    return failure(ErrorKind::InvalidInput, OAuthClientText::tr("“%1” is not an OAuth client that Nimbook can use: %2").arg(name, why), rightClient());
}

QString whyNotAClient(const QJsonObject &json)
{
    if (json.contains(QStringLiteral("web")))
        return OAuthClientText::tr("it is of the type “Web application”, which Google does not let a desktop program use.");
    if (json.contains(QStringLiteral("type")))
        return OAuthClientText::tr("it is a credential file (%1). Use “Use a credential file” for it.").arg(json.value(QStringLiteral("type")).toString());
    return OAuthClientText::tr("it has no part “installed”.");
}

} // namespace

Result<OAuthClient> OAuthClient::parse(const QByteArray &json, const QString &name)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject())
        return notAClient(name, OAuthClientText::tr("it is not a JSON file."));
    const QJsonObject installed = document.object().value(QStringLiteral("installed")).toObject();
    if (installed.isEmpty())
        return notAClient(name, whyNotAClient(document.object()));
    auto client = fromFields(installed.value(QStringLiteral("client_id")).toString(), installed.value(QStringLiteral("client_secret")).toString());
    if (!client)
        return client;
    const auto replace = [&installed](const char *key, QUrl &url) {
        const QString text = installed.value(QLatin1String(key)).toString();
        if (!text.isEmpty())
            url = QUrl(text, QUrl::StrictMode);
        return isSafeForSecrets(url);
    };
    for (const auto &[key, url] : {std::pair{"auth_uri", &client->authUri}, std::pair{"token_uri", &client->tokenUri}, std::pair{"revoke_uri", &client->revokeUri}}) {
        if (!replace(key, *url))
            return notAClient(name, OAuthClientText::tr("its %1 is not an https address.").arg(QLatin1String(key)));
    }
    return client;
}

Result<OAuthClient> OAuthClient::read(const QString &path)
{
    const QString name = QFileInfo(path).fileName();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::FileSystem, OAuthClientText::tr("“%1” cannot be read: %2").arg(path, file.errorString()), rightClient());
    if (file.size() > largestClientFile)
        return notAClient(name, OAuthClientText::tr("it is far too large."));
    return parse(file.readAll(), name);
}

Result<OAuthClient> OAuthClient::fromFields(const QString &id, const QString &secret)
{
    static const QRegularExpression oneWord(QStringLiteral("^[\\x21-\\x7e]{3,300}$"));
    OAuthClient client;
    client.id = id.trimmed();
    if (!oneWord.match(client.id).hasMatch()) {
        return failure(ErrorKind::InvalidInput, OAuthClientText::tr("The client ID is missing. It looks like 123456-abc.apps.googleusercontent.com."),
                       rightClient());
    }
    client.secret = Secret(secret.trimmed().toUtf8());
    return client;
}

QByteArray OAuthClient::toJson() const
{
    const QJsonObject installed{{QStringLiteral("client_id"), id},
                                {QStringLiteral("client_secret"), QString::fromUtf8(secret.reveal())},
                                {QStringLiteral("auth_uri"), authUri.toString(QUrl::FullyEncoded)},
                                {QStringLiteral("token_uri"), tokenUri.toString(QUrl::FullyEncoded)},
                                {QStringLiteral("revoke_uri"), revokeUri.toString(QUrl::FullyEncoded)}};
    return QJsonDocument(QJsonObject{{QStringLiteral("installed"), installed}}).toJson(QJsonDocument::Compact);
}

} // namespace nimbook::auth
