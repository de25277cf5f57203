// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/sign_in.h"

namespace nimbook::workspace {

/// A new credential for the account that is signed in, by the door it came in through: in the browser, from its file (which gcloud may have
/// written anew), or from whoever gives the token. Held calls go on when it succeeds; another account is refused.
class RenewSignIn final : public Job {
    Q_OBJECT
public:
    RenewSignIn(const SignInMeans &means, Account &account, QObject *parent);

Q_SIGNALS:
    void browserWanted(const QUrl &page);

protected:
    void run() override;
    void abort() override;

private:
    template<typename T> void await(ValueJob<T> *job, std::function<void(const T &)> then);
    void readClient(); // the one that the sign-in was made with
    void goToBrowser(const auth::OAuthClient &client);
    void readFile();
    void askAgain();
    void verify(const auth::CredentialFile &credential);
    void adopt();
    bool isSameAccount(const QString &name) const;

    SignInMeans m_means;
    QPointer<Account> m_account;
    auth::CredentialFile m_credential;
    std::unique_ptr<net::TokenSource> m_source;
    QPointer<Job> m_waiting;
};

} // namespace nimbook::workspace
