// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/access_token.h"
#include "auth/credential_file.h"
#include "auth/token_endpoint_job.h"

#include <memory>

namespace nimbook::auth {

/// How a token job asks: over what, by which clock, with which pauses.
struct TokenMeans {
    net::HttpTransport &transport;
    std::shared_ptr<const Clock> clock;
    Backoff backoff;
};

/// Asks the token endpoint of a credential for an access token: service accounts (RFC 7523) and authorized users (RFC 6749 6).
/// Private to nb_auth.
class TokenFetchJob final : public ValueJob<AccessToken> {
    Q_OBJECT
public:
    TokenFetchJob(CredentialFile credential, TokenMeans means, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    Result<QByteArray> form() const;
    Error explained(Error error, const QJsonObject &refusal) const;

    CredentialFile m_credential;
    TokenMeans m_means;
    Awaited m_asking{*this};
};

} // namespace nimbook::auth
