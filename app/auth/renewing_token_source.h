// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/access_token.h"
#include "net/token_source.h"

#include <QPointer>

#include <functional>
#include <memory>

namespace nimbook::auth {

/// Keeps one access token and renews it, however it is fetched. Private to nb_auth.
class RenewingTokenSource final : public net::TokenSource {
    Q_OBJECT
public:
    using Fetch = std::function<ValueJob<AccessToken> *(QObject *parent)>;

    RenewingTokenSource(QString account, QString quotaProject, Fetch fetch, std::shared_ptr<const Clock> clock);

    ValueJob<Secret> *accessToken(QObject *parent) override;
    void invalidate(const Secret &refused) override;
    QString account() const override { return m_account.isEmpty() ? m_token.email : m_account; }
    QString quotaProject() const override { return m_quotaProject; }

private:
    friend class SharedTokenJob;
    ValueJob<AccessToken> *fetch(); ///< the one that is under way, else a new one, started
    /// What to hand out after a fetch: a failed renewal is no harm while the old token still works.
    Result<Secret> outcome(const Result<AccessToken> &fetched) const;

    QString m_account;
    QString m_quotaProject;
    Fetch m_makeFetch;
    std::shared_ptr<const Clock> m_clock;
    AccessToken m_token;
    QPointer<ValueJob<AccessToken>> m_fetch;
};

/// One caller's wait for the shared fetch; cancelling it leaves the fetch to the others.
class SharedTokenJob final : public ValueJob<Secret> {
    Q_OBJECT
public:
    SharedTokenJob(RenewingTokenSource &source, QObject *parent) : ValueJob(parent), m_source(&source) {}

protected:
    void run() override;

private:
    QPointer<RenewingTokenSource> m_source;
};

} // namespace nimbook::auth
