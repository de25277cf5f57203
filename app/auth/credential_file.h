// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QUrl>

namespace nimbook::auth {

/// A service-account key, or gcloud's application default credentials (authorized_user).
struct CredentialFile {
    enum class Type { ServiceAccount, AuthorizedUser };

    Type type = Type::ServiceAccount;
    QString account;      ///< client_email, or account when the file names it
    QString projectId;    ///< service accounts only; may be empty
    QString quotaProject; ///< quota_project_id; may be empty
    QUrl tokenUri;        ///< the file's token_uri wins over Google's default
    QString clientId;
    Secret clientSecret;
    Secret refreshToken;
    QString privateKeyId;
    Secret privateKey; ///< PKCS8 PEM

    /// What is wrong is said by name: not a file, not JSON, an OAuth client JSON, a type that is not supported yet, a missing field.
    static Result<CredentialFile> read(const QString &path);
    static Result<CredentialFile> parse(const QByteArray &json, const QString &nameForErrors);

    /// GOOGLE_APPLICATION_CREDENTIALS, else gcloud's well-known file (CLOUDSDK_CONFIG honoured); empty: there is none.
    static QString defaultPath();
    QByteArray toJson() const; ///< contains secrets: for the SecretStore only
};

} // namespace nimbook::auth
