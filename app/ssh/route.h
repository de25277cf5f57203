// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QObject;

namespace nimbook::ssh {

class Dialer;

/// A way to a machine that is no plain TCP connection. Shared by the links of several threads, so it never changes and every
/// function may be called from any of them.
class Route {
public:
    Route() = default;
    virtual ~Route() = default;
    Route(const Route &) = delete;
    Route &operator=(const Route &) = delete;

    virtual Dialer *makeDialer(QObject *parent) const = 0; ///< for the calling thread, unstarted
    virtual QString description() const = 0;               ///< translated, for errors: "through Identity-Aware Proxy"
};

} // namespace nimbook::ssh
