// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/secret.h"

#include <functional>
#include <memory>

namespace nimbook::ssh {

/// Access tokens for relay connections, which live on threads of their own; whoever hands them out lives on the window's.
class IapTokens : public QObject {
    Q_OBJECT
public:
    using Ask = std::function<ValueJob<Secret> *(QObject *parent)>; ///< an unstarted job; null: signed out
    using Invalidate = std::function<void(const Secret &refused)>;

    /// For the calling thread, on which \a ask and \a invalidate are called; they must stay callable as long as this lives. It is shared
    /// with routes and deleted on that thread, whoever lets go of it last.
    static std::shared_ptr<IapTokens> make(Ask ask, Invalidate invalidate);

    /// From any thread: tokenReady() or tokenFailed() follows with the same ticket, queued.
    quint64 request(const Secret &refused = {});

Q_SIGNALS:
    void tokenReady(quint64 ticket, const nimbook::Secret &token);
    void tokenFailed(quint64 ticket, const nimbook::Error &error);

private:
    IapTokens(Ask ask, Invalidate invalidate) : m_ask(std::move(ask)), m_invalidate(std::move(invalidate)) {}
    void answer(quint64 ticket, const Secret &refused);

    Ask m_ask;
    Invalidate m_invalidate;
};

} // namespace nimbook::ssh
