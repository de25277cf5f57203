// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QString>

namespace nimbook::cloud {

/// Metadata travels as items [{key, value}]; an item without a value is an empty one.
QMap<QString, QString> metadataFromItems(const QJsonArray &items);
QJsonArray metadataToItems(const QMap<QString, QString> &metadata);

/// The metadata of a machine or of a project, and the fingerprint that a write of it has to name.
struct Metadata {
    QMap<QString, QString> items;
    QString fingerprint;

    static Metadata fromJson(const QJsonObject &json);
    bool operator==(const Metadata &) const = default;
};

} // namespace nimbook::cloud
