// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/http_message.h"

#include <QJsonArray>

#include <tl/expected.hpp>

namespace nimbook::sandbox {

/// A refusal as Google words it; which of its two envelopes it goes out in is part of it.
struct ApiError {
    int status = 400;
    QString reason; ///< "notFound", "invalid" …; empty: no errors[] (services that send only the newer envelope)
    QString message;
    QString domain = QStringLiteral("global");
    QString rpcStatus;   ///< "PERMISSION_DENIED" …; set: the newer envelope with status and details
    QJsonArray details;  ///< ErrorInfo, Help …
    QString location;    ///< "Authorization"
    bool html = false;   ///< a front-end's page instead of JSON: what an unknown path gets

    HttpReply reply() const;
};

using ApiResult = tl::expected<QJsonObject, ApiError>;

inline tl::unexpected<ApiError> refuse(int status, const QString &reason, const QString &message)
{
    ApiError error;
    error.status = status;
    error.reason = reason;
    error.message = message;
    return tl::unexpected<ApiError>(std::move(error));
}

/// The same as the services beside Compute Engine say it, which send the newer envelope only.
inline tl::unexpected<ApiError> refuseByStatus(int status, const QString &rpcStatus, const QString &message)
{
    ApiError error;
    error.status = status;
    error.rpcStatus = rpcStatus;
    error.message = message;
    return tl::unexpected<ApiError>(std::move(error));
}

tl::unexpected<ApiError> notFound(const QString &relativePath);
tl::unexpected<ApiError> invalidField(const QString &field, const QString &value, const QString &why);
tl::unexpected<ApiError> missingField(const QString &field);

QJsonObject errorInfo(const QString &reason, const QJsonObject &metadata,
                      const QString &domain = QStringLiteral("googleapis.com"));

ApiError unauthenticated(bool tokenWasSent);
ApiError forbidden(const QString &permission, const QString &resource);
ApiError rateLimited(const QString &projectNumber);
ApiError unavailable();
ApiError unknownPath(const QByteArray &target);

} // namespace nimbook::sandbox
