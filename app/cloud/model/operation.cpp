// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/operation.h"

#include "cloud/model/catalog.h"
#include "cloud/model/json_reading.h"

namespace nimbook::cloud {

namespace {

Operation::Status statusFrom(const QString &text)
{
    if (text == QLatin1String("DONE"))
        return Operation::Status::Done;
    return text == QLatin1String("RUNNING") ? Operation::Status::Running : Operation::Status::Pending;
}

Operation::Problem problemFrom(const QJsonObject &json)
{
    Operation::Problem problem;
    problem.code = json.value(QStringLiteral("code")).toString();
    problem.message = json.value(QStringLiteral("message")).toString();
    const QJsonArray details = json.value(QStringLiteral("errorDetails")).toArray();
    for (const QJsonValue &value : details) {
        const QJsonObject detail = value.toObject();
        // The localized sentence names machine type and GPU; the plain one says NULL:0/NULL:0.
        const QString localized = detail.value(QStringLiteral("localizedMessage")).toObject().value(QStringLiteral("message")).toString();
        if (!localized.isEmpty())
            problem.message = localized;
        const QJsonObject info = detail.value(QStringLiteral("errorInfo")).toObject();
        const QString zones = info.value(QStringLiteral("metadatas")).toObject().value(QStringLiteral("zonesAvailable")).toString();
        if (!zones.isEmpty())
            problem.zonesAvailable = zones;
    }
    return problem;
}

QList<Operation::Problem> problemsFrom(const QJsonArray &items)
{
    QList<Operation::Problem> problems;
    for (const QJsonValue &value : items)
        problems.append(problemFrom(value.toObject()));
    return problems;
}

} // namespace

Operation Operation::fromJson(const QJsonObject &json)
{
    Operation operation;
    operation.name = json.value(QStringLiteral("name")).toString();
    operation.type = json.value(QStringLiteral("operationType")).toString();
    operation.status = statusFrom(json.value(QStringLiteral("status")).toString());
    operation.progress = json.value(QStringLiteral("progress")).toInt();
    operation.zone = resourceName(json.value(QStringLiteral("zone")).toString());
    operation.region = resourceName(json.value(QStringLiteral("region")).toString());
    operation.targetName = resourceName(json.value(QStringLiteral("targetLink")).toString());
    operation.statusMessage = json.value(QStringLiteral("statusMessage")).toString();
    const QJsonObject error = json.value(QStringLiteral("error")).toObject();
    operation.problems = problemsFrom(error.value(QStringLiteral("errors")).toArray());
    operation.warnings = problemsFrom(json.value(QStringLiteral("warnings")).toArray());
    operation.httpErrorStatusCode = json.value(QStringLiteral("httpErrorStatusCode")).toInt();
    operation.httpErrorMessage = json.value(QStringLiteral("httpErrorMessage")).toString();
    return operation;
}

} // namespace nimbook::cloud
