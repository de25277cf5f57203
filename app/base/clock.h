// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>

namespace nimbook {

/// Wall-clock time, replaceable where a test needs a certain moment (token expiry, key expiry, ages).
class Clock {
public:
    virtual ~Clock() = default;
    virtual QDateTime now() const { return QDateTime::currentDateTimeUtc(); } ///< always UTC
};

} // namespace nimbook
