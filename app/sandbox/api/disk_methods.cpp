// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/disk_methods.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/disk_request.h"
#include "sandbox/api/faults.h"
#include "sandbox/api/google_words.h"
#include "sandbox/api/instance_life.h"
#include "sandbox/api/list_answer.h"
#include "sandbox/api/metadata_rules.h"
#include "sandbox/api/quota_ledger.h"

namespace nimbook::sandbox {

using namespace std::chrono_literals;

namespace {

const QString disks = QStringLiteral("disks");

ResourcePath diskPath(const Call &call)
{
    return {call.project(), call.scope(), disks, call.path.value(QStringLiteral("disk"), call.path.value(QStringLiteral("resource")))};
}

ApiResult insertDisk(const Services &services, const Call &call)
{
    QString image = call.request.parameter(QStringLiteral("sourceImage"));
    if (image.isEmpty())
        image = call.body.value(QLatin1String("sourceImage")).toString();
    auto disk = makeDisk(call, services, {call.body.value(QLatin1String("name")).toString(), call.body.value(QLatin1String("type")).toString(), image,
                                          int64Text(call.body.value(QLatin1String("sizeGb"))), call.body.value(QLatin1String("labels")).toObject(),
                                          QStringLiteral("resource")});
    if (!disk)
        return tl::unexpected(disk.error());
    const ResourcePath path{call.project(), call.scope(), disks, disk->value(QLatin1String("name")).toString()};
    QuotaDemand demand;
    QuotaLedger::addDisk(demand, *disk);
    const auto shortage = services.quotas.shortage(call.project(), regionOfZone(call.zone()), demand);
    (*disk)[QStringLiteral("status")] = QStringLiteral("CREATING");
    services.store.put(path, *disk);
    OperationPlan plan = services.life.plan(call, "insert", path, 300ms);
    plan.ending = [services, path, shortage](const OperationPlan::Finish &finish) {
        if (shortage)
            services.store.remove(path);
        else
            services.store.update(path, {{QStringLiteral("status"), QStringLiteral("READY")}});
        finish(shortage);
    };
    return services.operations.begin(std::move(plan));
}

ApiResult deleteDisk(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &disk)
{
    if (disk.contains(QLatin1String("users")))
        return refuse(400, QStringLiteral("resourceInUseByAnotherResource"),
                      QStringLiteral("The disk resource '%1' is already being used by '%2'")
                          .arg(path.toString(), relativePath(disk.value(QLatin1String("users")).toArray().first().toString(), call.project())));
    OperationPlan plan = services.life.plan(call, "delete", path, 300ms);
    plan.ending = [services, path](const OperationPlan::Finish &finish) {
        services.store.remove(path);
        finish({});
    };
    return services.operations.begin(std::move(plan));
}

ApiResult resizeDisk(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &disk)
{
    const QString wanted = int64Text(call.body.value(QLatin1String("sizeGb")));
    if (wanted.toLongLong() < disk.value(QLatin1String("sizeGb")).toString().toLongLong())
        return invalidField(QStringLiteral("sizeGb"), wanted, QStringLiteral("Disk cannot be shrunk."));
    OperationPlan plan = services.life.plan(call, "resizeDisk", path, 300ms);
    plan.ending = [services, path, wanted](const OperationPlan::Finish &finish) {
        services.store.update(path, {{QStringLiteral("sizeGb"), wanted}});
        finish({});
    };
    return services.operations.begin(std::move(plan));
}

ApiResult setDiskLabels(const Services &services, const Call &call, const ResourcePath &path, const QJsonObject &disk)
{
    const QJsonObject labels = call.body.value(QLatin1String("labels")).toObject();
    if (const auto refusal = checkLabels(labels, QStringLiteral("labels")))
        return tl::unexpected(*refusal);
    if (disk.value(QLatin1String("labelFingerprint")) != call.body.value(QLatin1String("labelFingerprint")))
        return staleFingerprint(QStringLiteral("labels"));
    OperationPlan plan = services.life.plan(call, "setLabels", path, 200ms);
    plan.ending = [services, path, labels](const OperationPlan::Finish &finish) {
        services.store.update(path, {{QStringLiteral("labels"), labels.isEmpty() ? QJsonValue() : QJsonValue(labels)},
                                     {QStringLiteral("labelFingerprint"), labelFingerprint(labels)}});
        finish({});
    };
    return services.operations.begin(std::move(plan));
}

} // namespace

void addDiskMethods(Router &router, const Services &services)
{
    router.add("GET", "projects/{project}/zones/{zone}/disks", "compute.disks.list", [services](const Call &call) {
        return answerList(call, {QStringLiteral("compute#diskList"), disks, QStringLiteral("projects/%1/%2/disks").arg(call.project(), call.scope())},
                          services.store.all(call.project(), call.scope(), disks).values());
    });
    router.add("GET", "projects/{project}/aggregated/disks", "compute.disks.aggregatedList", [services](const Call &call) {
        QMap<QString, QList<QJsonObject>> all;
        const auto scopes = services.store.inEveryScope(call.project(), disks);
        for (auto it = scopes.begin(); it != scopes.end(); ++it)
            all.insert(it.key(), it.value().values());
        QStringList unreachable;
        for (const QString &zone : services.faults.valuesOf(QStringLiteral("unreachable-zone")))
            unreachable << QStringLiteral("zones/") + zone;
        return answerAggregatedList(call, {QStringLiteral("compute#diskAggregatedList"), disks, QStringLiteral("projects/%1/aggregated/disks").arg(call.project())},
                                    services.catalogue.allScopes(), all, unreachable);
    });
    router.add("POST", "projects/{project}/zones/{zone}/disks", "compute.disks.insert", [services](const Call &call) { return insertDisk(services, call); });
    const auto onDisk = [services](auto method) {
        return [services, method](const Call &call) -> ApiResult {
            const ResourcePath path = diskPath(call);
            if (!services.store.contains(path))
                return notFound(path.toString());
            return method(services, call, path, services.store.get(path));
        };
    };
    router.add("GET", "projects/{project}/zones/{zone}/disks/{disk}", "compute.disks.get",
               onDisk([](const Services &, const Call &, const ResourcePath &, const QJsonObject &disk) -> ApiResult { return ResourceStore::published(disk); }));
    router.add("DELETE", "projects/{project}/zones/{zone}/disks/{disk}", "compute.disks.delete", onDisk(deleteDisk));
    router.add("POST", "projects/{project}/zones/{zone}/disks/{disk}/resize", "compute.disks.resize", onDisk(resizeDisk));
    router.add("POST", "projects/{project}/zones/{zone}/disks/{resource}/setLabels", "compute.disks.setLabels", onDisk(setDiskLabels));
}

} // namespace nimbook::sandbox
