// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/secret.h"

#include <memory>

namespace nimbook::auth {

/// Where secrets rest between two starts of the app. Keys are plain words such as "account/ada@example.com".
class SecretStore : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Error kind NotFound: there is no such entry.
    virtual ValueJob<Secret> *read(const QString &key, QObject *parent) = 0;
    virtual ValueJob<Done> *write(const QString &key, const Secret &secret, QObject *parent) = 0;
    virtual ValueJob<Done> *remove(const QString &key, QObject *parent) = 0;

    /// False: entries end with the program. The window says so.
    virtual bool isPersistent() const = 0;
    virtual QString explanation() const = 0; ///< translated, why it is not persistent; empty when it is

Q_SIGNALS:
    void persistenceChanged(); ///< the keyring turned out not to be there: from now on session only
};

/// The desktop's Secret Service through QtKeychain; falls back to memory for this session when there is none (QtKeychain answers
/// OtherError for that) or when it does not answer within some seconds.
std::unique_ptr<SecretStore> makeKeychainStore(const QString &service = QStringLiteral("nimbook"));
std::unique_ptr<SecretStore> makeSessionStore();

} // namespace nimbook::auth
