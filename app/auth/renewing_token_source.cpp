// SPDX-License-Identifier: Apache-2.0
#include "auth/renewing_token_source.h"

namespace nimbook::auth {

namespace {

constexpr qint64 renewBefore = 3 * 60 + 45; // seconds, as Google's own libraries do

} // namespace

RenewingTokenSource::RenewingTokenSource(QString account, QString quotaProject, Fetch fetch, std::shared_ptr<const Clock> clock)
    : m_account(std::move(account)), m_quotaProject(std::move(quotaProject)), m_makeFetch(std::move(fetch)), m_clock(std::move(clock))
{
}

ValueJob<Secret> *RenewingTokenSource::accessToken(QObject *parent)
{
    if (!m_token.value.isEmpty() && m_clock->now().secsTo(m_token.expires) > renewBefore)
        return new ReadyJob<Secret>(m_token.value, parent);
    return new SharedTokenJob(*this, parent);
}

void RenewingTokenSource::invalidate(const Secret &refused)
{
    // Somebody else may have renewed it meanwhile; the new one is not to be thrown away.
    if (m_token.value == refused)
        m_token = {{}, {}, m_token.email};
}

ValueJob<AccessToken> *RenewingTokenSource::fetch()
{
    if (m_fetch)
        return m_fetch;
    m_fetch = m_makeFetch(this);
    // Connected first, so that the token is kept before any caller hears of it.
    connect(m_fetch, &Job::finished, this, [this, job = m_fetch.data()] {
        m_fetch.clear();
        job->deleteLater();
        if (auto token = job->result()) {
            if (token->email.isEmpty())
                token->email = m_token.email; // not every answer repeats it
            m_token = *token;
        }
    });
    m_fetch->start();
    return m_fetch;
}

Result<Secret> RenewingTokenSource::outcome(const Result<AccessToken> &fetched) const
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
    ValueJob<AccessToken> *fetch = m_source->fetch();
    connect(fetch, &Job::finished, this, [this, fetch] {
        if (m_source)
            finishWith(m_source->outcome(fetch->result()));
    });
    connect(fetch, &QObject::destroyed, this, [this] {
        fail({ErrorKind::NotSignedIn, tr("This account has been signed out."), tr("Sign in again."), {}, {}});
    });
}

} // namespace nimbook::auth
