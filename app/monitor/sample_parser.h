// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "monitor/machine_sample.h"

namespace nimbook::monitor {

/// A line of nvidia-smi --query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,power.limit[,mig.mode.current]
/// --format=csv,noheader,nounits. Nothing: that is no such line.
std::optional<GpuSample> parseGpuLine(const QString &csv);

/// Reads what resources/remote/sample-machine.sh prints, line by line. A block that is not whole is dropped.
class SampleParser {
public:
    /// \param now for MachineSample::time
    /// \return the sample that this line completes
    std::optional<MachineSample> feed(const QString &line, const QDateTime &now);

private:
    struct Counters {
        double uptime = 0;
        double cpu = 0;
        double cpuIdle = 0;
        double received = 0;
        double sent = 0;
        double sectorsRead = 0;
        double sectorsWritten = 0;
    };
    MachineSample finish(const QDateTime &now);

    bool m_inBlock = false;
    MachineSample m_sample;
    Counters m_counters;
    std::optional<Counters> m_before;
};

} // namespace nimbook::monitor
