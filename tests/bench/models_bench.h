// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/options.h"
#include "bench/report.h"

namespace nimbook::bench {

/// How long the longest step holds up the window's thread with 100 000 transfers and 50 000 machines in the lists.
void benchModels(const Options &options, Report &report);

} // namespace nimbook::bench
