// SPDX-License-Identifier: Apache-2.0
#include "net/google_error.h"

#include "net/google_fault.h"

#include <QCoreApplication>

namespace nimbook::net {

namespace {

struct GoogleErrorText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::net::GoogleErrorText)
};

/// Rate limits arrive as 403. "per day" is an allowance that waiting some seconds does not bring back.
bool isRateLimit(const GoogleFault &fault)
{
    if (fault.message.contains(QLatin1String("per day"), Qt::CaseInsensitive))
        return false;
    static const QStringList words{
        QStringLiteral("rateLimitExceeded"), QStringLiteral("userRateLimitExceeded"), QStringLiteral("RATE_LIMIT_EXCEEDED"),
        QStringLiteral("CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"), QStringLiteral("concurrentOperationsQuotaExceeded")};
    for (const QString &word : words) {
        if (fault.says(word))
            return true;
    }
    return fault.httpStatus == 429;
}

bool isQuota(const GoogleFault &fault)
{
    static const QStringList words{QStringLiteral("quotaExceeded"), QStringLiteral("QUOTA_EXCEEDED"), QStringLiteral("dailyLimitExceeded"),
                                   QStringLiteral("rateLimitExceeded"), QStringLiteral("RATE_LIMIT_EXCEEDED")};
    for (const QString &word : words) {
        if (fault.says(word))
            return true;
    }
    return fault.httpStatus == 429;
}

bool isDisabledApi(const GoogleFault &fault)
{
    return fault.says(QStringLiteral("accessNotConfigured")) || fault.says(QStringLiteral("SERVICE_DISABLED"));
}

bool isMissingScope(const GoogleFault &fault)
{
    return fault.says(QStringLiteral("insufficientPermissions")) || fault.says(QStringLiteral("ACCESS_TOKEN_SCOPE_INSUFFICIENT"));
}

bool isWrongState(const GoogleFault &fault)
{
    return fault.says(QStringLiteral("resourceNotReady")) || fault.says(QStringLiteral("resourceInUseByAnotherResource"))
        || fault.says(QStringLiteral("FAILED_PRECONDITION")) || fault.says(QStringLiteral("failedPrecondition"));
}

ErrorKind kindOf400(const GoogleFault &fault)
{
    if (fault.reason == QLatin1String("invalid_grant") || fault.reason == QLatin1String("invalid_client")
        || fault.reason == QLatin1String("unauthorized_client"))
        return ErrorKind::NotSignedIn;
    return isWrongState(fault) ? ErrorKind::WrongState : ErrorKind::InvalidInput;
}

ErrorKind kindOf403(const GoogleFault &fault)
{
    if (isRateLimit(fault))
        return ErrorKind::RateLimited;
    if (isQuota(fault))
        return ErrorKind::QuotaExceeded;
    if (isDisabledApi(fault))
        return ErrorKind::ApiDisabled;
    return ErrorKind::PermissionDenied;
}

ErrorKind kindOf(const GoogleFault &fault)
{
    const int status = fault.httpStatus;
    if (fault.isHtml && status < 500 && status != 407 && status != 408 && status != 429)
        return ErrorKind::Protocol; // not Google's own words, so its status means nothing about the project
    switch (status) {
    case 400: return kindOf400(fault);
    case 401: return ErrorKind::NotSignedIn;
    case 403: return kindOf403(fault);
    case 404: return ErrorKind::NotFound;
    case 407: return ErrorKind::Network;
    case 408: return ErrorKind::Timeout;
    case 409: return isWrongState(fault) ? ErrorKind::WrongState
                   : fault.says(QStringLiteral("ABORTED")) || fault.says(QStringLiteral("conflict")) ? ErrorKind::Conflict
                                                                                                      : ErrorKind::AlreadyExists;
    case 412: return ErrorKind::Conflict;
    case 413:
    case 422: return ErrorKind::InvalidInput;
    case 429: return isRateLimit(fault) ? ErrorKind::RateLimited : ErrorKind::QuotaExceeded;
    default: return status >= 500 ? ErrorKind::ServerError : ErrorKind::Protocol;
    }
}

QString nextStepOf403(const GoogleFault &fault)
{
    if (isMissingScope(fault))
        return GoogleErrorText::tr("Sign in again and allow access to Google Cloud; with gcloud: gcloud auth application-default login.");
    if (fault.says(QStringLiteral("USER_PROJECT_DENIED")))
        return GoogleErrorText::tr("Ask for the role “Service Usage Consumer” on the quota project, or remove quota_project_id from the credential file.");
    const QString permission = fault.missingPermission();
    if (permission.isEmpty())
        return GoogleErrorText::tr("Ask an owner of the project to give this account a role that allows it, for example “Compute Instance Admin (v1)”.");
    return GoogleErrorText::tr("Ask an owner of the project for a role with the permission %1.").arg(permission);
}

QString nextStepOfDisabledApi(const GoogleFault &fault)
{
    const QString api = fault.apiName().isEmpty() ? GoogleErrorText::tr("the API") : fault.apiName();
    if (fault.activationUrl().isEmpty())
        return GoogleErrorText::tr("Enable %1 in the Google Cloud console, wait some minutes, then try again.").arg(api);
    return GoogleErrorText::tr("Enable %1 at %2, wait some minutes, then try again.").arg(api, fault.activationUrl());
}

QString nextStepOf(ErrorKind kind, const GoogleFault &fault)
{
    switch (kind) {
    case ErrorKind::NotSignedIn: return GoogleErrorText::tr("Sign in again.");
    case ErrorKind::PermissionDenied: return nextStepOf403(fault);
    case ErrorKind::ApiDisabled: return nextStepOfDisabledApi(fault);
    case ErrorKind::NotFound: return GoogleErrorText::tr("It may have been deleted meanwhile: refresh, and check project, zone and name.");
    case ErrorKind::AlreadyExists: return GoogleErrorText::tr("Choose another name.");
    case ErrorKind::Conflict: return GoogleErrorText::tr("Somebody else changed it at the same time: refresh, then try again.");
    case ErrorKind::QuotaExceeded: return GoogleErrorText::tr("Use another region, free what is not needed, or ask for more quota in the Google Cloud console.");
    case ErrorKind::RateLimited: return GoogleErrorText::tr("Too many requests at once: try again in a minute.");
    case ErrorKind::WrongState: return GoogleErrorText::tr("Wait until the machine has reached the state it needs, then try again.");
    case ErrorKind::ServerError: return GoogleErrorText::tr("The fault is on the other side: try again in some minutes.");
    case ErrorKind::Timeout: return GoogleErrorText::tr("Try again.");
    case ErrorKind::Network: return GoogleErrorText::tr("Check the proxy in the system's network settings.");
    case ErrorKind::InvalidInput: return GoogleErrorText::tr("Change what the message names, then try again.");
    case ErrorKind::Protocol: return GoogleErrorText::tr("A proxy or a log-in page of this network may stand in between: open a page in a browser, then try again.");
    default: return {};
    }
}

QString answerOf(const GoogleFault &fault)
{
    if (!fault.message.isEmpty())
        return fault.message;
    if (fault.isHtml)
        return GoogleErrorText::tr("a web page came back instead of an answer (HTTP %1).").arg(fault.httpStatus);
    return GoogleErrorText::tr("the server answered HTTP %1 without a reason.").arg(fault.httpStatus);
}

} // namespace

Error errorFromResponse(const HttpResponse &response, const QString &purpose)
{
    const GoogleFault fault = parseGoogleFault(response);
    Error error;
    error.kind = kindOf(fault);
    error.message = purpose.isEmpty() ? answerOf(fault) : GoogleErrorText::tr("Could not %1: %2").arg(purpose, answerOf(fault));
    error.nextStep = nextStepOf(error.kind, fault);
    QStringList words{fault.reason, fault.statusWord, fault.infoReason};
    words.removeAll(QString());
    error.detail = QStringLiteral("HTTP %1 %2\n%3").arg(response.status).arg(words.join(QLatin1Char('/')),
                                                                         QString::fromUtf8(response.body.left(4000)));
    error.retryAfter = retryAfterOf(response, QDateTime::currentDateTimeUtc());
    return error;
}

} // namespace nimbook::net
