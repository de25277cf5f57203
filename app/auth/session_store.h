// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/secret_store.h"

#include <QHash>

namespace nimbook::auth {

/// Secrets in memory: they end with the program. Private to nb_auth.
class SessionStore final : public SecretStore {
    Q_OBJECT
public:
    ValueJob<Secret> *read(const QString &key, QObject *parent) override;
    ValueJob<Done> *write(const QString &key, const Secret &secret, QObject *parent) override;
    ValueJob<Done> *remove(const QString &key, QObject *parent) override;
    bool isPersistent() const override { return false; }
    QString explanation() const override;

    Result<Secret> value(const QString &key) const;
    void setValue(const QString &key, const Secret &secret) { m_entries.insert(key, secret); }
    void removeValue(const QString &key) { m_entries.remove(key); }

private:
    QHash<QString, Secret> m_entries;
};

} // namespace nimbook::auth
