// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/catalogue_methods.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/list_answer.h"
#include "sandbox/api/network_plan.h"
#include "sandbox/api/quota_ledger.h"

namespace nimbook::sandbox {

namespace {

using Items = std::function<QList<QJsonObject>(const Call &)>;

/// list and get of one collection. \a collection: "machineTypes"; \a single: "machineType"; \a in: the path before it.
void addCollection(Router &router, const char *in, const char *collection, const char *single, Items items)
{
    const QString path = QStringLiteral("%1/%2").arg(QLatin1String(in), QLatin1String(collection));
    const QString kind = QStringLiteral("compute#%1List").arg(QLatin1String(single));
    const auto shown = [](const Call &call, const QString &pattern) {
        QString text = pattern;
        for (auto it = call.path.begin(); it != call.path.end(); ++it)
            text.replace(QLatin1Char('{') + it.key() + QLatin1Char('}'), it.value());
        return text;
    };
    router.add("GET", path.toLatin1(), QStringLiteral("compute.%1.list").arg(QLatin1String(collection)).toLatin1(),
               [=](const Call &call) { return answerList(call, {kind, QLatin1String(collection), shown(call, path)}, items(call)); });
    const QString one = QStringLiteral("%1/{%2}").arg(path, QLatin1String(single));
    router.add("GET", one.toLatin1(), QStringLiteral("compute.%1.get").arg(QLatin1String(collection)).toLatin1(),
               [=](const Call &call) -> ApiResult {
                   if (auto found = Catalogue::named(items(call), call.path.value(QLatin1String(single))))
                       return *found;
                   return notFound(shown(call, one));
               });
}

void addAggregated(Router &router, const char *collection, const char *single, const Services &services,
                   std::function<QList<QJsonObject>(const QString &project, const QString &zone)> items)
{
    router.add("GET", QStringLiteral("projects/{project}/aggregated/%1").arg(QLatin1String(collection)).toLatin1(),
               QStringLiteral("compute.%1.aggregatedList").arg(QLatin1String(collection)).toLatin1(), [=](const Call &call) {
                   QMap<QString, QList<QJsonObject>> all;
                   for (const QString &zone : services.catalogue.zones()) {
                       const QList<QJsonObject> here = items(call.project(), zone);
                       if (!here.isEmpty())
                           all.insert(QStringLiteral("zones/") + zone, here);
                   }
                   return answerAggregatedList(call,
                                               {QStringLiteral("compute#%1AggregatedList").arg(QLatin1String(single)), QLatin1String(collection),
                                                QStringLiteral("projects/%1/aggregated/%2").arg(call.project(), QLatin1String(collection))},
                                               services.catalogue.allScopes(), all, {});
               });
}

} // namespace

void addCatalogueMethods(Router &router, const Services &services)
{
    constexpr auto inProject = "projects/{project}";
    constexpr auto inZone = "projects/{project}/zones/{zone}";
    constexpr auto inGlobal = "projects/{project}/global";
    addCollection(router, inProject, "zones", "zone", [services](const Call &call) {
        QList<QJsonObject> all;
        for (const QString &name : services.catalogue.zones())
            all.append(services.catalogue.zone(call.project(), name));
        return all;
    });
    addCollection(router, inProject, "regions", "region", [services](const Call &call) {
        QList<QJsonObject> all;
        for (const QString &name : services.catalogue.regions()) {
            if (call.region().isEmpty() || call.region() == name)
                all.append(services.catalogue.region(call.project(), name, services.quotas.regionUsage(call.project(), name)));
        }
        return all;
    });
    addCollection(router, inZone, "machineTypes", "machineType", [services](const Call &call) { return services.catalogue.machineTypes(call.project(), call.zone()); });
    addCollection(router, inZone, "acceleratorTypes", "acceleratorType",
                  [services](const Call &call) { return services.catalogue.acceleratorTypes(call.project(), call.zone()); });
    addCollection(router, inZone, "diskTypes", "diskType", [services](const Call &call) { return services.catalogue.diskTypes(call.project(), call.zone()); });
    addAggregated(router, "machineTypes", "machineType", services,
                  [services](const QString &project, const QString &zone) { return services.catalogue.machineTypes(project, zone); });
    addAggregated(router, "acceleratorTypes", "acceleratorType", services,
                  [services](const QString &project, const QString &zone) { return services.catalogue.acceleratorTypes(project, zone); });
    addCollection(router, inGlobal, "images", "image", [services](const Call &call) { return services.catalogue.images(call.project()); });
    router.add("GET", "projects/{project}/global/images/family/{family}", "compute.images.getFromFamily", [services](const Call &call) -> ApiResult {
        const QString family = call.path.value(QStringLiteral("family"));
        if (auto image = services.catalogue.imageOfFamily(call.project(), family))
            return *image;
        return notFound(QStringLiteral("projects/%1/global/images/family/%2").arg(call.project(), family));
    });
    addCollection(router, inGlobal, "networks", "network", [services](const Call &call) -> QList<QJsonObject> { return {defaultNetwork(call.project(), services)}; });
    addCollection(router, inGlobal, "firewalls", "firewall", [](const Call &call) { return defaultFirewalls(call.project()); });
    addCollection(router, "projects/{project}/regions/{region}", "subnetworks", "subnetwork",
                  [services](const Call &call) -> QList<QJsonObject> { return {defaultSubnetwork(call.project(), call.region(), services)}; });
}

} // namespace nimbook::sandbox
