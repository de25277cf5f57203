// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/api_error.h"
#include "sandbox/api/operations.h"

#include <QMap>

#include <optional>

namespace nimbook::sandbox {

/// Keys [a-zA-Z0-9-_]{1,128}, no key twice, values up to 262 144 bytes, 512 KB in all.
/// Source: Compute Engine REST reference, Instance.metadata.
std::optional<ApiError> checkMetadata(const QJsonObject &metadata, const QString &field);

/// At most 64; keys and values as the labels page says. Source: Instance.labels.
std::optional<ApiError> checkLabels(const QJsonObject &labels, const QString &field);

/// {kind, fingerprint, items}, items left out when there are none.
QJsonObject metadataResource(const QJsonArray &items);

QMap<QString, QString> metadataMap(const QJsonObject &metadata);

/// What a machine of the project sees: its own items over the project's; both lists of ssh-keys unless it blocks the
/// project's. Source: guest agent, metadata keys.
QMap<QString, QString> effectiveMetadata(const QJsonObject &instance, const QJsonObject &project);

QString labelFingerprint(const QJsonObject &labels);

/// A write with a fingerprint that is no longer the current one: refused at once, or by the operation when it was overtaken meanwhile.
tl::unexpected<ApiError> staleFingerprint(const QString &what);
OperationFault staleFault(const QString &what);

} // namespace nimbook::sandbox
