// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "cloud/model/operation.h"

#include <QStringList>
#include <QUrl>

namespace nimbook::cloud {

/// \a base with the segments added, each percent-encoded. An empty segment gives an invalid URL, which the API client
/// refuses: DELETE …/instances/ must never be sent because a name was missing.
QUrl apiUrl(const QUrl &base, const QStringList &segments);

QUrl instanceUrl(const QUrl &compute, const InstanceRef &ref, const QString &verb = {});
/// Zonal, regional or global, as the operation says.
QUrl operationUrl(const QUrl &compute, const QString &project, const Operation &operation, const QString &verb = {});

} // namespace nimbook::cloud
