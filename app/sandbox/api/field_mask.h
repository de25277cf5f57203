// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QString>

#include <optional>

namespace nimbook::sandbox {

/// Keeps of \a answer what a partial-response mask names: "kind,items/name,items(name,status),nextPageToken,items/*/warning".
/// Nothing when the mask cannot be read. Source: Google APIs, system parameter `fields`.
std::optional<QJsonObject> applyFieldMask(const QJsonObject &answer, const QString &mask);

} // namespace nimbook::sandbox
