// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/instance_methods.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/faults.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/instance_life.h"
#include "sandbox/api/list_answer.h"
#include "sandbox/api/metadata_rules.h"

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

ResourcePath instancePath(const Call &call)
{
    // Some methods name the placeholder {resource}: setDeletionProtection, testIamPermissions.
    const QString name = call.path.value(QStringLiteral("instance"), call.path.value(QStringLiteral("resource")));
    return {call.project(), call.scope(), QStringLiteral("instances"), name};
}

using InstanceMethod = std::function<ApiResult(const Call &, const ResourcePath &, const QJsonObject &instance)>;

/// 404 where there is no such instance.
Router::Method onInstance(const Services &services, InstanceMethod method)
{
    return [services, method = std::move(method)](const Call &call) -> ApiResult {
        const ResourcePath path = instancePath(call);
        if (!services.store.contains(path))
            return notFound(path.toString());
        return method(call, path, services.store.get(path));
    };
}

QString currentStatus(const QJsonObject &instance)
{
    return instance.value(QLatin1String("status")).toString();
}

tl::unexpected<ApiError> notReady(const ResourcePath &path)
{
    return refuse(400, QStringLiteral("resourceNotReady"), QStringLiteral("The resource '%1' is not ready").arg(path.toString()));
}

/// A change that takes effect when its operation ends; \a current and \a sent are the fingerprints that must agree,
/// now and then.
QJsonObject applyAtEnd(const Services &services, const Call &call, const ResourcePath &path, const char *type,
                       std::function<std::optional<OperationFault>()> change)
{
    OperationPlan plan = services.life.plan(call, type, path, 200ms);
    plan.ending = [change = std::move(change)](const OperationPlan::Finish &finish) { finish(change()); };
    return services.operations.begin(std::move(plan));
}

ApiResult setMetadata(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    if (const auto refusal = checkMetadata(call.body, QStringLiteral("metadata")))
        return tl::unexpected(*refusal);
    const QString sent = call.body.value(QLatin1String("fingerprint")).toString();
    const auto fresh = [sent](const QJsonObject &now) {
        return now.value(QLatin1String("metadata")).toObject().value(QLatin1String("fingerprint")).toString() == sent;
    };
    if (!fresh(instance))
        return staleFingerprint(QStringLiteral("metadata"));
    const QJsonObject metadata = metadataResource(call.body.value(QLatin1String("items")).toArray());
    return applyAtEnd(services, call, path, "setMetadata", [services, path, fresh, metadata]() -> std::optional<OperationFault> {
        if (!fresh(services.store.get(path)))
            return staleFault(QStringLiteral("metadata"));
        services.store.update(path, {{QStringLiteral("metadata"), metadata}});
        services.life.metadataChanged(path);
        return {};
    });
}

ApiResult setLabels(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    const QJsonObject labels = call.body.value(QLatin1String("labels")).toObject();
    if (const auto refusal = checkLabels(labels, QStringLiteral("labels")))
        return tl::unexpected(*refusal);
    const QString sent = call.body.value(QLatin1String("labelFingerprint")).toString();
    const auto fresh = [sent](const QJsonObject &now) { return now.value(QLatin1String("labelFingerprint")).toString() == sent; };
    if (!fresh(instance))
        return staleFingerprint(QStringLiteral("labels"));
    return applyAtEnd(services, call, path, "setLabels", [services, path, fresh, labels]() -> std::optional<OperationFault> {
        if (!fresh(services.store.get(path)))
            return staleFault(QStringLiteral("labels"));
        services.store.update(path, {{QStringLiteral("labels"), labels.isEmpty() ? QJsonValue() : QJsonValue(labels)},
                                     {QStringLiteral("labelFingerprint"), labelFingerprint(labels)}});
        return {};
    });
}

ApiResult setTags(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    if (instance.value(QLatin1String("tags")).toObject().value(QLatin1String("fingerprint")) != call.body.value(QLatin1String("fingerprint")))
        return staleFingerprint(QStringLiteral("tags"));
    const QJsonArray items = call.body.value(QLatin1String("items")).toArray();
    return applyAtEnd(services, call, path, "setTags", [services, path, items]() -> std::optional<OperationFault> {
        QJsonObject tags{{QStringLiteral("fingerprint"), fingerprint(QJsonObject{{QStringLiteral("tags"), items}})}};
        if (!items.isEmpty())
            tags[QStringLiteral("items")] = items;
        services.store.update(path, {{QStringLiteral("tags"), tags}});
        return {};
    });
}

ApiResult setMachineType(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    if (currentStatus(instance) != QLatin1String("TERMINATED"))
        return notReady(path);
    const QString wanted = call.body.value(QLatin1String("machineType")).toString();
    const auto type = Catalogue::named(services.catalogue.machineTypes(call.project(), call.zone()), lastSegment(wanted));
    if (!type)
        return invalidField(QStringLiteral("resource.machineType"), wanted,
                            QStringLiteral("Machine type with name '%1' does not exist in zone '%2'.").arg(lastSegment(wanted), call.zone()));
    if (const auto refusal = checkPairing(*type, instance.value(QLatin1String("guestAccelerators")).toArray(), services))
        return tl::unexpected(*refusal);
    return applyAtEnd(services, call, path, "setMachineType", [services, path, self = type->value(QLatin1String("selfLink"))]() -> std::optional<OperationFault> {
        services.store.update(path, {{QStringLiteral("machineType"), self}});
        return {};
    });
}

ApiResult setScheduling(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &instance)
{
    QJsonObject scheduling = instance.value(QLatin1String("scheduling")).toObject();
    for (auto it = call.body.begin(); it != call.body.end(); ++it)
        scheduling[it.key()] = it.value();
    if (instance.contains(QLatin1String("guestAccelerators")) && scheduling.value(QLatin1String("onHostMaintenance")).toString() != QLatin1String("TERMINATE"))
        return refuse(400, QStringLiteral("invalid"), QStringLiteral("Instances with guest accelerators do not support live migration."));
    return applyAtEnd(services, call, path, "setScheduling", [services, path, scheduling]() -> std::optional<OperationFault> {
        services.store.update(path, {{QStringLiteral("scheduling"), scheduling}});
        return {};
    });
}

} // namespace

void addInstanceMethods(Router &router, const Services &services)
{
    const auto shape = [](const Call &call, const QString &kind, const QString &scope) {
        return ListShape{kind, QStringLiteral("instances"), QStringLiteral("projects/%1/%2/instances").arg(call.project(), scope)};
    };
    router.add("GET", "projects/{project}/zones/{zone}/instances", "compute.instances.list", [services, shape](const Call &call) {
        return answerList(call, shape(call, QStringLiteral("compute#instanceList"), call.scope()),
                          services.store.all(call.project(), call.scope(), QStringLiteral("instances")).values());
    });
    router.add("GET", "projects/{project}/aggregated/instances", "compute.instances.aggregatedList", [services, shape](const Call &call) {
        QMap<QString, QList<QJsonObject>> all;
        const auto scopes = services.store.inEveryScope(call.project(), QStringLiteral("instances"));
        for (auto it = scopes.begin(); it != scopes.end(); ++it)
            all.insert(it.key(), it.value().values());
        QStringList unreachable;
        for (const QString &zone : services.faults.valuesOf(QStringLiteral("unreachable-zone")))
            unreachable << QStringLiteral("zones/") + zone;
        return answerAggregatedList(call, shape(call, QStringLiteral("compute#instanceAggregatedList"), QStringLiteral("aggregated")),
                                    services.catalogue.allScopes(), all, unreachable);
    });
    router.add("GET", "projects/{project}/zones/{zone}/instances/{instance}", "compute.instances.get",
               onInstance(services, [](const Call &, const ResourcePath &, const QJsonObject &instance) -> ApiResult {
                   return ResourceStore::published(instance);
               }));
    router.add("POST", "projects/{project}/zones/{zone}/instances", "compute.instances.insert", [services](const Call &call) -> ApiResult {
        const auto draft = checkInstance(call, services);
        if (!draft)
            return tl::unexpected(draft.error());
        return services.life.insert(call, *draft);
    });
    router.add("DELETE", "projects/{project}/zones/{zone}/instances/{instance}", "compute.instances.delete",
               onInstance(services, [services](const Call &call, const ResourcePath &path, const QJsonObject &instance) -> ApiResult {
                   if (instance.value(QLatin1String("deletionProtection")).toBool())
                       return refuse(400, QStringLiteral("invalidUsage"),
                                     QStringLiteral("Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion. Set "
                                                    "the deletionProtection field to false to allow deletion.'."));
                   return services.life.remove(call, path);
               }));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/start", "compute.instances.start",
               onInstance(services, [services](const Call &call, const ResourcePath &path, const QJsonObject &instance) -> ApiResult {
                   if (currentStatus(instance) != QLatin1String("TERMINATED") && currentStatus(instance) != QLatin1String("RUNNING"))
                       return notReady(path);
                   return services.life.start(call, path);
               }));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/stop", "compute.instances.stop",
               onInstance(services, [services](const Call &call, const ResourcePath &path, const QJsonObject &instance) -> ApiResult {
                   const QStringList allowed{QStringLiteral("RUNNING"), QStringLiteral("TERMINATED"), QStringLiteral("SUSPENDED")};
                   if (!allowed.contains(currentStatus(instance)))
                       return notReady(path);
                   return services.life.stop(call, path);
               }));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/reset", "compute.instances.reset",
               onInstance(services, [services](const Call &call, const ResourcePath &path, const QJsonObject &instance) -> ApiResult {
                   if (currentStatus(instance) != QLatin1String("RUNNING"))
                       return notReady(path);
                   return services.life.reset(call, path);
               }));
    const auto change = [services](auto method) {
        return onInstance(services, [services, method](const Call &call, const ResourcePath &path, const QJsonObject &instance) {
            return method(services, call, path, instance);
        });
    };
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/setMetadata", "compute.instances.setMetadata", change(setMetadata));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/setLabels", "compute.instances.setLabels", change(setLabels));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/setTags", "compute.instances.setTags", change(setTags));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/setMachineType", "compute.instances.setMachineType", change(setMachineType));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{instance}/setScheduling", "compute.instances.setScheduling", change(setScheduling));
    router.add("POST", "projects/{project}/zones/{zone}/instances/{resource}/setDeletionProtection", "compute.instances.setDeletionProtection",
               onInstance(services, [services](const Call &call, const ResourcePath &path, const QJsonObject &) -> ApiResult {
                   const bool wanted = call.request.parameter(QStringLiteral("deletionProtection")) != QLatin1String("false"); // default: true
                   return applyAtEnd(services, call, path, "setDeletionProtection", [services, path, wanted]() -> std::optional<OperationFault> {
                       services.store.update(path, {{QStringLiteral("deletionProtection"), wanted}});
                       return {};
                   });
               }));
}

} // namespace nimbook::sandbox
