// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "ssh/iap_route.h"
#include "ssh/connection.h"

namespace nimbook::workspace {

/// How SSH gets to a machine: at its external address, and where it has none, through Identity-Aware Proxy.
/// \param relay where that proxy's relay is
void setWayTo(const cloud::Instance &machine, const QUrl &relay, const std::shared_ptr<ssh::IapTokens> &tokens, ssh::ConnectionSettings &settings);

/// The settings still lead to where the machine is now: its address may have changed over a stop.
bool leadsTo(const ssh::ConnectionSettings &settings, const cloud::Instance &machine);

/// For people: "203.0.113.7 port 22", "Identity-Aware Proxy".
QString wayText(const cloud::Instance &machine);

} // namespace nimbook::workspace
