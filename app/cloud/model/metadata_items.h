// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonArray>
#include <QMap>
#include <QString>

namespace nimbook::cloud {

/// Metadata travels as items [{key, value}]; an item without a value is an empty one.
QMap<QString, QString> metadataFromItems(const QJsonArray &items);
QJsonArray metadataToItems(const QMap<QString, QString> &metadata);

} // namespace nimbook::cloud
