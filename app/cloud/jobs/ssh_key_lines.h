// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"

#include <QDateTime>

namespace nimbook::cloud {

/// "ada:ssh-ed25519 AAAA… google-ssh {"userName":"ada","expireOn":"2026-11-23T10:00:00+0000"}": userName first, no spaces
/// in the JSON, the key's own comment dropped. The guest agent takes any other google-ssh comment for an invalid key.
/// \param publicKey one line of an OpenSSH .pub file
Result<QString> expiringSshKeyLine(const QString &user, const QByteArray &publicKey, const QDateTime &expires);

inline constexpr qsizetype longestSshKeys = 262'144; ///< bytes that one value of metadata may have

struct SshKeyTimes {
    QDateTime now;
    QDateTime goodUntil; ///< a key that ends before is replaced by the new line
};

/// The value of "ssh-keys" with \a line in it: expired lines go, all others stay as they are; \a existing itself comes
/// back when the same key is there and good for long enough. It may have become too long.
QString sshKeysWith(const QString &existing, const QString &line, const SshKeyTimes &times);

/// The same without as many of its first lines as it takes to be no longer than longestSshKeys.
QString withoutOldestKeys(const QString &keys);

} // namespace nimbook::cloud
