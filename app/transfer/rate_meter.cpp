// SPDX-License-Identifier: Apache-2.0
#include "transfer/rate_meter.h"

#include <cmath>

namespace nimbook::transfer {

double RateMeter::update(qint64 bytes, Clock::time_point now)
{
    constexpr double memory = 1.5; // seconds: time constant
    if (m_last == Clock::time_point{}) {
        m_bytes = bytes;
        m_last = now;
        return 0;
    }
    const double seconds = std::chrono::duration<double>(now - m_last).count();
    if (seconds <= 0)
        return m_rate;
    const double current = qMax(0.0, double(bytes - m_bytes) / seconds);
    const double weight = m_primed ? 1 - std::exp(-seconds / memory) : 1.0;
    m_rate += (current - m_rate) * weight;
    m_primed = true;
    m_bytes = bytes;
    m_last = now;
    return m_rate;
}

} // namespace nimbook::transfer
