// SPDX-License-Identifier: Apache-2.0
#include "workspace/renew_sign_in.h"

#include "auth/credential_token_source.h"
#include "auth/gcloud_environment.h"
#include "base/logging.h"

namespace nimbook::workspace {

RenewSignIn::RenewSignIn(const SignInMeans &means, Account &account, QObject *parent)
    : Job(parent), m_means(means), m_account(&account)
{
}

template<typename T>
void RenewSignIn::await(ValueJob<T> *job, std::function<void(const T &)> then)
{
    m_waiting = job;
    connect(job, &Job::finished, this, [this, job, then = std::move(then)] {
        job->deleteLater();
        if (!isRunning())
            return;
        if (!m_account)
            return cancel(); // signed out meanwhile
        if (const auto result = job->result())
            then(*result);
        else
            failAs(*job);
    });
    job->start();
}

void RenewSignIn::run()
{
    if (!m_account)
        return cancel();
    setProgress({0, -1, Progress::Unit::Percent, tr("Signing in again")});
    switch (m_account->kind()) {
    case Account::Kind::Browser: return readClient();
    case Account::Kind::CredentialFile: return readFile();
    case Account::Kind::Sandbox:
    case Account::Kind::MetadataServer:
    case Account::Kind::AccessTokenFile: return askAgain();
    }
}

void RenewSignIn::abort()
{
    if (m_waiting)
        m_waiting->cancel();
}

void RenewSignIn::readClient()
{
    await<Secret>(m_means.secrets.read(m_account->key(), this), [this](const Secret &kept) {
        const auto credential = auth::CredentialFile::parse(kept.reveal(), tr("the stored credential"));
        if (!credential)
            return fail(credential.error());
        goToBrowser({credential->clientId, credential->clientSecret, credential->authUri, credential->tokenUri, credential->revokeUri});
    });
}

void RenewSignIn::goToBrowser(const auth::OAuthClient &client)
{
    auto *job = new auth::BrowserSignIn({client, m_account->email()}, m_means.tokens(), this);
    connect(job, &auth::BrowserSignIn::browserWanted, this, &RenewSignIn::browserWanted);
    setProgress({0, -1, Progress::Unit::Percent, tr("Waiting for the browser")});
    await<auth::CredentialFile>(job, [this](const auth::CredentialFile &credential) { verify(credential); });
}

void RenewSignIn::readFile()
{
    if (m_account->credentialPath().isEmpty()) {
        return fail({ErrorKind::NotFound, tr("Could not sign in again: the file that this sign-in was read from is not known any more."),
                     tr("Sign out, then sign in with the new file."), {}, {}});
    }
    const auto credential = auth::CredentialFile::read(m_account->credentialPath());
    if (!credential)
        return fail(credential.error());
    verify(*credential);
}

void RenewSignIn::askAgain()
{
    auth::AccountTokens &tokens = m_account->tokens();
    connect(&tokens, &auth::AccountTokens::signInNeeded, this, [this](const Error &why) { fail(why); });
    tokens.tryAgain();
    await<Secret>(tokens.accessToken(this), [this](const Secret &) { succeed(); });
}

bool RenewSignIn::isSameAccount(const QString &name) const
{
    const QString before = m_account->email();
    return before.isEmpty() || name.isEmpty() || before.compare(name, Qt::CaseInsensitive) == 0;
}

void RenewSignIn::verify(const auth::CredentialFile &credential)
{
    m_credential = credential;
    if (const QString named = auth::quotaProjectFromEnvironment(); !named.isEmpty())
        m_credential.quotaProject = named;
    m_source = auth::makeCredentialTokenSource(m_credential, m_means.transport, m_means.clock);
    await<Secret>(m_source->accessToken(this), [this](const Secret &) { adopt(); });
}

void RenewSignIn::adopt()
{
    // Held calls are about the machines of the account that made them.
    if (!isSameAccount(m_source->account())) {
        auth::withdrawSignIn(m_credential, m_means.tokens(), parent())->startAndForget();
        return fail({ErrorKind::InvalidInput, tr("You signed in as %1, but what waits here is of %2.").arg(m_source->account(), m_account->email()),
                     tr("Sign in again as %1. Other accounts are added in the account menu.").arg(m_account->email()), {}, {}});
    }
    m_means.secrets.write(m_account->key(), Secret(m_credential.toJson()), parent())->startAndForget();
    m_account->tokens().replaceSource(std::move(m_source));
    succeed();
}

} // namespace nimbook::workspace
