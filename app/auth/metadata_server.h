// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/backoff.h"
#include "base/clock.h"
#include "base/job.h"
#include "net/http.h"
#include "net/token_source.h"

#include <memory>

namespace nimbook::auth {

/// The service account of the Compute Engine machine that Nimbook itself runs on.
struct MachineIdentity {
    QString account;   ///< e-mail of the service account
    QString projectId; ///< of the machine
};

/// Whether it is worth asking at all: this computer says that Google made it, or GCE_METADATA_HOST names a server. NO_GCE_CHECK=true: no.
bool mayRunOnGoogle();

/// Asks the metadata server who this machine is. Error kinds: NotFound (it has no service account, or nobody answers as Google does),
/// PermissionDenied (its access scopes leave out Compute Engine).
///
/// Source: Compute Engine metadata server; three tries of 3 s each, as Google's own libraries.
ValueJob<MachineIdentity> *machineIdentity(net::HttpTransport &transport, QObject *parent, Backoff backoff = {});

std::unique_ptr<net::TokenSource> makeMachineTokenSource(const MachineIdentity &identity, net::HttpTransport &transport,
                                                         std::shared_ptr<const Clock> clock = std::make_shared<Clock>(), Backoff backoff = {});

} // namespace nimbook::auth
