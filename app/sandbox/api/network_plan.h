// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/api/call.h"
#include "sandbox/api/services.h"

namespace nimbook::sandbox {

/// The one network every project has: `default`, in automatic subnet mode.
QJsonObject defaultNetwork(const QString &project, const Services &services);
QJsonObject defaultSubnetwork(const QString &project, const QString &region, const Services &services);
QList<QJsonObject> defaultFirewalls(const QString &project);

/// networkInterfaces of a new machine: network checked, networkIP given out. No accessConfigs, no outside address.
tl::expected<QJsonArray, ApiError> networkInterfaces(const QJsonArray &wanted, const QString &project, const QString &zone,
                                                     const Services &services);

/// Puts the outside address in, or takes it out when \a address is empty: it is ephemeral and goes with a stop.
QJsonArray withNatIp(QJsonArray interfaces, const QString &address);

} // namespace nimbook::sandbox
