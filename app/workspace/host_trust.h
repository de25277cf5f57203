// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "ssh/host_key.h"

#include <optional>

namespace nimbook::workspace {

/// The name a machine's keys are pinned by: the numeric id, because a re-created machine of the same name is another one.
QString hostKeyAlias(const cloud::Instance &machine);

/// Host keys as guest attributes publish them. Only the three types that Google's agent writes, only canonical base64: anything
/// else could smuggle text into the file of pins.
QList<ssh::HostKey> hostKeysFromGuestAttributes(const QMap<QString, QString> &attributes);

/// Guest attributes can hold host keys only when this was on at the first boot.
bool publishesGuestAttributes(const cloud::Instance &machine);

/// Is there a line for \a user with exactly this key in the metadata (a machine's or a project's) that is good beyond \a until?
bool hasSshKey(const QMap<QString, QString> &metadata, const QString &user, const QByteArray &publicKey, const QDateTime &until);

/// Does the machine let in who has a key in its project's metadata? Not with block-project-ssh-keys, nor with the old sshKeys of its own.
bool takesProjectKeys(const cloud::Instance &machine);

/// What the machine itself says about OS Login, where keys in metadata are ignored; none: what the project says counts.
std::optional<bool> usesOsLogin(const cloud::Instance &machine);
/// The same of the project's metadata; absent is off.
bool projectUsesOsLogin(const QMap<QString, QString> &projectMetadata);

} // namespace nimbook::workspace
