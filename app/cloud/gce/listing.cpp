// SPDX-License-Identifier: Apache-2.0
#include "cloud/gce/listing.h"

#include <QJsonArray>

namespace nimbook::cloud {

namespace {

/// "projects/p/zones/z", "zones/z" and full URLs all end in the zone's name.
void addUnreachable(const QString &scope, QStringList &unreachable)
{
    const QString name = resourceName(scope);
    if (!name.isEmpty() && !unreachable.contains(name))
        unreachable.append(name);
}

} // namespace

QList<QJsonObject> aggregatedItems(const QList<QJsonObject> &pages, const QString &kind)
{
    QList<QJsonObject> items;
    for (const QJsonObject &page : pages) {
        const QJsonObject scopes = page.value(QStringLiteral("items")).toObject();
        for (auto it = scopes.begin(); it != scopes.end(); ++it) {
            const QJsonArray things = it.value().toObject().value(kind).toArray();
            for (const QJsonValue &thing : things)
                items.append(thing.toObject());
        }
    }
    return items;
}

QList<QJsonObject> listedItems(const QList<QJsonObject> &pages, const QString &key)
{
    QList<QJsonObject> items;
    for (const QJsonObject &page : pages) {
        const QJsonArray things = page.value(key).toArray();
        for (const QJsonValue &thing : things)
            items.append(thing.toObject());
    }
    return items;
}

InstanceListing instanceListingFrom(const QList<QJsonObject> &pages, const QString &project)
{
    InstanceListing listing;
    const auto machines = aggregatedItems(pages, QStringLiteral("instances"));
    listing.instances.reserve(machines.size());
    for (const QJsonObject &machine : machines)
        listing.instances.append(Instance::fromJson(machine, project));
    std::stable_sort(listing.instances.begin(), listing.instances.end(), [](const Instance &a, const Instance &b) {
        return std::tie(a.ref.name, a.ref.zone) < std::tie(b.ref.name, b.ref.zone);
    });

    for (const QJsonObject &page : pages) {
        const QJsonArray named = page.value(QStringLiteral("unreachables")).toArray();
        for (const QJsonValue &scope : named)
            addUnreachable(scope.toString(), listing.unreachable);
        const QJsonObject scopes = page.value(QStringLiteral("items")).toObject();
        for (auto it = scopes.begin(); it != scopes.end(); ++it) {
            const QJsonObject warning = it.value().toObject().value(QStringLiteral("warning")).toObject();
            if (warning.value(QStringLiteral("code")).toString() == QLatin1String("UNREACHABLE"))
                addUnreachable(it.key(), listing.unreachable);
        }
    }
    listing.unreachable.sort();
    return listing;
}

QMap<QString, QString> guestAttributesFrom(const QJsonObject &json)
{
    QMap<QString, QString> attributes;
    const QJsonArray items = json.value(QStringLiteral("queryValue")).toObject().value(QStringLiteral("items")).toArray();
    for (const QJsonValue &value : items) {
        const QJsonObject item = value.toObject();
        attributes.insert(item.value(QStringLiteral("namespace")).toString() + QLatin1Char('/') + item.value(QStringLiteral("key")).toString(),
                          item.value(QStringLiteral("value")).toString());
    }
    return attributes;
}

} // namespace nimbook::cloud
