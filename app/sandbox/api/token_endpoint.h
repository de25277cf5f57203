// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/http_message.h"
#include "sandbox/api/rsa_key.h"

#include <QDateTime>
#include <QHash>
#include <QUrl>

namespace nimbook::sandbox {

/// The sandbox's OAuth 2.0 token endpoint, and the two credential files that sign in to it.
///
/// Grants: urn:ietf:params:oauth:grant-type:jwt-bearer (RFC 7523; signature, audience and times are really checked)
/// and refresh_token. Tokens live in memory: after a restart clients fetch new ones, as after an hour.
class TokenEndpoint {
public:
    /// Makes or reads credentials.json (a service-account key) and authorized_user.json in \a directory, both mode 600,
    /// and points them at \a tokenUri.
    bool prepare(const QString &directory, const QUrl &tokenUri, QString *why);

    HttpReply answer(const HttpRequest &request);

    /// The account behind "Authorization: Bearer …"; empty when the token is unknown or too old.
    QString accountFor(const QByteArray &authorizationHeader) const;

    void expireAllTokens() { m_tokens.clear(); }

private:
    struct Token {
        QString account;
        QDateTime expires;
    };

    HttpReply answerJwt(const QString &assertion);
    HttpReply answerRefresh(const QUrlQuery &form);
    HttpReply grant(const QString &account, const QString &scope);

    QUrl m_tokenUri;
    RsaKey m_key;
    QJsonObject m_serviceAccount;
    QJsonObject m_user;
    QHash<QByteArray, Token> m_tokens;
};

} // namespace nimbook::sandbox
