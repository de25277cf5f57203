// SPDX-License-Identifier: Apache-2.0
#include "auth/account_tokens.h"

#include "base/logging.h"

namespace nimbook::auth {

AccountTokens::AccountTokens(std::unique_ptr<net::TokenSource> source) : m_source(std::move(source)) {}

void AccountTokens::replaceSource(std::unique_ptr<net::TokenSource> source)
{
    m_source = std::move(source);
    tryAgain();
}

void AccountTokens::tryAgain()
{
    if (!m_problem)
        return;
    m_problem.reset();
    Q_EMIT signedInAgain();
}

ValueJob<Secret> *AccountTokens::accessToken(QObject *parent)
{
    return new HeldTokenJob(*this, parent);
}

bool AccountTokens::hold(const Error &why)
{
    if (!m_holding || why.kind != ErrorKind::NotSignedIn)
        return false;
    if (!m_problem) {
        qCInfo(lcAuth) << "calls are held until the next sign-in:" << why;
        m_problem = why;
        Q_EMIT signInNeeded(why);
    }
    return true;
}

HeldTokenJob::HeldTokenJob(AccountTokens &tokens, QObject *parent) : ValueJob(parent), m_tokens(&tokens) {}

void HeldTokenJob::run()
{
    if (!m_tokens)
        return fail({ErrorKind::NotSignedIn, tr("This account has been signed out."), tr("Sign in again."), {}, {}});
    connect(m_tokens, &AccountTokens::signedInAgain, this, &HeldTokenJob::ask);
    connect(m_tokens, &QObject::destroyed, this, [this] {
        fail({ErrorKind::NotSignedIn, tr("This account has been signed out."), tr("Sign in again."), {}, {}});
    });
    if (!m_tokens->problem())
        ask();
}

void HeldTokenJob::abort()
{
    if (m_asking)
        m_asking->cancel();
}

void HeldTokenJob::ask()
{
    if (!isRunning() || m_asking)
        return;
    auto *job = m_tokens->m_source->accessToken(this);
    m_asking = job;
    connect(job, &Job::finished, this, [this, job] {
        m_asking.clear();
        job->deleteLater();
        if (!isRunning() || !m_tokens)
            return;
        if (job->state() == State::Succeeded)
            return succeedWith(*job->result());
        const Error why = job->error(); // hold() may lead to a sign-in and so to the next ask()
        if (!m_tokens->hold(why))
            fail(why);
    });
    job->start();
}

} // namespace nimbook::auth
