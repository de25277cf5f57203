// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/token_fetch_job.h"

namespace nimbook::auth {

/// A token of the source credential, then with it one of the service account that it may stand in for. Private to nb_auth.
///
/// Source: IAM Service Account Credentials API, projects.serviceAccounts.generateAccessToken.
class ImpersonationJob final : public ValueJob<AccessToken> {
    Q_OBJECT
public:
    ImpersonationJob(CredentialFile credential, TokenMeans means, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void exchange(const Secret &sourceToken);
    Result<AccessToken> tokenFrom(const net::HttpResponse &response) const;
    QString purpose() const;

    CredentialFile m_credential;
    TokenMeans m_means;
    Awaited m_waiting{*this};
    QTimer m_pause;
    int m_failures = 0;
};

} // namespace nimbook::auth
