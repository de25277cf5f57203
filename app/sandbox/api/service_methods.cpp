// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/service_methods.h"

#include "sandbox/api/faults.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/resource_store.h"

#include <QRegularExpression>

namespace nimbook::sandbox {

namespace {

const QString computeApi = QStringLiteral("compute.googleapis.com");
const QString disabledFault = QStringLiteral("disabled-api");

QJsonObject projectResource(const Services &services, const QString &project)
{
    return services.store.settings(QStringLiteral("projects")).value(project).toObject();
}

QJsonObject serviceResource(const Services &services, const QString &project, const QString &service)
{
    const bool off = service != computeApi || services.faults.valuesOf(disabledFault).contains(project);
    const QString parent = QStringLiteral("projects/") + projectResource(services, project).value(QLatin1String("number")).toString();
    return {{QStringLiteral("name"), QStringLiteral("%1/services/%2").arg(parent, service)},
            {QStringLiteral("parent"), parent},
            {QStringLiteral("config"), QJsonObject{{QStringLiteral("name"), service}, {QStringLiteral("title"), QStringLiteral("Compute Engine API")}}},
            {QStringLiteral("state"), off ? QStringLiteral("DISABLED") : QStringLiteral("ENABLED")}};
}

QString operationKey() { return QStringLiteral("serviceOperations"); }

ApiResult enable(const Services &services, const Call &call)
{
    const QString project = call.path.value(QStringLiteral("consumer"));
    const QString named = call.path.value(QStringLiteral("service"));
    const QString verb = QStringLiteral(":enable");
    if (!named.endsWith(verb))
        return refuseByStatus(404, QStringLiteral("NOT_FOUND"), QStringLiteral("Method not found."));
    const QString service = named.chopped(verb.size());
    if (service == computeApi)
        services.faults.removeValue(disabledFault, project);
    QJsonObject operations = services.store.settings(operationKey());
    const QString name = QStringLiteral("operations/acf.p2-%1-%2").arg(projectResource(services, project).value(QLatin1String("number")).toString(), newId());
    // Told as done at the second look.
    operations[name] = QJsonObject{{QStringLiteral("project"), project}, {QStringLiteral("service"), service}};
    services.store.setSettings(operationKey(), operations);
    return QJsonObject{{QStringLiteral("name"), name}};
}

ApiResult serviceOperation(const Services &services, const Call &call)
{
    const QString name = QStringLiteral("operations/") + call.path.value(QStringLiteral("operation"));
    const QJsonObject known = services.store.settings(operationKey()).value(name).toObject();
    if (known.isEmpty())
        return refuseByStatus(404, QStringLiteral("NOT_FOUND"), QStringLiteral("Operation not found."));
    return QJsonObject{{QStringLiteral("name"), name},
                       {QStringLiteral("done"), true},
                       {QStringLiteral("response"),
                        QJsonObject{{QStringLiteral("@type"), QStringLiteral("type.googleapis.com/google.api.serviceusage.v1.EnableServiceResponse")},
                                    {QStringLiteral("service"), serviceResource(services, known.value(QLatin1String("project")).toString(),
                                                                                known.value(QLatin1String("service")).toString())}}}};
}

ApiResult testIamPermissions(const Services &services, const Call &call)
{
    const QString named = call.path.value(QStringLiteral("resource"));
    const QString verb = QStringLiteral(":testIamPermissions");
    if (!named.endsWith(verb))
        return refuseByStatus(404, QStringLiteral("NOT_FOUND"), QStringLiteral("Method not found."));
    if (projectResource(services, named.chopped(verb.size())).isEmpty())
        return refuseByStatus(403, QStringLiteral("PERMISSION_DENIED"), QStringLiteral("The caller does not have permission"));
    static const QRegularExpression grammar(QStringLiteral("\\A[a-z]+\\.[A-Za-z]+\\.[A-Za-z]+\\z"));
    const QStringList missing = services.faults.valuesOf(QStringLiteral("missing-permission"));
    QJsonArray granted;
    const auto asked = call.body.value(QLatin1String("permissions")).toArray();
    for (const QJsonValue &permission : asked) {
        if (!grammar.match(permission.toString()).hasMatch())
            return refuseByStatus(400, QStringLiteral("INVALID_ARGUMENT"), QStringLiteral("Permission %1 is not valid for this resource.").arg(permission.toString()));
        if (!missing.contains(permission.toString()))
            granted.append(permission);
    }
    return granted.isEmpty() ? QJsonObject() : QJsonObject{{QStringLiteral("permissions"), granted}};
}

} // namespace

ApiError apiDisabled(const QString &project, const QString &projectNumber)
{
    ApiError error;
    error.status = 403;
    error.reason = QStringLiteral("accessNotConfigured");
    error.domain = QStringLiteral("usageLimits");
    const QString url = QStringLiteral("https://console.developers.google.com/apis/api/compute.googleapis.com/overview?project=") + project;
    error.message = QStringLiteral("Compute Engine API has not been used in project %1 before or it is disabled. Enable it by visiting %2 then "
                                   "retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.")
                        .arg(projectNumber, url);
    error.rpcStatus = QStringLiteral("PERMISSION_DENIED");
    error.details = {errorInfo(QStringLiteral("SERVICE_DISABLED"), {{QStringLiteral("service"), computeApi},
                                                                    {QStringLiteral("consumer"), QStringLiteral("projects/") + projectNumber},
                                                                    {QStringLiteral("activationUrl"), url}})};
    return error;
}

void addServiceMethods(Router &router, const Services &services)
{
    const auto onProject = [services](ApiResult (*method)(const Services &, const Call &)) {
        return [services, method](const Call &call) -> ApiResult {
            if (projectResource(services, call.path.value(QStringLiteral("consumer"))).isEmpty())
                return refuseByStatus(403, QStringLiteral("PERMISSION_DENIED"), QStringLiteral("Permission denied to get service."));
            return method(services, call);
        };
    };
    router.setPrefix(QStringLiteral("v1"));
    router.add("GET", "projects/{consumer}/services/{service}", "serviceusage.services.get", onProject([](const Services &all, const Call &call) -> ApiResult {
                   return serviceResource(all, call.path.value(QStringLiteral("consumer")), call.path.value(QStringLiteral("service")));
               }));
    router.add("POST", "projects/{consumer}/services/{service}", "serviceusage.services.enable", onProject(enable));
    router.add("GET", "operations/{operation}", "serviceusage.operations.get", [services](const Call &call) { return serviceOperation(services, call); });
    router.setPrefix(QStringLiteral("v3"));
    router.add("POST", "projects/{resource}", "cloudresourcemanager.projects.testIamPermissions",
               [services](const Call &call) { return testIamPermissions(services, call); });
}

} // namespace nimbook::sandbox
