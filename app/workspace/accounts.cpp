// SPDX-License-Identifier: Apache-2.0
#include "workspace/accounts.h"

#include "auth/gcloud_environment.h"
#include "net/mapped_job.h"
#include "workspace/sign_out.h"

#include <QMetaEnum>

#include <algorithm>

namespace nimbook::workspace {

namespace {

/// Entry of the SecretStore.
QString oauthClientKey() { return QStringLiteral("oauth-client"); }

} // namespace

QString accountJobName() { return QStringLiteral("usesAccount"); }

Accounts::Accounts(const SignIn::Means &means, Settings &settings, QObject *owner) : QObject(owner), m_means(means), m_settings(settings), m_owner(owner) {}

Job *Accounts::signIn(SignIn *job)
{
    // One at a time: the later choice is the one that counts.
    if (m_signingIn)
        m_signingIn->cancel();
    m_signingIn = job;
    connect(job, &SignIn::browserWanted, this, &Accounts::browserWanted);
    connect(job, &Job::finished, this, [this, job] {
        if (job->state() == Job::State::Succeeded)
            adopt(*job);
    });
    job->startAndForget();
    return job;
}

void Accounts::adopt(SignIn &job)
{
    leave();
    m_account = job.takeAccount();
    m_projects = job.projects();
    m_settings.setLastAccountKey(m_account->key());
    if (!m_account->isSandbox()) {
        const auto kind = QMetaEnum::fromType<Account::Kind>().valueToKey(int(m_account->kind()));
        m_settings.remember({m_account->key(), m_account->displayName(), QString::fromLatin1(kind), m_account->credentialPath()});
    }
    m_account->tokens().setHolding(m_holdsCalls);
    connect(&m_account->tokens(), &auth::AccountTokens::signInNeeded, this, &Accounts::signInNeeded);
    connect(&m_account->tokens(), &auth::AccountTokens::signedInAgain, this, &Accounts::signedInAgain);
    Q_EMIT accountChanged();
    Q_EMIT knownAccountsChanged();
    Q_EMIT projectsChanged();
    if (m_account) // nobody signed out on hearing of it
        Q_EMIT signedIn();
}

QString Accounts::projectToOpen() const
{
    const auto isListed = [this](const QString &id) {
        return std::any_of(m_projects.cbegin(), m_projects.cend(), [&id](const cloud::Project &one) { return one.id == id; });
    };
    if (!m_account->isSandbox() && !auth::projectFromEnvironment().isEmpty())
        return auth::projectFromEnvironment(); // said for this very run
    if (const QString last = m_settings.lastProject(m_account->key()); !last.isEmpty())
        return last; // may be one that was typed by hand
    if (isListed(m_account->defaultProject()) || m_projects.isEmpty())
        return m_account->defaultProject();
    const auto active = std::find_if(m_projects.cbegin(), m_projects.cend(), [](const cloud::Project &one) { return one.active; });
    return active == m_projects.cend() ? m_projects.constFirst().id : active->id;
}

void Accounts::leave()
{
    // May be asked for from inside a signal of what goes: deleted when control is back in the event loop, after what refers to it.
    Q_EMIT leaving();
    m_projects.clear();
    if (m_account) {
        m_account->setParent(m_owner);
        m_account.release()->deleteLater();
    }
}

Job *Accounts::nobody()
{
    auto *job = new ReadyJob<Done>(failure(ErrorKind::NotSignedIn, tr("Nobody is signed in."), tr("Sign in first.")), m_owner);
    job->startAndForget();
    return job;
}

Job *Accounts::restore()
{
    // Whoever names a token file for this run means it, as with gcloud.
    return switchTo(auth::accessTokenFile().isEmpty() ? m_settings.lastAccountKey() : SignIn::accessTokenFileKey());
}

Job *Accounts::switchTo(const QString &key)
{
    KnownAccount known = m_settings.knownAccount(key);
    known.key = key;
    return signIn(SignIn::restored(m_means, known, m_owner));
}

Job *Accounts::inBrowser(const auth::OAuthClient &client)
{
    SignIn *job = SignIn::inBrowser(m_means, client, m_owner);
    connect(job, &Job::finished, this, [this, job, client] {
        if (job->state() != Job::State::Succeeded)
            return;
        m_client = client;
        m_means.secrets.write(oauthClientKey(), Secret(client.toJson()), m_owner)->startAndForget();
    });
    return signIn(job);
}

ValueJob<auth::OAuthClient> *Accounts::findOAuthClient()
{
    ValueJob<auth::OAuthClient> *job = nullptr;
    if (m_client) {
        job = new ReadyJob<auth::OAuthClient>(*m_client, m_owner);
    } else {
        job = new net::MappedJob<Secret, auth::OAuthClient>(
            m_means.secrets.read(oauthClientKey(), nullptr),
            [this](Result<Secret> kept) -> Result<auth::OAuthClient> {
                auto client = kept ? auth::OAuthClient::parse(kept->reveal(), tr("the stored client")) : Result<auth::OAuthClient>(failure(kept.error()));
                if (!client && auth::OAuthClient::builtIn())
                    client = *auth::OAuthClient::builtIn();
                if (client)
                    m_client = *client;
                return client;
            },
            m_owner);
    }
    job->startAndForget();
    return job;
}

void Accounts::setHoldsCalls(bool holds)
{
    m_holdsCalls = holds;
    if (m_account)
        m_account->tokens().setHolding(holds);
}

const Error *Accounts::problem() const
{
    return m_account && m_account->tokens().problem() ? &*m_account->tokens().problem() : nullptr;
}

Job *Accounts::signInAgain()
{
    if (!m_account)
        return nobody();
    if (m_renewing)
        return m_renewing;
    m_renewing = new RenewSignIn(m_means, *m_account, m_owner);
    connect(m_renewing, &RenewSignIn::browserWanted, this, &Accounts::browserWanted);
    connect(m_account.get(), &QObject::destroyed, m_renewing, &Job::cancel);
    m_renewing->setObjectName(accountJobName());
    m_renewing->startAndForget();
    return m_renewing;
}

void Accounts::signOut()
{
    if (m_signingIn)
        m_signingIn->cancel();
    if (!m_account)
        return;
    if (!m_account->isSandbox()) {
        auto *job = new SignOut(m_means, m_account->key(), m_owner);
        connect(job, &Job::finished, this, [this, job] {
            if (job->state() == Job::State::Failed)
                Q_EMIT signOutIncomplete(job->error());
        });
        job->startAndForget();
        m_settings.forget(m_account->key());
    }
    m_settings.setLastAccountKey({});
    leave();
    Q_EMIT accountChanged();
    Q_EMIT knownAccountsChanged();
    Q_EMIT projectsChanged();
}

Job *Accounts::refreshProjects()
{
    if (!m_account)
        return nobody();
    auto *job = m_account->compute().listProjects(m_owner);
    job->setObjectName(accountJobName());
    connect(job, &Job::finished, this, [this, job] {
        const auto listed = job->result();
        if (listed && m_projects != *listed) {
            m_projects = *listed;
            Q_EMIT projectsChanged();
        }
    });
    job->startAndForget();
    return job;
}

} // namespace nimbook::workspace
