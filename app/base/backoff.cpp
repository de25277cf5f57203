// SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"

#include <algorithm>
#include <cmath>

namespace nimbook {

std::chrono::milliseconds Backoff::delay(int attempt, double jitter) const
{
    const double grown = double(initial.count()) * std::pow(factor, std::max(0, attempt));
    const double capped = std::min(grown, double(ceiling.count()));
    const double spread = capped * (1.0 - 0.25 * std::clamp(jitter, 0.0, 1.0));
    return std::chrono::milliseconds(std::llround(spread));
}

} // namespace nimbook
