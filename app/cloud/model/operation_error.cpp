// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/operation.h"

#include <QCoreApplication>

namespace nimbook::cloud {

namespace {

struct OperationErrorText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::OperationErrorText)
};

ErrorKind kindOfCode(const QString &code)
{
    struct Row {
        QLatin1String code;
        ErrorKind kind;
    };
    static const Row rows[] = {
        {QLatin1String("CONDITION_NOT_MET"), ErrorKind::Conflict},
        {QLatin1String("RESOURCE_NOT_READY"), ErrorKind::WrongState},
        {QLatin1String("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE"), ErrorKind::WrongState},
        {QLatin1String("RESOURCE_NOT_FOUND"), ErrorKind::NotFound},
        {QLatin1String("NOT_FOUND"), ErrorKind::NotFound},
        {QLatin1String("RESOURCE_ALREADY_EXISTS"), ErrorKind::AlreadyExists},
        {QLatin1String("ALREADY_EXISTS"), ErrorKind::AlreadyExists},
        {QLatin1String("PERMISSION_DENIED"), ErrorKind::PermissionDenied},
        {QLatin1String("PERMISSIONS_ERROR"), ErrorKind::PermissionDenied},
        {QLatin1String("FORBIDDEN"), ErrorKind::PermissionDenied},
        {QLatin1String("RATE_LIMIT_EXCEEDED"), ErrorKind::RateLimited},
        {QLatin1String("CONCURRENT_OPERATIONS_QUOTA_EXCEEDED"), ErrorKind::RateLimited},
        {QLatin1String("UNSUPPORTED_OPERATION"), ErrorKind::Unsupported},
        {QLatin1String("INTERNAL_ERROR"), ErrorKind::ServerError},
    };
    for (const Row &row : rows) {
        if (code == row.code)
            return row.kind;
    }
    if (code.contains(QLatin1String("RESOURCE_POOL_EXHAUSTED")))
        return ErrorKind::StockOut;
    if (code.contains(QLatin1String("QUOTA")))
        return ErrorKind::QuotaExceeded;
    if (code.startsWith(QLatin1String("INVALID")) || code == QLatin1String("BAD_REQUEST"))
        return ErrorKind::InvalidInput;
    return ErrorKind::Internal; // means: not known by its code
}

ErrorKind kindOfStatus(int httpStatus)
{
    switch (httpStatus) {
    case 400: return ErrorKind::InvalidInput;
    case 403: return ErrorKind::PermissionDenied;
    case 404: return ErrorKind::NotFound;
    case 409: return ErrorKind::AlreadyExists;
    case 412: return ErrorKind::Conflict;
    case 429: return ErrorKind::RateLimited;
    default: return ErrorKind::ServerError;
    }
}

ErrorKind kindOfOperation(const Operation &operation, const Operation::Problem &problem)
{
    // A stale fingerprint comes back as HTTP 412 or, on other days, as a finished operation that carries only this text.
    if (problem.message.contains(QLatin1String("fingerprint does not match"), Qt::CaseInsensitive))
        return ErrorKind::Conflict;
    const ErrorKind kind = kindOfCode(problem.code);
    return kind == ErrorKind::Internal ? kindOfStatus(operation.httpErrorStatusCode) : kind;
}

QString nextStepOfStockOut(const Operation::Problem &problem)
{
    if (problem.zonesAvailable.isEmpty())
        return OperationErrorText::tr("Try another zone, another GPU, or the same again later.");
    QString zones = problem.zonesAvailable;
    zones.replace(QLatin1Char(','), QLatin1String(", "));
    return OperationErrorText::tr("There is room in %1: try one of these zones.").arg(zones);
}

QString nextStepOfQuota(const Operation::Problem &problem)
{
    const bool everywhere = problem.message.contains(QLatin1String("ALL_REGIONS")) || problem.message.contains(QLatin1String("globally"));
    return everywhere ? OperationErrorText::tr("This quota counts over all regions: delete machines that are not needed, or ask for more quota in the Google Cloud console.")
                      : OperationErrorText::tr("Try another region, delete machines that are not needed, or ask for more quota in the Google Cloud console.");
}

QString nextStepOfKind(ErrorKind kind, const Operation::Problem &problem)
{
    switch (kind) {
    case ErrorKind::StockOut: return nextStepOfStockOut(problem);
    case ErrorKind::QuotaExceeded: return nextStepOfQuota(problem);
    case ErrorKind::Conflict: return OperationErrorText::tr("Somebody else changed it at the same time: try again.");
    case ErrorKind::WrongState: return OperationErrorText::tr("Wait until the machine has reached the state it needs, then try again.");
    case ErrorKind::NotFound: return OperationErrorText::tr("It may have been deleted meanwhile: refresh the list.");
    case ErrorKind::AlreadyExists: return OperationErrorText::tr("Choose another name; a disk of that name may have been left behind.");
    case ErrorKind::PermissionDenied: return OperationErrorText::tr("Ask an owner of the project for a role that allows it.");
    case ErrorKind::InvalidInput: return OperationErrorText::tr("Change what the message names, then try again.");
    case ErrorKind::RateLimited:
    case ErrorKind::ServerError: return OperationErrorText::tr("Try again in some minutes.");
    case ErrorKind::Unsupported: return OperationErrorText::tr("Try another zone or another kind of machine.");
    default: return {};
    }
}

} // namespace

Error errorFromOperation(const Operation &operation, const QString &purpose)
{
    Operation::Problem problem;
    if (!operation.problems.isEmpty())
        problem = operation.problems.first();
    QString sentence = problem.message;
    if (sentence.isEmpty())
        sentence = operation.httpErrorMessage.isEmpty() ? problem.code : operation.httpErrorMessage;
    if (!problem.code.isEmpty() && sentence != problem.code)
        sentence += QStringLiteral(" (%1)").arg(problem.code);

    Error error;
    error.kind = kindOfOperation(operation, problem);
    error.message = OperationErrorText::tr("Could not %1: %2").arg(purpose, sentence);
    error.nextStep = nextStepOfKind(error.kind, problem);
    QStringList lines{QStringLiteral("operation %1 (%2), HTTP %3 %4").arg(operation.name, operation.type)
                          .arg(operation.httpErrorStatusCode).arg(operation.httpErrorMessage)};
    for (const auto &each : operation.problems)
        lines.append(each.code + QLatin1String(": ") + each.message);
    error.detail = lines.join(QLatin1Char('\n'));
    return error;
}

} // namespace nimbook::cloud
