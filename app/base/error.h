// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDebug>
#include <QString>

#include <chrono>
#include <optional>

namespace nimbook {

/// What code branches on. The sentence for people is Error::message; never branch on that.
enum class ErrorKind {
    Cancelled,            ///< the person, or the owner of the job, asked for it
    InvalidInput,         ///< refused before anything was sent
    Network,              ///< no answer at all: DNS, refused, reset, proxy
    Timeout,              ///< no answer in time; what was asked may still happen
    NotSignedIn,          ///< the credential is missing, revoked or expired for good
    PermissionDenied,     ///< the account may not do this
    ApiDisabled,          ///< the project has not enabled the API
    NotFound,
    AlreadyExists,
    Conflict,             ///< stale fingerprint: read again, then repeat
    QuotaExceeded,        ///< a quota of the project or region; another region may help
    StockOut,             ///< the zone has none left; another zone may help
    RateLimited,          ///< repeat after Error::retryAfter
    WrongState,           ///< e.g. the machine must be stopped first
    ServerError,          ///< the far side failed (HTTP 5xx)
    Protocol,             ///< an answer that cannot be understood
    HostKeyMismatch,      ///< the SSH server is not the one that was promised
    AuthenticationFailed, ///< SSH refused the key
    RemoteCommandFailed,  ///< a command on the machine ended with a non-zero status
    FileSystem,           ///< a local or remote file cannot be read or written
    NoSpace,              ///< disk full, here or there
    Unsupported,
    Internal,             ///< a fault of Nimbook itself
};

/// Why something did not work, for the code, for the person and for the log.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString message;  ///< translated: what was tried, on what, what the other side answered
    QString nextStep; ///< translated: the one sensible thing to do next; may be empty
    QString detail;   ///< English, for the log and "Show details": codes, bodies, paths; never a secret
    std::optional<std::chrono::milliseconds> retryAfter = std::nullopt; ///< when the other side named a delay

    bool operator==(const Error &) const = default;
};

QString errorKindName(ErrorKind kind); ///< the enumerator's own name, for logs and test failures
QDebug operator<<(QDebug debug, const Error &error);

} // namespace nimbook
