// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/oauth_client.h"
#include "auth/secret_store.h"
#include "workspace/account.h"
#include "workspace/renew_sign_in.h"
#include "workspace/settings.h"
#include "workspace/sign_in.h"

#include <QPointer>

#include <optional>

namespace nimbook::workspace {

/// Object name of jobs that use the signed-in account and so end with it; children of the Workspace.
QString accountJobName();

/// The Workspace's accounts: the doors in, the one that is active with its projects, signing in again and out. Of sessions, machines and the
/// chosen project it knows nothing: the Workspace lets go of them on leaving().
///
/// Jobs are started and owned by \a owner. Thread: the one that made it.
class Accounts : public QObject {
    Q_OBJECT
public:
    /// \param means and settings outlive it; \a owner is its parent too
    Accounts(const SignIn::Means &means, Settings &settings, QObject *owner);

    Job *toSandbox() { return signIn(SignIn::toSandbox(m_means, m_owner)); }
    Job *withFile(const QString &path) { return signIn(SignIn::withFile(m_means, path, m_owner)); }
    Job *fromEnvironment() { return signIn(SignIn::fromEnvironment(m_means, m_owner)); }
    Job *asThisMachine() { return signIn(SignIn::asThisMachine(m_means, m_owner)); }
    Job *inBrowser(const auth::OAuthClient &client);
    Job *restore(); ///< as at the last start
    Job *switchTo(const QString &key);
    void signOut();
    ValueJob<auth::OAuthClient> *findOAuthClient();

    void setHoldsCalls(bool holds);
    const Error *problem() const;
    Job *signInAgain();

    Account *active() const { return m_account.get(); }
    const QList<cloud::Project> &projects() const { return m_projects; }
    Job *refreshProjects();
    QString projectToOpen() const; ///< of a fresh sign-in: said for this run, used last, the credential's own, the first active one

Q_SIGNALS:
    void leaving(); ///< the active account, if any, is about to go: what uses it ends now
    void accountChanged();
    void knownAccountsChanged();
    void projectsChanged();
    void signedIn(); ///< everybody has heard of the three above
    void browserWanted(const QUrl &page);
    void signInNeeded(const nimbook::Error &why);
    void signedInAgain();
    void signOutIncomplete(const nimbook::Error &why);

private:
    Job *signIn(SignIn *job);
    void adopt(SignIn &job);
    void leave();
    Job *nobody();

    SignIn::Means m_means;
    Settings &m_settings;
    QObject *m_owner;
    QPointer<SignIn> m_signingIn;
    QPointer<RenewSignIn> m_renewing;
    std::optional<auth::OAuthClient> m_client;
    bool m_holdsCalls = false;
    QList<cloud::Project> m_projects;
    std::unique_ptr<Account> m_account;
};

} // namespace nimbook::workspace
