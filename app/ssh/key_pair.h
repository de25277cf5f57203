// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QString>

namespace nimbook::ssh {

/// A key to log in with, and the line that goes into ssh-keys metadata.
struct KeyPair {
    QString privateKeyPath; ///< empty: the agent's
    QByteArray publicKey;   ///< "ssh-ed25519 AAAA…", no comment
    bool inAgent = false;

    QString fingerprint() const; ///< "SHA256:…", as ssh-keygen -l prints it
};

/// Whose key it shall be.
struct KeyChoice {
    enum class Kind {
        Own,   ///< made by Nimbook at the path when there is none (ed25519, mode 600)
        File,  ///< the person's, which is only read
        Agent, ///< the one that the SSH agent of SSH_AUTH_SOCK would use: ed25519 before others
    };
    Kind kind = Kind::Own;
    QString path;
    bool operator==(const KeyChoice &) const = default;
};

/// Blocking for some ms (an agent: 2 s at most): call it off the window's thread or at start.
Result<KeyPair> keyPairFor(const KeyChoice &choice);

/// Reads the pair at \a path, or makes it when there is none. Blocking for some ms: call it off the window's thread or at start.
Result<KeyPair> ensureKeyPair(const QString &path);

} // namespace nimbook::ssh
