// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/token_source.h"

#include <QPointer>

#include <memory>
#include <optional>

namespace nimbook::auth {

/// The tokens of somebody who is signed in, over the end of one sign-in and the beginning of the next.
///
/// When the credential fails for good, the calls that ask for a token are not failed but held, signInNeeded() is emitted once, and
/// after replaceSource() they go on where they were. What runs without a token (tunnels, transfers) does not notice.
class AccountTokens final : public net::TokenSource {
    Q_OBJECT
public:
    explicit AccountTokens(std::unique_ptr<net::TokenSource> source);

    /// Off at first: a sign-in that is being tried must fail, not wait.
    void setHolding(bool holding) { m_holding = holding; }
    const std::optional<Error> &problem() const { return m_problem; } ///< why somebody must sign in again; empty: nobody must

    /// A sign-in that works, of the same account: whatever waits goes on with it.
    void replaceSource(std::unique_ptr<net::TokenSource> source);
    /// Asks the same source once more (a token file may have been written anew): whatever waits goes on, or is held again.
    void tryAgain();

    ValueJob<Secret> *accessToken(QObject *parent) override;
    void invalidate(const Secret &refused) override { m_source->invalidate(refused); }
    QString account() const override { return m_source->account(); }
    QString quotaProject() const override { return m_source->quotaProject(); }

Q_SIGNALS:
    void signInNeeded(const nimbook::Error &why);
    void signedInAgain();

private:
    friend class HeldTokenJob;
    bool hold(const Error &why); ///< true: the caller waits for signedInAgain()

    std::unique_ptr<net::TokenSource> m_source;
    bool m_holding = false;
    std::optional<Error> m_problem;
};

/// One call's wait for a token, over a sign-in if need be.
class HeldTokenJob final : public ValueJob<Secret> {
    Q_OBJECT
public:
    HeldTokenJob(AccountTokens &tokens, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void ask();

    QPointer<AccountTokens> m_tokens;
    QPointer<Job> m_asking;
};

} // namespace nimbook::auth
