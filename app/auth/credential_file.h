// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QStringList>
#include <QUrl>

#include <memory>

namespace nimbook::auth {

/// A service-account key, or gcloud's application default credentials (authorized_user, impersonated_service_account).
struct CredentialFile {
    enum class Type { ServiceAccount, AuthorizedUser, ImpersonatedServiceAccount };

    Type type = Type::ServiceAccount;
    QString account;      ///< client_email, the account that is stood in for, or account when the file names it
    QString projectId;    ///< service accounts only; may be empty
    QString quotaProject; ///< quota_project_id; may be empty
    QUrl tokenUri;        ///< the file's token_uri wins over Google's default
    QString clientId;
    Secret clientSecret;
    Secret refreshToken;
    QString privateKeyId;
    Secret privateKey; ///< PKCS8 PEM
    QUrl authUri;              ///< the page where a sign-in of Nimbook's own is renewed
    QUrl revokeUri;            ///< where a sign-in of Nimbook's own is withdrawn; empty: nowhere
    bool signedInHere = false; ///< the refresh token is Nimbook's own: no other program loses it when it is withdrawn

    // Impersonation only.
    QUrl impersonationUrl;
    QStringList delegates;
    std::shared_ptr<const CredentialFile> source; ///< a user or a service account that may stand in for the account

    bool isOurs() const { return signedInHere; }
    /// "account/…": the same for the same account at the next sign-in, different for two accounts of one OAuth client.
    QString storeKey() const;

    /// What is wrong is said by name: not a file, not JSON, an OAuth client JSON, a type that is not supported yet, a missing field.
    static Result<CredentialFile> read(const QString &path);
    static Result<CredentialFile> parse(const QByteArray &json, const QString &nameForErrors);

    /// GOOGLE_APPLICATION_CREDENTIALS, else gcloud's well-known file (CLOUDSDK_CONFIG honoured); empty: there is none.
    static QString defaultPath();
    QByteArray toJson() const; ///< contains secrets: for the SecretStore only
};

} // namespace nimbook::auth
