// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace nimbook::bench {

/// The program in the role of one contender, started by itself: "ours up|down --host … [--no-verify] SOURCE FOLDER", "ours tunnel --host … PORT".
///
/// up and down end with the transfer and print the largest resident size in KiB; tunnel prints its local port and lives until it is asked to end (SIGTERM).
int playOurs(const QStringList &arguments);

} // namespace nimbook::bench
