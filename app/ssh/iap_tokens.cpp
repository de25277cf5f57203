// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_tokens.h"

#include <atomic>

namespace nimbook::ssh {

std::shared_ptr<IapTokens> IapTokens::make(Ask ask, Invalidate invalidate)
{
    return {new IapTokens(std::move(ask), std::move(invalidate)), [](IapTokens *tokens) { tokens->deleteLater(); }};
}

quint64 IapTokens::request(const Secret &refused)
{
    static std::atomic<quint64> tickets{0};
    const quint64 ticket = ++tickets;
    QMetaObject::invokeMethod(this, [this, ticket, refused] { answer(ticket, refused); }, Qt::QueuedConnection);
    return ticket;
}

void IapTokens::answer(quint64 ticket, const Secret &refused)
{
    if (!refused.isEmpty())
        m_invalidate(refused);
    auto *job = m_ask(this);
    if (!job) {
        Q_EMIT tokenFailed(ticket, {ErrorKind::NotSignedIn, tr("Nobody is signed in."), tr("Sign in again."), {}, {}});
        return;
    }
    connect(job, &Job::finished, this, [this, job, ticket] {
        job->deleteLater();
        const auto token = job->result();
        if (token)
            Q_EMIT tokenReady(ticket, *token);
        else
            Q_EMIT tokenFailed(ticket, token.error());
    });
    job->start();
}

} // namespace nimbook::ssh
