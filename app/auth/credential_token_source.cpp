// SPDX-License-Identifier: Apache-2.0
#include "auth/credential_token_source.h"

#include "auth/credential_token_source_impl.h"

namespace nimbook::auth {

namespace {

constexpr qint64 renewBefore = 3 * 60 + 45; // seconds, as Google's own libraries do

} // namespace

CredentialTokenSource::CredentialTokenSource(CredentialFile credential, net::HttpTransport &transport, std::shared_ptr<const Clock> clock,
                                             Backoff backoff)
    : m_credential(std::move(credential)), m_transport(transport), m_clock(std::move(clock)), m_backoff(backoff)
{
}

ValueJob<Secret> *CredentialTokenSource::accessToken(QObject *parent)
{
    if (!m_token.value.isEmpty() && m_clock->now().secsTo(m_token.expires) > renewBefore)
        return new ReadyJob<Secret>(m_token.value, parent);
    return new SharedTokenJob(*this, parent);
}

void CredentialTokenSource::invalidate(const Secret &refused)
{
    // Somebody else may have renewed it meanwhile; the new one is not to be thrown away.
    if (m_token.value == refused)
        m_token = {};
}

TokenFetchJob *CredentialTokenSource::fetch()
{
    if (m_fetch)
        return m_fetch;
    m_fetch = new TokenFetchJob(m_credential, m_transport, m_clock, m_backoff, this);
    // Connected first, so that the token is kept before any caller hears of it.
    connect(m_fetch, &Job::finished, this, [this, job = m_fetch.data()] {
        m_fetch.clear();
        job->deleteLater();
        if (const auto token = job->result())
            m_token = *token;
    });
    m_fetch->start();
    return m_fetch;
}

Result<Secret> CredentialTokenSource::outcome(const Result<AccessToken> &fetched) const
{
    if (fetched)
        return fetched->value;
    const bool oldOneWorks = !m_token.value.isEmpty() && m_clock->now() < m_token.expires;
    if (oldOneWorks && fetched.error().kind != ErrorKind::NotSignedIn)
        return m_token.value;
    return failure(fetched.error());
}

void SharedTokenJob::run()
{
    if (!m_source)
        return fail({ErrorKind::NotSignedIn, tr("This account has been signed out."), tr("Sign in again."), {}, {}});
    TokenFetchJob *fetch = m_source->fetch();
    connect(fetch, &Job::finished, this, [this, fetch] {
        if (m_source)
            finishWith(m_source->outcome(fetch->result()));
    });
    connect(fetch, &QObject::destroyed, this, [this] {
        fail({ErrorKind::NotSignedIn, tr("This account has been signed out."), tr("Sign in again."), {}, {}});
    });
}

std::unique_ptr<net::TokenSource> makeCredentialTokenSource(CredentialFile credential, net::HttpTransport &transport,
                                                            std::shared_ptr<const Clock> clock, Backoff backoff)
{
    return std::make_unique<CredentialTokenSource>(std::move(credential), transport, std::move(clock), backoff);
}

} // namespace nimbook::auth
