// SPDX-License-Identifier: Apache-2.0
#include "workspace/sign_out.h"

namespace nimbook::workspace {

SignOut::SignOut(const SignInMeans &means, QString key, QObject *parent) : Job(parent), m_means(means), m_key(std::move(key)) {}

void SignOut::run()
{
    auto *job = m_means.secrets.read(m_key, this);
    connect(job, &Job::finished, this, [this, job] {
        const auto secret = job->result();
        const auto credential = secret ? auth::CredentialFile::parse(secret->reveal(), tr("the stored credential")) : Result<auth::CredentialFile>(failure(job->error()));
        if (credential && credential->isOurs())
            withdraw(*credential);
        else
            forget({});
    });
    job->start();
}

void SignOut::withdraw(const auth::CredentialFile &credential)
{
    auto *job = auth::withdrawSignIn(credential, m_means.tokens(), this);
    connect(job, &Job::finished, this, [this, job, account = credential.account] {
        if (job->state() == State::Succeeded)
            return forget({});
        Error problem = job->error();
        problem.message = tr("%1 is signed out here, but Google could not be told.").arg(account);
        problem.nextStep = tr("To end the access there as well, remove Nimbook at myaccount.google.com/connections.");
        forget(problem);
    });
    job->start();
}

void SignOut::forget(std::optional<Error> problem)
{
    auto *job = m_means.secrets.remove(m_key, this);
    connect(job, &Job::finished, this, [this, job, problem = std::move(problem)] {
        if (job->state() == State::Failed)
            fail(job->error());
        else if (problem)
            fail(*problem);
        else
            succeed();
    });
    job->start();
}

} // namespace nimbook::workspace
