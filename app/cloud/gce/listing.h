// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"

#include <algorithm>
#include <tuple>

namespace nimbook::cloud {

/// The machines of all pages of instances.aggregatedList, by name, then zone; unreachable zones by name.
InstanceListing instanceListingFrom(const QList<QJsonObject> &pages, const QString &project);

/// "namespace/key" → value of an answer of instances.getGuestAttributes.
QMap<QString, QString> guestAttributesFrom(const QJsonObject &json);

/// The things of one kind ("acceleratorTypes") of all scopes of aggregatedList pages.
QList<QJsonObject> aggregatedItems(const QList<QJsonObject> &pages, const QString &kind);

/// The things under \a key ("items", "projects") of all pages of a plain list.
QList<QJsonObject> listedItems(const QList<QJsonObject> &pages, const QString &key);

/// Google pages without an order: sorted, so that a list does not jump between two refreshes.
template<typename T>
QList<T> sortedFrom(const QList<QJsonObject> &items)
{
    QList<T> values;
    values.reserve(items.size());
    for (const QJsonObject &item : items)
        values.append(T::fromJson(item));
    std::stable_sort(values.begin(), values.end(), [](const T &a, const T &b) {
        if constexpr (requires { a.zone; })
            return std::tie(a.name, a.zone) < std::tie(b.name, b.zone);
        else
            return a.name < b.name;
    });
    return values;
}

} // namespace nimbook::cloud
