// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace nimbook::cloud {

/// What OS Login knows of somebody in one project: the Linux accounts, and the keys that are let in.
struct OsLoginProfile {
    struct Key {
        QString name; ///< "users/EMAIL/sshPublicKeys/FINGERPRINT", for changing it
        QString text; ///< "ssh-ed25519 AAAA…"
        QDateTime expires; ///< invalid: never
        bool operator==(const Key &) const = default;
    };
    struct PosixAccount {
        QString userName;
        bool primary = false;
        bool operator==(const PosixAccount &) const = default;
    };

    QList<PosixAccount> accounts;
    QList<Key> keys;

    /// The account that \a wanted names, else the primary one, else the first; empty: there is none yet.
    QString userName(const QString &wanted = {}) const;
    const Key *find(const QByteArray &publicKey) const; ///< whatever its comment; null: not there

    static OsLoginProfile fromJson(const QJsonObject &json);
};

} // namespace nimbook::cloud
