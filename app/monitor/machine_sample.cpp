// SPDX-License-Identifier: Apache-2.0
#include "monitor/machine_sample.h"

namespace nimbook::monitor {

QList<DiskSample> nearlyFullDisks(const MachineSample &sample)
{
    QList<DiskSample> full;
    constexpr double gigabyte = 1e9;
    for (const DiskSample &disk : sample.disks) {
        const double size = disk.used + disk.free;
        if (size > 0 && (disk.free < gigabyte || (disk.free < size / 10 && disk.free < 20 * gigabyte)))
            full.append(disk);
    }
    return full;
}

} // namespace nimbook::monitor
