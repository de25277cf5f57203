// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/api_error.h"

namespace nimbook::sandbox {

HttpReply ApiError::reply() const
{
    if (html) {
        HttpReply page;
        page.status = status;
        page.contentType = "text/html; charset=UTF-8";
        page.body = "<!DOCTYPE html>\n<html lang=en>\n<title>Error " + QByteArray::number(status) + "</title>\n<p><b>"
            + QByteArray::number(status) + ".</b> " + message.toHtmlEscaped().toUtf8() + "\n";
        return page;
    }
    QJsonObject error{{QStringLiteral("code"), status}, {QStringLiteral("message"), message}};
    if (!reason.isEmpty()) {
        QJsonObject entry{{QStringLiteral("message"), message},
                          {QStringLiteral("domain"), domain},
                          {QStringLiteral("reason"), reason}};
        if (!location.isEmpty()) {
            entry[QStringLiteral("location")] = location;
            entry[QStringLiteral("locationType")] = QStringLiteral("header");
        }
        error[QStringLiteral("errors")] = QJsonArray{entry};
    }
    if (!rpcStatus.isEmpty())
        error[QStringLiteral("status")] = rpcStatus;
    if (!details.isEmpty())
        error[QStringLiteral("details")] = details;
    return HttpReply::json({{QStringLiteral("error"), error}}, status);
}

tl::unexpected<ApiError> notFound(const QString &relativePath)
{
    return refuse(404, QStringLiteral("notFound"), QStringLiteral("The resource '%1' was not found").arg(relativePath));
}

tl::unexpected<ApiError> invalidField(const QString &field, const QString &value, const QString &why)
{
    return refuse(400, QStringLiteral("invalid"),
                  QStringLiteral("Invalid value for field '%1': '%2'. %3").arg(field, value, why).trimmed());
}

tl::unexpected<ApiError> missingField(const QString &field)
{
    return refuse(400, QStringLiteral("required"), QStringLiteral("Required field '%1' not specified").arg(field));
}

QJsonObject errorInfo(const QString &reason, const QJsonObject &metadata, const QString &domain)
{
    return {{QStringLiteral("@type"), QStringLiteral("type.googleapis.com/google.rpc.ErrorInfo")},
            {QStringLiteral("reason"), reason},
            {QStringLiteral("domain"), domain},
            {QStringLiteral("metadata"), metadata}};
}

ApiError unauthenticated(bool tokenWasSent)
{
    ApiError error;
    error.status = 401;
    error.reason = tokenWasSent ? QStringLiteral("authError") : QStringLiteral("required");
    error.message = tokenWasSent
        ? QStringLiteral("Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or "
                         "other valid authentication credential.")
        : QStringLiteral("Request is missing required authentication credential. Expected OAuth 2 access token, login "
                         "cookie or other valid authentication credential.");
    error.location = QStringLiteral("Authorization");
    error.rpcStatus = QStringLiteral("UNAUTHENTICATED");
    error.details = {errorInfo(tokenWasSent ? QStringLiteral("ACCESS_TOKEN_EXPIRED") : QStringLiteral("CREDENTIALS_MISSING"),
                               {{QStringLiteral("service"), QStringLiteral("compute.googleapis.com")}})};
    return error;
}

ApiError forbidden(const QString &permission, const QString &resource)
{
    ApiError error;
    error.status = 403;
    error.reason = QStringLiteral("forbidden");
    error.message = QStringLiteral("Required '%1' permission for '%2'").arg(permission, resource);
    return error;
}

ApiError rateLimited(const QString &projectNumber)
{
    ApiError error;
    error.status = 403;
    error.reason = QStringLiteral("rateLimitExceeded");
    error.domain = QStringLiteral("usageLimits");
    error.message = QStringLiteral("Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service "
                                   "'compute.googleapis.com' for consumer 'project_number:%1'.").arg(projectNumber);
    error.rpcStatus = QStringLiteral("PERMISSION_DENIED");
    error.details = {errorInfo(QStringLiteral("RATE_LIMIT_EXCEEDED"),
                               {{QStringLiteral("service"), QStringLiteral("compute.googleapis.com")},
                                {QStringLiteral("consumer"), QStringLiteral("projects/") + projectNumber},
                                {QStringLiteral("quota_limit"), QStringLiteral("defaultPerMinutePerProject")}})};
    return error;
}

ApiError unavailable()
{
    ApiError error;
    error.status = 503;
    error.reason = QStringLiteral("backendError");
    error.message = QStringLiteral("Service is temporarily unavailable. Please try again.");
    error.rpcStatus = QStringLiteral("UNAVAILABLE");
    return error;
}

ApiError unknownPath(const QByteArray &target)
{
    ApiError error;
    error.status = 404;
    error.html = true;
    const qsizetype question = target.indexOf('?');
    error.message = QStringLiteral("The requested URL %1 was not found on this server.")
                        .arg(QString::fromLatin1(question < 0 ? target : target.left(question)));
    return error;
}

} // namespace nimbook::sandbox
