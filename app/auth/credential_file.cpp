// SPDX-License-Identifier: Apache-2.0
#include "auth/credential_file.h"

#include "auth/signed_assertion.h"
#include "auth/token_endpoint_job.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace nimbook::auth {

namespace {

struct CredentialFileText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::auth::CredentialFileText)
};

const QString googleTokenUri = QStringLiteral("https://oauth2.googleapis.com/token");
constexpr qint64 largestFile = 256 * 1024; // bytes; real ones have 2 kB

QString rightKinds()
{
    return CredentialFileText::tr("Choose a service-account key file (JSON), or the file that “gcloud auth application-default login” writes.");
}

tl::unexpected<Error> refused(const QString &name, const QString &why, ErrorKind kind = ErrorKind::InvalidInput)
{
    return failure(kind, CredentialFileText::tr("“%1” cannot be used to sign in: %2").arg(name, why), rightKinds());
}

QString text(const QJsonObject &json, const char *key)
{
    return json.value(QLatin1String(key)).toString();
}

QString firstMissing(const QJsonObject &json, const QList<const char *> &keys)
{
    for (const char *key : keys) {
        if (text(json, key).isEmpty())
            return QString::fromLatin1(key);
    }
    return {};
}

QString whyOtherKind(const QJsonObject &json, const QString &type)
{
    if (json.contains(QStringLiteral("web")) || json.contains(QStringLiteral("installed")))
        return CredentialFileText::tr("it describes an OAuth client (an application), not an account.");
    if (type == QLatin1String("external_account") || type == QLatin1String("external_account_authorized_user"))
        return CredentialFileText::tr("it is a workload or workforce identity federation file (%1), which Nimbook cannot use.").arg(type);
    if (type == QLatin1String("gdch_service_account"))
        return CredentialFileText::tr("it is a service account of Google Distributed Cloud (%1), which is another cloud.").arg(type);
    if (type.isEmpty())
        return CredentialFileText::tr("it has no field “type”, so it is not a Google credential file.");
    return CredentialFileText::tr("its type “%1” is not supported.").arg(type);
}

Result<CredentialFile> serviceAccountFrom(const QJsonObject &json, const QString &name)
{
    const QString missing = firstMissing(json, {"client_email", "private_key"});
    if (!missing.isEmpty())
        return refused(name, CredentialFileText::tr("the field “%1” is missing.").arg(missing));
    CredentialFile file;
    file.type = CredentialFile::Type::ServiceAccount;
    file.account = text(json, "client_email");
    file.projectId = text(json, "project_id");
    file.privateKeyId = text(json, "private_key_id");
    file.privateKey = Secret(text(json, "private_key").toUtf8());
    if (const QString problem = privateKeyProblem(file.privateKey); !problem.isEmpty()) {
        return failure(ErrorKind::InvalidInput, CredentialFileText::tr("“%1” cannot be used to sign in: its private key cannot be read.").arg(name),
                       CredentialFileText::tr("Download a new key file for the service account."), problem);
    }
    return file;
}

Result<CredentialFile> authorizedUserFrom(const QJsonObject &json, const QString &name)
{
    // A client of Nimbook's own sign-in may be a public one, which has no secret.
    const bool isOurs = json.value(QStringLiteral("nimbook_sign_in")).toBool();
    const QString missing = isOurs ? firstMissing(json, {"client_id", "refresh_token"})
                                   : firstMissing(json, {"client_id", "client_secret", "refresh_token"});
    if (!missing.isEmpty())
        return refused(name, CredentialFileText::tr("the field “%1” is missing.").arg(missing));
    CredentialFile file;
    file.type = CredentialFile::Type::AuthorizedUser;
    file.account = text(json, "account");
    file.clientSecret = Secret(text(json, "client_secret").toUtf8());
    file.refreshToken = Secret(text(json, "refresh_token").toUtf8());
    file.signedInHere = isOurs;
    if (isOurs) {
        file.authUri = QUrl(text(json, "auth_uri"), QUrl::StrictMode);
        file.revokeUri = QUrl(text(json, "revoke_uri"), QUrl::StrictMode);
    }
    return file;
}

/// ".../serviceAccounts/EMAIL:generateAccessToken" → EMAIL
QString impersonatedAccount(const QUrl &url)
{
    const QString last = url.path().section(QLatin1Char('/'), -1);
    const QString verb = QStringLiteral(":generateAccessToken");
    return last.endsWith(verb) ? last.chopped(verb.size()) : QString();
}

Result<CredentialFile> impersonationFrom(const QJsonObject &json, const QString &name)
{
    const QString missing = firstMissing(json, {"service_account_impersonation_url"});
    const QJsonObject inner = json.value(QStringLiteral("source_credentials")).toObject();
    if (!missing.isEmpty() || inner.isEmpty())
        return refused(name, CredentialFileText::tr("the field “%1” is missing.").arg(missing.isEmpty() ? QStringLiteral("source_credentials") : missing));
    CredentialFile file;
    file.type = CredentialFile::Type::ImpersonatedServiceAccount;
    file.impersonationUrl = QUrl(text(json, "service_account_impersonation_url"), QUrl::StrictMode);
    file.account = impersonatedAccount(file.impersonationUrl);
    if (!isSafeForSecrets(file.impersonationUrl) || file.account.isEmpty())
        return refused(name, CredentialFileText::tr("its service_account_impersonation_url is not an address of Google's that gives tokens."));
    const QJsonArray delegates = json.value(QStringLiteral("delegates")).toArray();
    for (const QJsonValue &delegate : delegates)
        file.delegates.append(delegate.toString());
    if (text(inner, "type") == QLatin1String("impersonated_service_account"))
        return refused(name, CredentialFileText::tr("it stands in for a stand-in; use “delegates” for that."), ErrorKind::Unsupported);
    auto source = CredentialFile::parse(QJsonDocument(inner).toJson(QJsonDocument::Compact), name);
    if (!source)
        return source;
    file.projectId = source->projectId;
    file.source = std::make_shared<const CredentialFile>(std::move(*source));
    return file;
}

} // namespace

Result<CredentialFile> CredentialFile::read(const QString &path)
{
    const QFileInfo info(path);
    const auto unreadable = [&](const QString &why) {
        return failure(ErrorKind::FileSystem, CredentialFileText::tr("“%1” cannot be read: %2").arg(path, why), rightKinds());
    };
    if (!info.exists())
        return unreadable(CredentialFileText::tr("there is no such file."));
    if (!info.isFile())
        return unreadable(CredentialFileText::tr("it is not a file."));
    if (info.size() > largestFile)
        return refused(info.fileName(), CredentialFileText::tr("it is far too large for a credential file."));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(file.errorString());
    return parse(file.readAll(), info.fileName());
}

Result<CredentialFile> CredentialFile::parse(const QByteArray &json, const QString &nameForErrors)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(json, &problem);
    if (json.trimmed().isEmpty())
        return refused(nameForErrors, CredentialFileText::tr("it is empty."));
    if (!document.isObject()) {
        return failure(ErrorKind::InvalidInput, CredentialFileText::tr("“%1” cannot be used to sign in: it is not a JSON file.").arg(nameForErrors),
                       rightKinds(), problem.error == QJsonParseError::NoError ? QString() : problem.errorString());
    }
    const QJsonObject object = document.object();
    const QString type = text(object, "type");
    Result<CredentialFile> file = type == QLatin1String("service_account") ? serviceAccountFrom(object, nameForErrors)
                                : type == QLatin1String("authorized_user") ? authorizedUserFrom(object, nameForErrors)
                                : type == QLatin1String("impersonated_service_account") ? impersonationFrom(object, nameForErrors)
                                : Result<CredentialFile>(refused(nameForErrors, whyOtherKind(object, type), ErrorKind::Unsupported));
    if (!file)
        return file;
    const QString universe = text(object, "universe_domain");
    if (!universe.isEmpty() && universe != QLatin1String("googleapis.com"))
        return refused(nameForErrors, CredentialFileText::tr("it belongs to the cloud “%1”, which Nimbook does not know.").arg(universe), ErrorKind::Unsupported);
    file->clientId = text(object, "client_id");
    file->quotaProject = text(object, "quota_project_id");
    const QString tokenUri = text(object, "token_uri");
    file->tokenUri = QUrl(tokenUri.isEmpty() ? googleTokenUri : tokenUri, QUrl::StrictMode);
    if (!isSafeForSecrets(file->tokenUri))
        return refused(nameForErrors, CredentialFileText::tr("its token_uri “%1” is not an https address.").arg(tokenUri));
    return file;
}

QString CredentialFile::defaultPath()
{
    const QString named = qEnvironmentVariable("GOOGLE_APPLICATION_CREDENTIALS");
    if (!named.isEmpty())
        return named;
    QString folder = qEnvironmentVariable("CLOUDSDK_CONFIG");
    if (folder.isEmpty())
        folder = QDir::homePath() + QStringLiteral("/.config/gcloud");
    const QString wellKnown = QDir(folder).filePath(QStringLiteral("application_default_credentials.json"));
    return QFileInfo::exists(wellKnown) ? wellKnown : QString();
}

QString CredentialFile::storeKey() const
{
    if (!account.isEmpty())
        return QStringLiteral("account/") + account;
    // gcloud's own client id is the same for everybody who uses gcloud.
    const QByteArray mark = QCryptographicHash::hash(refreshToken.reveal(), QCryptographicHash::Sha256).toHex().left(12);
    return QStringLiteral("account/user-") + QString::fromLatin1(mark);
}

namespace {

QString typeWord(CredentialFile::Type type)
{
    switch (type) {
    case CredentialFile::Type::ServiceAccount: return QStringLiteral("service_account");
    case CredentialFile::Type::AuthorizedUser: return QStringLiteral("authorized_user");
    case CredentialFile::Type::ImpersonatedServiceAccount: break;
    }
    return QStringLiteral("impersonated_service_account");
}

QJsonObject jsonOf(const CredentialFile &file)
{
    QJsonObject json;
    const auto add = [&json](const char *key, const QString &value) {
        if (!value.isEmpty())
            json.insert(QLatin1String(key), value);
    };
    add("type", typeWord(file.type));
    add("quota_project_id", file.quotaProject);
    if (file.type == CredentialFile::Type::ImpersonatedServiceAccount) {
        add("service_account_impersonation_url", file.impersonationUrl.toString(QUrl::FullyEncoded));
        json.insert(QStringLiteral("source_credentials"), jsonOf(*file.source));
        json.insert(QStringLiteral("delegates"), QJsonArray::fromStringList(file.delegates));
        return json;
    }
    add(file.type == CredentialFile::Type::ServiceAccount ? "client_email" : "account", file.account);
    add("project_id", file.projectId);
    add("token_uri", file.tokenUri.toString(QUrl::FullyEncoded));
    add("client_id", file.clientId);
    add("client_secret", QString::fromUtf8(file.clientSecret.reveal()));
    add("refresh_token", QString::fromUtf8(file.refreshToken.reveal()));
    add("private_key_id", file.privateKeyId);
    add("private_key", QString::fromUtf8(file.privateKey.reveal()));
    add("auth_uri", file.authUri.toString(QUrl::FullyEncoded));
    add("revoke_uri", file.revokeUri.toString(QUrl::FullyEncoded));
    if (file.signedInHere)
        json.insert(QStringLiteral("nimbook_sign_in"), true);
    return json;
}

} // namespace

QByteArray CredentialFile::toJson() const
{
    return QJsonDocument(jsonOf(*this)).toJson(QJsonDocument::Compact);
}

} // namespace nimbook::auth
