// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "sandbox/instances/login_keys.h"
#include "sandbox/instances/machine_identity.h"

#include <QString>

namespace nimbook::sandbox {

/// The directory that is a machine's disk: kept over stop and start.
///
///     etc/   read-only inside, written from here        src/ home/ root/ var/   the machine's own
///     bin/   /usr/local/bin, written at each power-on   host/                   the metadata server's socket
///
/// What is written from here is read-only inside: a process running as root must never follow a link that the machine has planted.
class MachineDisk {
public:
    MachineDisk(QString directory, MachineIdentity identity);

    Result<void> prepare(const QString &hostName);    ///< makes what is missing; a second call changes nothing of the machine's own
    Result<void> applyLogins(const LoginKeys &logins); ///< accounts, homes and keys; seen by a running machine at once
    void remove();

    QString path(const QString &relative) const { return m_directory + QLatin1Char('/') + relative; }

private:
    Result<void> makeDirectory(const QString &relative, mode_t mode, bool ownedByMachine);
    Result<void> writeFile(const QString &relative, const QByteArray &content, mode_t mode);
    Result<void> installPrograms();

    QString m_directory;
    MachineIdentity m_identity;
};

} // namespace nimbook::sandbox
