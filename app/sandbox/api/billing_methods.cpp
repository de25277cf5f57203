// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/billing_methods.h"

#include "sandbox/api/catalogue.h"
#include "sandbox/api/private_file.h"

#include <QCryptographicHash>

namespace nimbook::sandbox {

namespace {

const QString computeService = QStringLiteral("6F81-5844-456A");

struct SkuLine {
    QString text;
    QString family;
    QString group;
    QString usage;
    QString unit;
    double nanos = 0;
};

QJsonObject skuResource(const SkuLine &line, const QString &region)
{
    // SKU ids are twelve hexadecimal digits in three groups.
    const QString digest = QString::fromLatin1(QCryptographicHash::hash((line.text + region).toUtf8(), QCryptographicHash::Sha256).toHex().toUpper());
    const QString id = QStringLiteral("%1-%2-%3").arg(digest.mid(0, 4), digest.mid(4, 4), digest.mid(8, 4));
    const qint64 nanos = qint64(line.nanos);
    const bool hourly = line.unit != QLatin1String("GiBy.mo");
    const QJsonObject price{{QStringLiteral("currencyCode"), QStringLiteral("USD")},
                            {QStringLiteral("units"), QString::number(nanos / 1'000'000'000)},
                            {QStringLiteral("nanos"), int(nanos % 1'000'000'000)}};
    const QJsonObject expression{
        {QStringLiteral("usageUnit"), line.unit},
        {QStringLiteral("usageUnitDescription"), line.unit == QLatin1String("h") ? QStringLiteral("hour") : hourly ? QStringLiteral("gibibyte hour") : QStringLiteral("gibibyte month")},
        {QStringLiteral("displayQuantity"), 1},
        {QStringLiteral("tieredRates"), QJsonArray{QJsonObject{{QStringLiteral("startUsageAmount"), 0}, {QStringLiteral("unitPrice"), price}}}}};
    return {{QStringLiteral("name"), QStringLiteral("services/%1/skus/%2").arg(computeService, id)},
            {QStringLiteral("skuId"), id},
            {QStringLiteral("description"), line.text},
            {QStringLiteral("category"), QJsonObject{{QStringLiteral("serviceDisplayName"), QStringLiteral("Compute Engine")},
                                                     {QStringLiteral("resourceFamily"), line.family},
                                                     {QStringLiteral("resourceGroup"), line.group},
                                                     {QStringLiteral("usageType"), line.usage}}},
            {QStringLiteral("serviceRegions"), QJsonArray{region}},
            {QStringLiteral("pricingInfo"), QJsonArray{QJsonObject{{QStringLiteral("effectiveTime"), QStringLiteral("2026-07-01T07:00:00Z")},
                                                                   {QStringLiteral("pricingExpression"), expression},
                                                                   {QStringLiteral("currencyConversionRate"), 1}}}},
            {QStringLiteral("serviceProviderName"), QStringLiteral("Google")}};
}

QJsonValue valueFor(const QJsonObject &byPrefix, const QString &region)
{
    for (auto it = byPrefix.begin(); it != byPrefix.end(); ++it) {
        if (region.startsWith(it.key()))
            return it.value();
    }
    return {};
}

QList<QJsonObject> skusOf(const QJsonObject &seed, const QString &region)
{
    const double factor = valueFor(seed.value(QLatin1String("factors")).toObject(), region).toDouble(1.0);
    const QString place = valueFor(seed.value(QLatin1String("places")).toObject(), region).toString();
    QList<QJsonObject> skus;
    const auto hourly = seed.value(QLatin1String("hourly")).toArray();
    for (const QJsonValue &value : hourly) {
        const QJsonObject part = value.toObject();
        const QString text = part.value(QLatin1String("text")).toString();
        const QString group = part.value(QLatin1String("group")).toString();
        const QString family = part.value(QLatin1String("family")).toString();
        const QString unit = part.value(QLatin1String("unit")).toString();
        const double nanos = part.value(QLatin1String("nanos")).toDouble();
        const bool gpu = group == QLatin1String("GPU");
        skus.append(skuResource({QStringLiteral("%1 running in %2").arg(text, place), family, group, QStringLiteral("OnDemand"), unit, nanos * factor}, region));
        skus.append(skuResource({gpu ? QStringLiteral("%1 attached to Spot Preemptible VMs running in %2").arg(text, place)
                                     : QStringLiteral("Spot Preemptible %1 running in %2").arg(text, place),
                                 family, group, QStringLiteral("Preemptible"), unit, part.value(QLatin1String("spot")).toDouble() * factor},
                                region));
        skus.append(skuResource({QStringLiteral("Commitment v1: %1 in %2 for 1 Year").arg(text, place), family, group, QStringLiteral("Commit1Yr"), unit, nanos * factor * 0.63}, region));
    }
    const auto monthly = seed.value(QLatin1String("monthly")).toArray();
    for (const QJsonValue &value : monthly) {
        const QJsonObject part = value.toObject();
        const QString text = part.value(QLatin1String("text")).toString();
        skus.append(skuResource({factor == 1.0 ? text : QStringLiteral("%1 in %2").arg(text, place), QStringLiteral("Storage"), part.value(QLatin1String("group")).toString(),
                                 QStringLiteral("OnDemand"), QStringLiteral("GiBy.mo"), part.value(QLatin1String("nanos")).toDouble() * factor}, region));
    }
    return skus;
}

} // namespace

void addBillingMethods(Router &router, const Services &services)
{
    router.setPrefix(QStringLiteral("v1"));
    router.add("GET", "services/{service}/skus", "cloudbilling.services.skus.list", [services](const Call &call) -> ApiResult {
        if (call.path.value(QStringLiteral("service")) != computeService)
            return refuseByStatus(404, QStringLiteral("NOT_FOUND"), QStringLiteral("Requested entity was not found."));
        const QJsonObject seed = readJsonFile(QStringLiteral(":/sandbox/skus.json"));
        QList<QJsonObject> all;
        for (const QString &region : services.catalogue.regions())
            all += skusOf(seed, region);
        const int size = qBound(1, call.request.parameter(QStringLiteral("pageSize")).toInt(), 5000);
        const qsizetype from = call.request.parameter(QStringLiteral("pageToken")).toLongLong();
        QJsonArray page;
        for (qsizetype i = from; i < qMin(from + size, all.size()); ++i)
            page.append(all.at(i));
        // This API's last page carries the token as an empty text.
        return QJsonObject{{QStringLiteral("skus"), page},
                           {QStringLiteral("nextPageToken"), from + size < all.size() ? QString::number(from + size) : QString()}};
    });
}

} // namespace nimbook::sandbox
