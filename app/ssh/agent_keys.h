// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>

namespace nimbook::ssh {

/// The public keys in an answer of an SSH agent to "request identities", "TYPE BASE64" each; what is cut short gives the keys before it.
/// Source: draft-miller-ssh-agent, section 3.5.
QList<QByteArray> keysInAgentAnswer(QByteArrayView answer);

/// The key that the agent at \a socketPath would be asked to sign with: ed25519 before ECDSA before RSA. Blocks for 2 s at most.
Result<QByteArray> preferredAgentKey(const QString &socketPath);

} // namespace nimbook::ssh
