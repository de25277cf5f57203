// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/api_front.h"

#include "sandbox/api/billing_methods.h"
#include "sandbox/api/catalogue.h"
#include "sandbox/api/catalogue_methods.h"
#include "sandbox/api/disk_methods.h"
#include "sandbox/api/faults.h"
#include "sandbox/api/field_mask.h"
#include "sandbox/api/instance_methods.h"
#include "sandbox/api/operation_methods.h"
#include "sandbox/api/operations.h"
#include "sandbox/api/os_login_methods.h"
#include "sandbox/api/project_methods.h"
#include "sandbox/api/service_methods.h"
#include "sandbox/api/token_endpoint.h"

#include <QJsonDocument>
#include <QUuid>

namespace nimbook::sandbox {

namespace {

/// "compute.instances.insert" → "compute.instances.create": IAM's word for the method.
QString permissionFor(QString method)
{
    method.replace(QLatin1String(".aggregatedList"), QLatin1String(".list"));
    method.replace(QLatin1String(".insert"), QLatin1String(".create"));
    return method;
}

/// These have no request body in the discovery document; whatever is sent along is ignored (Libcloud sends a word).
bool takesBody(const QString &method)
{
    static const QStringList without{QStringLiteral("start"), QStringLiteral("stop"), QStringLiteral("reset"), QStringLiteral("wait"),
                                     QStringLiteral("setDeletionProtection")};
    return !without.contains(method.section(QLatin1Char('.'), -1));
}

ApiError invalidJson()
{
    ApiError error;
    error.status = 400;
    error.reason = QStringLiteral("parseError");
    error.message = QStringLiteral("Invalid JSON payload received. Unexpected token.");
    error.rpcStatus = QStringLiteral("INVALID_ARGUMENT");
    return error;
}

} // namespace

ApiFront::ApiFront(const Services &services, const TokenEndpoint &tokens) : m_services(services), m_tokens(tokens)
{
    m_router.setPrefix(QStringLiteral("compute/v1"));
    addCatalogueMethods(m_router, m_services);
    addInstanceMethods(m_router, m_services);
    addGuestMethods(m_router, m_services);
    addDiskMethods(m_router, m_services);
    addOperationMethods(m_router, m_services);
    addComputeProjectMethods(m_router, m_services);
    addResourceManagerMethods(m_router, m_services);
    addServiceMethods(m_router, m_services);
    addBillingMethods(m_router, m_services);
    addOsLoginMethods(m_router, m_services);
}

void ApiFront::handle(const HttpRequest &request, const ReplyHandler &reply)
{
    const auto match = m_router.find(request.method, request.segments);
    if (!match) {
        reply(unknownPath(request.target).reply());
        return;
    }
    Call call{request, match->path, {}, m_tokens.accountFor(request.header("authorization")), match->route->id};
    if (const auto refused = refusal(call)) {
        reply(refused->reply());
        return;
    }
    const auto id = requestId(request);
    if (!id) {
        reply(id.error().reply());
        return;
    }
    const bool cut = m_services.faults.take(QStringLiteral("lost-answer"), call.method);
    const auto send = [reply, cut](HttpReply answer) {
        answer.cut = cut;
        reply(std::move(answer));
    };
    if (!id->isEmpty()) {
        const auto earlier = m_services.operations.earlier(call.project(), *id);
        if (earlier && !earlier->isEmpty()) {
            send(shown(request, *earlier));
            return;
        }
    }
    if ((request.method == "POST" || request.method == "PATCH") && takesBody(call.method) && !request.body.trimmed().isEmpty()) {
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(request.body, &error);
        if (error.error != QJsonParseError::NoError || !document.isObject()) {
            send(invalidJson().reply());
            return;
        }
        call.body = document.object();
    }
    const Services &services = m_services;
    match->route->method(call, [send, request, id = *id, services, project = call.project()](const ApiResult &result) {
        const bool isOperation = result && result->value(QLatin1String("kind")).toString() == QLatin1String("compute#operation");
        if (isOperation && !id.isEmpty())
            services.operations.remember(project, id, *result);
        send(shown(request, result));
    });
}

std::optional<ApiError> ApiFront::refusal(const Call &call) const
{
    FaultBook &faults = m_services.faults;
    if (faults.take(QStringLiteral("unavailable"), call.method))
        return unavailable();
    if (call.account.isEmpty())
        return unauthenticated(!call.request.header("authorization").isEmpty());
    if (faults.take(QStringLiteral("unauthorized"), call.method))
        return unauthenticated(true);
    if (const auto refused = permissionRefusal(call))
        return refused;
    if (faults.take(QStringLiteral("rate-limit"), call.method))
        return rateLimited(m_services.store.settings(QStringLiteral("projects")).value(call.project()).toObject().value(QLatin1String("number")).toString());
    if (call.path.contains(QStringLiteral("zone"))) {
        const bool getsTheZone = call.method == QLatin1String("compute.zones.get"); // there, a missing zone is a 404 of its own
        if (!getsTheZone && !m_services.catalogue.zones().contains(call.zone()))
            return invalidField(QStringLiteral("zone"), call.zone(), QStringLiteral("Unknown zone.")).value();
        if (faults.valuesOf(QStringLiteral("unreachable-zone")).contains(call.zone()))
            return unavailable();
    }
    if (call.path.contains(QStringLiteral("region")) && call.method != QLatin1String("compute.regions.get")
        && !m_services.catalogue.regions().contains(call.region()))
        return invalidField(QStringLiteral("region"), call.region(), QStringLiteral("Unknown region.")).value();
    return {};
}

std::optional<ApiError> ApiFront::permissionRefusal(const Call &call) const
{
    const bool forbiddenNow = m_services.faults.take(QStringLiteral("forbidden"), call.method);
    if (call.project().isEmpty()) { // Resource Manager
        if (!forbiddenNow)
            return {};
        ApiError error;
        error.status = 403;
        error.rpcStatus = QStringLiteral("PERMISSION_DENIED");
        error.message = QStringLiteral("The caller does not have permission");
        return error;
    }
    const bool publicImages = m_services.catalogue.isImageProject(call.project()) && call.method.startsWith(QLatin1String("compute.images."));
    if (m_services.faults.valuesOf(QStringLiteral("disabled-api")).contains(call.project())) {
        const QJsonObject project = m_services.store.settings(QStringLiteral("projects")).value(call.project()).toObject();
        return apiDisabled(call.project(), project.value(QLatin1String("number")).toString());
    }
    if (m_services.faults.valuesOf(QStringLiteral("missing-permission")).contains(permissionFor(call.method)))
        return forbidden(permissionFor(call.method), QStringLiteral("projects/") + call.project());
    const bool own = m_services.store.settings(QStringLiteral("projects")).contains(call.project());
    if (!forbiddenNow && (own || publicImages))
        return {};
    return forbidden(permissionFor(call.method), QStringLiteral("projects/") + call.project());
}

/// Source: Compute Engine REST reference, parameter requestId of every mutation: a valid UUID, the zero UUID is refused.
tl::expected<QString, ApiError> ApiFront::requestId(const HttpRequest &request)
{
    const QString text = request.parameter(QStringLiteral("requestId"));
    if (text.isEmpty())
        return QString();
    const QUuid uuid = QUuid::fromString(text);
    if (uuid.isNull() || uuid.toString(QUuid::WithoutBraces).compare(text, Qt::CaseInsensitive) != 0)
        return invalidField(QStringLiteral("requestId"), text, QStringLiteral("Must be a valid, non-zero UUID."));
    const QString path = request.segments.join(QLatin1Char('/'));
    return QStringLiteral("%1 %2 %3").arg(QString::fromLatin1(request.method), path, uuid.toString(QUuid::WithoutBraces));
}

HttpReply ApiFront::shown(const HttpRequest &request, const ApiResult &result)
{
    if (!result)
        return result.error().reply();
    const QString mask = request.parameter(QStringLiteral("fields"));
    if (mask.isEmpty())
        return HttpReply::json(*result);
    if (const auto part = applyFieldMask(*result, mask))
        return HttpReply::json(*part);
    ApiError error;
    error.status = 400;
    error.reason = QStringLiteral("invalidParameter");
    error.message = QStringLiteral("Invalid field selection %1").arg(mask);
    error.rpcStatus = QStringLiteral("INVALID_ARGUMENT");
    return error.reply();
}

} // namespace nimbook::sandbox
