// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace nimbook::transfer {

/// What somebody saw in a file's place and is ready to lose. Anything else that lies there when the file gets its name stays.
struct PlaceBefore {
    qint64 size = -1;    ///< bytes; -1: nothing may be there
    qint64 modified = 0; ///< whole seconds since 1970
    bool operator==(const PlaceBefore &) const = default;
};

} // namespace nimbook::transfer
