// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonDocument>
#include <QJsonObject>

namespace nimbook::sandbox {

/// Writes the whole file or nothing, readable by its owner only.
bool writePrivateJson(const QString &path, const QJsonObject &content, QString *why = nullptr,
                      QJsonDocument::JsonFormat format = QJsonDocument::Indented);

/// Empty when the file is missing or is no JSON object.
QJsonObject readJsonFile(const QString &path);

} // namespace nimbook::sandbox
