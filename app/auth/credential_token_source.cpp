// SPDX-License-Identifier: Apache-2.0
#include "auth/credential_token_source.h"

#include "auth/impersonation_job.h"
#include "auth/renewing_token_source.h"

namespace nimbook::auth {

std::unique_ptr<net::TokenSource> makeCredentialTokenSource(CredentialFile credential, net::HttpTransport &transport,
                                                            std::shared_ptr<const Clock> clock, Backoff backoff)
{
    const QString account = credential.account;
    const QString quotaProject = credential.quotaProject;
    const bool impersonates = credential.type == CredentialFile::Type::ImpersonatedServiceAccount;
    const auto fetch = [credential = std::move(credential), means = TokenMeans{transport, clock, backoff},
                        impersonates](QObject *parent) -> ValueJob<AccessToken> * {
        if (impersonates)
            return new ImpersonationJob(credential, means, parent);
        return new TokenFetchJob(credential, means, parent);
    };
    return std::make_unique<RenewingTokenSource>(account, quotaProject, fetch, std::move(clock));
}

} // namespace nimbook::auth
