// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QMap>
#include <QString>

#include <optional>

namespace nimbook::sandbox {

/// Who may log in, as the guest agent reads it from the `ssh-keys` metadata value.
struct LoginKeys {
    QMap<QString, QByteArray> authorizedKeys; ///< user name → content of his authorized_keys file
    std::optional<QDateTime> nextExpiry;      ///< when the value must be read again, because a key runs out

    bool operator==(const LoginKeys &) const = default;
};

/// Lines "USER:TYPE BASE64 comment". A google-ssh comment carries an expiry; one that is malformed makes its key invalid, as
/// for the guest agent. Names that an account could not have, and names of the system's own accounts, are passed over.
/// Source: GoogleCloudPlatform/guest-agent, non_windows_accounts.go.
LoginKeys parseLoginKeys(const QString &sshKeys, const QDateTime &now);

} // namespace nimbook::sandbox
