// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

namespace nimbook::ssh {

/// The app's own ed25519 key: a private file (mode 600) and the line that goes into ssh-keys metadata.
struct KeyPair {
    QString privateKeyPath;
    QByteArray publicKey; ///< "ssh-ed25519 AAAA…", no comment
};

/// Reads the pair at \a path, or makes it when there is none. Blocking for some ms: call it off the window's thread or at start.
Result<KeyPair> ensureKeyPair(const QString &path);

} // namespace nimbook::ssh
