// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"

namespace nimbook::cli {

/// What a script can branch on; --help lists them, and they do not change their meaning between versions.
enum class ExitCode {
    Done = 0,
    Failed = 1,       ///< none of the others
    Usage = 2,        ///< the command line makes no sense
    NotAllowed = 3,   ///< nobody is signed in, or the account may not do it
    NotFound = 4,     ///< no such machine, project, file
    NoCapacity = 5,   ///< quota or stock-out: another zone, another day
    Unreachable = 6,  ///< no answer, or not in time
    NeedsAnswer = 7,  ///< a question that nobody was there to answer
    NotTrusted = 8,   ///< the machine's host key is not the one that was promised
    Cancelled = 130,  ///< Ctrl+C, as shells count it
};

ExitCode exitCodeFor(ErrorKind kind);

} // namespace nimbook::cli
