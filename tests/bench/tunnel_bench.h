// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/door.h"
#include "bench/grounds.h"
#include "bench/report.h"
#include "bench/sources.h"
#include "bench/tunnel_load.h"

#include <random>

namespace nimbook::bench {

/// Our tunnel beside "ssh -L" with the same cipher: throughput and latency with 1 and 32 connections, and latency while a file
/// is uploaded at full rate.
class TunnelBench {
public:
    TunnelBench(const Options &options, const Grounds &grounds, Sources &sources, Report &report);

    void run();
    void runConnect(); ///< from nothing to the first byte of a page

private:
    std::unique_ptr<FarService> service() const;
    bool answers(const Door &door);
    void measureRates(const Place &place, const FarService &service);
    void measureUnderUpload(const Place &place, const FarService &service);

    const Options &m_options;
    const Grounds &m_grounds;
    Sources &m_sources;
    Report &m_report;
    std::mt19937 m_shuffle;
};

} // namespace nimbook::bench
