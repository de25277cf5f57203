// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/connection.h"

namespace nimbook::ssh {

/// May the server that presented \a key go on? Decided before anything of ours is sent to it.
///
/// The kind is HostKeyMismatch in both refusals: another key than the known ones, and an unknown one that nobody accepted.
Result<void> checkHostKey(const ConnectionSettings &settings, const HostKey &key);

/// Host key algorithms in order of wish, those of trusted keys first: a server with several keys then shows one that we know.
QString hostKeyAlgorithms(const HostKeyPolicy &policy);

} // namespace nimbook::ssh
