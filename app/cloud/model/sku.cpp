// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/sku.h"

#include "cloud/model/json_reading.h"

namespace nimbook::cloud {

namespace {

Sku::Usage usageFrom(const QString &text)
{
    if (text == QLatin1String("OnDemand"))
        return Sku::Usage::OnDemand;
    return text == QLatin1String("Preemptible") ? Sku::Usage::Spot : Sku::Usage::Other;
}

/// units is an int64 written as text, nanos an int32 number: $0.024988 is "0" and 24988000.
qint64 microsOf(const QJsonObject &money)
{
    const qint64 nanos = readInt64(money.value(QStringLiteral("nanos")));
    return readInt64(money.value(QStringLiteral("units"))) * 1'000'000 + (nanos + 500) / 1000;
}

} // namespace

Sku Sku::fromJson(const QJsonObject &json)
{
    Sku sku;
    sku.description = json.value(QStringLiteral("description")).toString();
    const QJsonArray regions = json.value(QStringLiteral("serviceRegions")).toArray();
    for (const QJsonValue &region : regions)
        sku.regions.append(region.toString());
    sku.usage = usageFrom(json.value(QStringLiteral("category")).toObject().value(QStringLiteral("usageType")).toString());
    const QJsonObject expression = json.value(QStringLiteral("pricingInfo")).toArray().first().toObject().value(QStringLiteral("pricingExpression")).toObject();
    sku.unit = expression.value(QStringLiteral("usageUnit")).toString();
    // Tiers begin at growing amounts; the first may be free ("30 GiB a month"), and the rest of the month is what counts.
    const QJsonArray tiers = expression.value(QStringLiteral("tieredRates")).toArray();
    sku.microsPerUnit = microsOf(tiers.last().toObject().value(QStringLiteral("unitPrice")).toObject());
    return sku;
}

} // namespace nimbook::cloud
