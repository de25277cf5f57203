// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>

namespace nimbook::sandbox {

/// Writes the whole file or nothing, readable by its owner only.
bool writePrivateJson(const QString &path, const QJsonObject &content, QString *why = nullptr);

/// Empty when the file is missing or is no JSON object.
QJsonObject readJsonFile(const QString &path);

} // namespace nimbook::sandbox
