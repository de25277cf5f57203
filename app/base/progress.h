// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QtGlobal>

#include <algorithm>

namespace nimbook {

/// How far a job has come. An unknown total shows as "busy", not as 0 %.
struct Progress {
    enum class Unit { Percent, Bytes, Items };

    qint64 done = 0;
    qint64 total = -1; ///< -1: not known
    Unit unit = Unit::Percent;
    QString text; ///< translated; what is happening right now, may be empty

    bool isDeterminate() const { return total > 0; }
    int percent() const { return isDeterminate() ? int(std::clamp(double(done) / double(total), 0.0, 1.0) * 100) : -1; }
    bool operator==(const Progress &) const = default;
};

} // namespace nimbook

