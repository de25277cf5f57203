// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/credential_token_source.h"
#include "auth/token_fetch_job.h"

namespace nimbook::auth {

/// Keeps the token of one credential and renews it. Private to nb_auth.
class CredentialTokenSource final : public net::TokenSource {
    Q_OBJECT
public:
    CredentialTokenSource(CredentialFile credential, net::HttpTransport &transport, std::shared_ptr<const Clock> clock, Backoff backoff);

    ValueJob<Secret> *accessToken(QObject *parent) override;
    void invalidate(const Secret &refused) override;
    QString account() const override { return m_credential.account; }
    QString quotaProject() const override { return m_credential.quotaProject; }

private:
    friend class SharedTokenJob;
    TokenFetchJob *fetch(); ///< the one that is under way, else a new one, started
    /// What to hand out after a fetch: a failed renewal is no harm while the old token still works.
    Result<Secret> outcome(const Result<AccessToken> &fetched) const;

    CredentialFile m_credential;
    net::HttpTransport &m_transport;
    std::shared_ptr<const Clock> m_clock;
    Backoff m_backoff;
    AccessToken m_token;
    QPointer<TokenFetchJob> m_fetch;
};

/// One caller's wait for the shared fetch; cancelling it leaves the fetch to the others.
class SharedTokenJob final : public ValueJob<Secret> {
    Q_OBJECT
public:
    SharedTokenJob(CredentialTokenSource &source, QObject *parent) : ValueJob(parent), m_source(&source) {}

protected:
    void run() override;

private:
    QPointer<CredentialTokenSource> m_source;
};

} // namespace nimbook::auth
