// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/sign_in.h"

namespace nimbook::workspace {

/// Withdraws what Nimbook itself was given and forgets it; a file's credential is forgotten here and stays good for its owner.
///
/// Forgotten in any case. A failure says that the far side could not be told.
class SignOut final : public Job {
    Q_OBJECT
public:
    SignOut(const SignInMeans &means, QString key, QObject *parent);

protected:
    void run() override;

private:
    void withdraw(const auth::CredentialFile &credential);
    void forget(std::optional<Error> problem);

    SignInMeans m_means;
    QString m_key;
};

} // namespace nimbook::workspace
