// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.h"

namespace nimbook::cli {

ExitCode exitCodeFor(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return ExitCode::Cancelled;
    case ErrorKind::InvalidInput:
        return ExitCode::Usage;
    case ErrorKind::NotSignedIn:
    case ErrorKind::PermissionDenied:
    case ErrorKind::ApiDisabled:
    case ErrorKind::AuthenticationFailed:
        return ExitCode::NotAllowed;
    case ErrorKind::NotFound:
        return ExitCode::NotFound;
    case ErrorKind::QuotaExceeded:
    case ErrorKind::StockOut:
    case ErrorKind::RateLimited:
        return ExitCode::NoCapacity;
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::ServerError:
        return ExitCode::Unreachable;
    case ErrorKind::HostKeyMismatch:
        return ExitCode::NotTrusted;
    default:
        return ExitCode::Failed;
    }
}

} // namespace nimbook::cli
