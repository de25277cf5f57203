// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/grounds.h"
#include "bench/report.h"

namespace nimbook::bench {

/// The largest resident size of our engine with a tree of a million files and with a file of 100 GiB.
void benchMemory(const Options &options, const Grounds &grounds, Report &report);

} // namespace nimbook::bench
