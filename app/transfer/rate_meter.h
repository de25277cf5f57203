// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

#include <chrono>

namespace nimbook::transfer {

/// Bytes per second, smoothed so that the figure can be read: after about three seconds an old rate is forgotten.
class RateMeter {
public:
    using Clock = std::chrono::steady_clock;

    /// \param bytes the total so far
    double update(qint64 bytes, Clock::time_point now = Clock::now());
    double bytesPerSecond() const { return m_rate; }

private:
    qint64 m_bytes = 0;
    Clock::time_point m_last{};
    double m_rate = 0;
    bool m_primed = false;
};

} // namespace nimbook::transfer
