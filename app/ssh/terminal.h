// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nimbook::ssh {

/// Size of a terminal in characters.
struct TerminalSize {
    int columns = 80;
    int rows = 24;
    bool operator==(const TerminalSize &) const = default;
};

} // namespace nimbook::ssh
