// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/connection.h"
#include "ssh/libssh_handles.h"

namespace nimbook::ssh {

/// A libssh session set up our way, on a connected socket that it closes at its end; null when libssh refuses a setting.
///
/// It reads no configuration, no known_hosts and no agent.
SessionHandle makeSession(const ConnectionSettings &settings, int socket);

HostKey presentedHostKey(const SessionHandle &session);

} // namespace nimbook::ssh
