// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/quota_ledger.h"

#include "sandbox/api/google_words.h"

namespace nimbook::sandbox {

namespace {

bool holdsComputing(const QString &status)
{
    return status != QLatin1String("TERMINATED") && status != QLatin1String("SUSPENDED");
}

} // namespace

QuotaDemand QuotaLedger::demandOf(const QString &project, const QString &zone, const QJsonObject &instance) const
{
    QuotaDemand demand;
    demand.region[QStringLiteral("INSTANCES")] = 1;
    if (!holdsComputing(instance.value(QLatin1String("status")).toString()))
        return demand;
    const auto type = Catalogue::named(m_catalogue->machineTypes(project, zone),
                                       lastSegment(instance.value(QLatin1String("machineType")).toString()));
    const double cpus = type ? type->value(QLatin1String("guestCpus")).toDouble() : 0;
    const bool spot = instance.value(QLatin1String("scheduling")).toObject().value(QLatin1String("provisioningModel")).toString()
        == QLatin1String("SPOT");
    // A preemptible quota counts only where it was granted; otherwise Spot machines use the ordinary one.
    const auto metricFor = [&](const QString &plain) {
        const QString preemptible = QStringLiteral("PREEMPTIBLE_") + plain;
        return spot && m_catalogue->regionLimit(preemptible) > 0 ? preemptible : plain;
    };
    demand.region[metricFor(QStringLiteral("CPUS"))] += cpus;
    demand.project[QStringLiteral("CPUS_ALL_REGIONS")] += cpus;
    for (const QJsonValue &value : instance.value(QLatin1String("guestAccelerators")).toArray()) {
        const double count = value.toObject().value(QLatin1String("acceleratorCount")).toDouble();
        const QString metric = m_catalogue->quotaMetricOf(lastSegment(value.toObject().value(QLatin1String("acceleratorType")).toString()));
        if (!metric.isEmpty())
            demand.region[metricFor(metric)] += count;
        demand.project[QStringLiteral("GPUS_ALL_REGIONS")] += count;
    }
    for (const QJsonValue &nic : instance.value(QLatin1String("networkInterfaces")).toArray())
        demand.region[QStringLiteral("IN_USE_ADDRESSES")] += double(nic.toObject().value(QLatin1String("accessConfigs")).toArray().size());
    return demand;
}

void QuotaLedger::addDisk(QuotaDemand &demand, const QJsonObject &disk)
{
    const bool standard = lastSegment(disk.value(QLatin1String("type")).toString()) == QLatin1String("pd-standard");
    demand.region[standard ? QStringLiteral("DISKS_TOTAL_GB") : QStringLiteral("SSD_TOTAL_GB")]
        += disk.value(QLatin1String("sizeGb")).toString().toDouble();
}

QMap<QString, double> QuotaLedger::regionUsage(const QString &project, const QString &region) const
{
    QMap<QString, double> usage;
    const auto add = [&usage](const QuotaDemand &demand) {
        for (auto it = demand.region.begin(); it != demand.region.end(); ++it)
            usage[it.key()] += it.value();
    };
    for (const QString &zone : m_catalogue->zonesOf(region)) {
        for (const QJsonObject &instance : m_store->all(project, QStringLiteral("zones/") + zone, QStringLiteral("instances"))) {
            if (!ResourceStore::privatePart(instance).value(QLatin1String("uncounted")).toBool())
                add(demandOf(project, zone, instance));
        }
        for (const QJsonObject &disk : m_store->all(project, QStringLiteral("zones/") + zone, QStringLiteral("disks"))) {
            QuotaDemand demand;
            if (!ResourceStore::privatePart(disk).value(QLatin1String("uncounted")).toBool())
                addDisk(demand, disk);
            add(demand);
        }
    }
    return usage;
}

QMap<QString, double> QuotaLedger::projectUsage(const QString &project) const
{
    QMap<QString, double> usage;
    const auto scopes = m_store->inEveryScope(project, QStringLiteral("instances"));
    for (auto scope = scopes.begin(); scope != scopes.end(); ++scope) {
        for (const QJsonObject &instance : scope.value()) {
            if (ResourceStore::privatePart(instance).value(QLatin1String("uncounted")).toBool())
                continue;
            const QuotaDemand demand = demandOf(project, lastSegment(scope.key()), instance);
            for (auto it = demand.project.begin(); it != demand.project.end(); ++it)
                usage[it.key()] += it.value();
        }
    }
    usage[QStringLiteral("NETWORKS")] = 1;
    return usage;
}

std::optional<OperationFault> QuotaLedger::shortage(const QString &project, const QString &region, const QuotaDemand &demand) const
{
    const QMap<QString, double> globally = projectUsage(project);
    for (auto it = demand.project.begin(); it != demand.project.end(); ++it) {
        if (it.value() > 0 && globally.value(it.key()) + it.value() > m_catalogue->projectLimit(it.key()))
            return fault(it.key(), QString());
    }
    const QMap<QString, double> here = regionUsage(project, region);
    for (auto it = demand.region.begin(); it != demand.region.end(); ++it) {
        if (it.value() > 0 && here.value(it.key()) + it.value() > m_catalogue->regionLimit(it.key()))
            return fault(it.key(), region);
    }
    return {};
}

OperationFault QuotaLedger::fault(const QString &metric, const QString &region) const
{
    const bool global = metric.endsWith(QLatin1String("_ALL_REGIONS"));
    const double limit = global ? m_catalogue->projectLimit(metric) : m_catalogue->regionLimit(metric);
    QString dashed = metric;
    dashed.replace(QLatin1Char('_'), QLatin1Char('-'));
    const QJsonObject dimensions = global ? QJsonObject{{QStringLiteral("global"), QStringLiteral("global")}}
                                          : QJsonObject{{QStringLiteral("region"), region}};
    const QJsonObject info{{QStringLiteral("metricName"), QStringLiteral("compute.googleapis.com/%1").arg(metric.toLower())},
                           {QStringLiteral("limitName"), dashed + (global ? QStringLiteral("-per-project") : QStringLiteral("-per-project-region"))},
                           {QStringLiteral("limit"), limit},
                           {QStringLiteral("dimensions"), dimensions}};
    return {403, QStringLiteral("FORBIDDEN"), QStringLiteral("QUOTA_EXCEEDED"),
            QStringLiteral("Quota '%1' exceeded.  Limit: %2 %3").arg(metric, QString::number(limit, 'f', 1),
                                                                     global ? QStringLiteral("globally.") : QStringLiteral("in region %1.").arg(region)),
            QJsonArray{QJsonObject{{QStringLiteral("quotaInfo"), info}}}};
}

} // namespace nimbook::sandbox
