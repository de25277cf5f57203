// SPDX-License-Identifier: Apache-2.0
#include "auth/session_store.h"

namespace nimbook::auth {

Result<Secret> SessionStore::value(const QString &key) const
{
    const auto entry = m_entries.constFind(key);
    if (entry == m_entries.constEnd())
        return failure(ErrorKind::NotFound, tr("Nothing is stored under “%1”.").arg(key), tr("Sign in again."));
    return *entry;
}

ValueJob<Secret> *SessionStore::read(const QString &key, QObject *parent)
{
    return new ReadyJob<Secret>(value(key), parent);
}

ValueJob<Done> *SessionStore::write(const QString &key, const Secret &secret, QObject *parent)
{
    setValue(key, secret);
    return new ReadyJob<Done>(Done{}, parent);
}

ValueJob<Done> *SessionStore::remove(const QString &key, QObject *parent)
{
    removeValue(key);
    return new ReadyJob<Done>(Done{}, parent);
}

QString SessionStore::explanation() const
{
    return tr("Sign-ins are kept in memory only and end with Nimbook.");
}

std::unique_ptr<SecretStore> makeSessionStore()
{
    return std::make_unique<SessionStore>();
}

} // namespace nimbook::auth
