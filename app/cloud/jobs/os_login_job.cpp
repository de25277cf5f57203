// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/os_login_job.h"

namespace nimbook::cloud {

template<typename T>
void OsLoginJob::await(ValueJob<T> *job, std::function<void(const T &)> then)
{
    m_waiting.wait(job, [this, then = std::move(then)](ValueJob<T> &ended) {
        if (const auto answer = ended.result())
            then(*answer);
        else
            failAs(ended);
    });
}

void OsLoginJob::run()
{
    if (m_wish.email.isEmpty()) {
        fail({ErrorKind::Unsupported, tr("The machine uses OS Login, and the e-mail address of this account is not known."),
              tr("Sign in with a credential that names its account."), {}, {}});
        return;
    }
    await<OsLoginProfile>(m_client.loginProfile(m_wish.email, m_wish.project, this), [this](const OsLoginProfile &profile) { onProfile(profile); });
}

void OsLoginJob::abort()
{
    m_waiting.cancel();
}

void OsLoginJob::onProfile(const OsLoginProfile &profile)
{
    const OsLoginProfile::Key *key = profile.find(m_wish.publicKey);
    if (!key || profile.accounts.isEmpty()) {
        await<OsLoginProfile>(m_client.importKey(m_wish.email, m_wish.project, m_wish.publicKey, m_wish.expires, this),
                              [this](const OsLoginProfile &imported) { succeedAs(imported, true); });
    } else if (key->expires.isValid() && key->expires < m_wish.goodUntil) {
        await<Done>(m_client.setExpiry(*key, m_wish.expires, this), [this, profile](const Done &) { succeedAs(profile, true); });
    } else {
        succeedAs(profile, false);
    }
}

void OsLoginJob::succeedAs(const OsLoginProfile &profile, bool keyIsNew)
{
    if (const QString name = profile.userName(); !name.isEmpty())
        succeedWith({name, keyIsNew});
    else
        fail({ErrorKind::Protocol, tr("OS Login has no Linux account for %1.").arg(m_wish.email),
              tr("Ask an administrator whether this account may use OS Login."), {}, {}});
}

} // namespace nimbook::cloud
