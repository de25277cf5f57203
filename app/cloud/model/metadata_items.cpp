// SPDX-License-Identifier: Apache-2.0
#include "cloud/model/metadata_items.h"

namespace nimbook::cloud {

QMap<QString, QString> metadataFromItems(const QJsonArray &items)
{
    QMap<QString, QString> metadata;
    for (const QJsonValue &value : items) {
        const QJsonObject item = value.toObject();
        metadata.insert(item.value(QStringLiteral("key")).toString(), item.value(QStringLiteral("value")).toString());
    }
    metadata.remove(QString());
    return metadata;
}

QJsonArray metadataToItems(const QMap<QString, QString> &metadata)
{
    QJsonArray items;
    for (auto it = metadata.begin(); it != metadata.end(); ++it)
        items.append(QJsonObject{{QStringLiteral("key"), it.key()}, {QStringLiteral("value"), it.value()}});
    return items;
}

Metadata Metadata::fromJson(const QJsonObject &json)
{
    return {metadataFromItems(json.value(QLatin1String("items")).toArray()), json.value(QLatin1String("fingerprint")).toString()};
}

} // namespace nimbook::cloud
