// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/connection.h"

#include <QStringList>

namespace nimbook::workspace {

/// How OpenSSH's client reaches the same machine with the same key and the same pins; a remote command may be put behind it.
/// The person's own ~/.ssh is not read. \param proxyCommand used where the settings have a route that ssh does not know
QStringList sshCommandLine(const ssh::ConnectionSettings &settings, const QString &hostKeyFile, const QString &proxyCommand = {});

/// For people to read and to paste: words with special characters quoted for a POSIX shell.
QString shellText(const QStringList &words);

} // namespace nimbook::workspace
