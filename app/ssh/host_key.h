// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>

namespace nimbook::ssh {

/// A server's public host key: "ssh-ed25519" and the base64 blob, as guest attributes publish it.
struct HostKey {
    QString type;
    QByteArray blob; ///< base64

    QString fingerprint() const; ///< "SHA256:…", as ssh-keygen -l prints it
    bool operator==(const HostKey &) const = default;
};

/// Which keys a machine may present. \a alias is "compute.<numeric id>": a re-created machine has another id.
struct HostKeyPolicy {
    QString alias;
    QList<HostKey> trusted;     ///< proven by the API or pinned before; empty: nothing is known yet
    bool acceptUnknown = false; ///< only after the person saw the fingerprint; never overrides a mismatch
};

/// Keys pinned by machine id in a known_hosts file of Nimbook's own (ssh's is neither read nor written).
class HostKeyStore {
public:
    explicit HostKeyStore(QString path);

    QList<HostKey> keys(const QString &alias) const;
    Result<void> pin(const QString &alias, const QList<HostKey> &keys); ///< replaces; written whole or not at all
    Result<void> forget(const QString &alias);

private:
    QString m_path;
};

} // namespace nimbook::ssh
