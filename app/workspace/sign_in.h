// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/browser_sign_in.h"
#include "auth/secret_store.h"
#include "base/awaited.h"
#include "base/clock.h"
#include "workspace/account.h"
#include "workspace/sandbox_server.h"
#include "workspace/settings.h"

#include <QPointer>

#include <memory>

namespace nimbook::workspace {

/// What a sign-in works with; all of it outlives the job.
struct SignInMeans {
    net::HttpTransport &transport;
    auth::SecretStore &secrets;
    SandboxServer &sandbox;
    std::shared_ptr<const Clock> clock;

    auth::TokenMeans tokens() const { return {transport, clock, Backoff{}}; }
};

/// From a credential to an account that works: a token was fetched and the projects were listed before the job succeeds.
class SignIn : public Job {
    Q_OBJECT
public:
    using Means = SignInMeans;

    static SignIn *toSandbox(const Means &means, QObject *parent);
    static SignIn *withFile(const Means &means, const QString &path, QObject *parent);
    /// On Google's own page: browserWanted() names it.
    static SignIn *inBrowser(const Means &means, const auth::OAuthClient &client, QObject *parent);
    /// As the service account of the Compute Engine machine that this program runs on; nothing is kept.
    static SignIn *asThisMachine(const Means &means, QObject *parent);
    /// With the token that CLOUDSDK_AUTH_ACCESS_TOKEN_FILE names; nothing is kept.
    static SignIn *withAccessTokenFile(const Means &means, QObject *parent);
    /// What gcloud's variables name: an access token file, else application default credentials, else this machine. NotFound: nothing.
    static SignIn *fromEnvironment(const Means &means, QObject *parent);
    /// As before; \a known.key alone is enough for the sandbox and for what nothing is kept of.
    static SignIn *restored(const Means &means, const KnownAccount &known, QObject *parent);

    /// After success.
    std::unique_ptr<Account> takeAccount() { return std::move(m_account); }
    const QList<cloud::Project> &projects() const { return m_projects; }

    static QString sandboxKey() { return QStringLiteral("sandbox"); }
    static QString accessTokenFileKey() { return QStringLiteral("access-token-file"); }
    static QString thisMachineKey() { return QStringLiteral("this-machine"); }

Q_SIGNALS:
    void browserWanted(const QUrl &page);

protected:
    void run() override;
    void abort() override;

private:
    using Begin = void (SignIn::*)();
    SignIn(const Means &means, Begin begin, QObject *parent);
    template<typename T> void await(ValueJob<T> *job, std::function<void(const T &)> then);
    void startSandbox();
    void readChosenFile();
    void goToBrowser();
    void askThisMachine();
    void readTokenFile();
    void readStored();
    void useFile(const QString &path, Account::Kind kind, const cloud::Endpoints &endpoints);
    void useCredential(auth::CredentialFile credential, Account::Kind kind, const cloud::Endpoints &endpoints);
    void useTokens(std::unique_ptr<net::TokenSource> tokens, Account::Kind kind, const cloud::Endpoints &endpoints, const QString &project);
    void verify();
    void listProjects();
    void keep();

    Means m_means;
    Begin m_begin;
    QString m_key;  // entry of the SecretStore; empty until a new sign-in knows whose it is
    QString m_path; // credential file
    auth::OAuthClient m_client;
    Secret m_toStore;
    Awaited m_waiting{*this};
    QPointer<net::TokenSource> m_tokens; // owned by the account
    std::unique_ptr<Account> m_account;
    QList<cloud::Project> m_projects;
};

} // namespace nimbook::workspace
