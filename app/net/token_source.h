// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/secret.h"

namespace nimbook::net {

/// Where access tokens come from. Implementations live in auth.
class TokenSource : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// A token good for at least some minutes: from memory when there is one, else fetched. Concurrent callers share
    /// one fetch. Error kinds: NotSignedIn (sign in again), Network, Timeout, ServerError.
    virtual ValueJob<Secret> *accessToken(QObject *parent) = 0;

    /// The far side answered 401 to \a refused: forget it, so that the next accessToken() fetches a new one.
    virtual void invalidate(const Secret &refused) = 0;

    virtual QString account() const = 0;      ///< e-mail address as the person knows it; may be empty
    virtual QString quotaProject() const { return {}; } ///< for the x-goog-user-project header; empty: none
};

} // namespace nimbook::net
