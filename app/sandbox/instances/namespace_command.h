// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/instances/machine_disk.h"

#include <QStringList>

namespace nimbook::sandbox {

/// The bubblewrap command line that boots a machine; argv without "bwrap" itself.
///
/// \param listener descriptor of the listening SSH socket, which bwrap and everything inside inherits
QStringList namespaceArguments(const MachineDisk &disk, const MachineIdentity &identity, const QString &hostName, int listener);

} // namespace nimbook::sandbox
