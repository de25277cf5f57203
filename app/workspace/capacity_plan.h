// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

#include <chrono>

namespace nimbook::workspace {

/// Where a machine may be made when its zone has none left, and for how long to go on asking.
struct CapacityPlan {
    enum class Reach { ThisZone, Region, Anywhere };

    Reach reach = Reach::ThisZone;
    QStringList zones; ///< that offer the same machine, in order of preference; the ones out of reach are not tried
    std::chrono::minutes keepTrying{0}; ///< 0: every zone once

    bool operator==(const CapacityPlan &) const = default;
};

} // namespace nimbook::workspace
