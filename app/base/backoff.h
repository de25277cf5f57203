// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace nimbook {

/// How long to wait before the next try: a pure rule, so that a table can test it.
struct Backoff {
    std::chrono::milliseconds initial{500};
    double factor = 2.0;
    std::chrono::milliseconds ceiling{30'000};

    /// \param attempt counted from 0: the wait after the first failure
    /// \param jitter  0…1, spreads clients apart: the wait shrinks by up to a quarter
    std::chrono::milliseconds delay(int attempt, double jitter = 0.0) const;
};

} // namespace nimbook
