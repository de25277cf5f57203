// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

namespace nimbook {

QString errorKindName(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled: return QStringLiteral("Cancelled");
    case ErrorKind::InvalidInput: return QStringLiteral("InvalidInput");
    case ErrorKind::Network: return QStringLiteral("Network");
    case ErrorKind::Timeout: return QStringLiteral("Timeout");
    case ErrorKind::NotSignedIn: return QStringLiteral("NotSignedIn");
    case ErrorKind::PermissionDenied: return QStringLiteral("PermissionDenied");
    case ErrorKind::ApiDisabled: return QStringLiteral("ApiDisabled");
    case ErrorKind::NotFound: return QStringLiteral("NotFound");
    case ErrorKind::AlreadyExists: return QStringLiteral("AlreadyExists");
    case ErrorKind::Conflict: return QStringLiteral("Conflict");
    case ErrorKind::QuotaExceeded: return QStringLiteral("QuotaExceeded");
    case ErrorKind::StockOut: return QStringLiteral("StockOut");
    case ErrorKind::RateLimited: return QStringLiteral("RateLimited");
    case ErrorKind::WrongState: return QStringLiteral("WrongState");
    case ErrorKind::ServerError: return QStringLiteral("ServerError");
    case ErrorKind::Protocol: return QStringLiteral("Protocol");
    case ErrorKind::HostKeyMismatch: return QStringLiteral("HostKeyMismatch");
    case ErrorKind::AuthenticationFailed: return QStringLiteral("AuthenticationFailed");
    case ErrorKind::RemoteCommandFailed: return QStringLiteral("RemoteCommandFailed");
    case ErrorKind::FileSystem: return QStringLiteral("FileSystem");
    case ErrorKind::NoSpace: return QStringLiteral("NoSpace");
    case ErrorKind::Unsupported: return QStringLiteral("Unsupported");
    case ErrorKind::Internal: return QStringLiteral("Internal");
    }
    return QStringLiteral("Unknown");
}

QDebug operator<<(QDebug debug, const Error &error)
{
    QDebugStateSaver saver(debug);
    debug.noquote().nospace() << "Error(" << errorKindName(error.kind) << ": " << error.message;
    if (!error.detail.isEmpty())
        debug << " | " << error.detail;
    return debug << ')';
}

} // namespace nimbook
