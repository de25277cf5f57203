// SPDX-License-Identifier: Apache-2.0
#include "auth/keychain_store.h"

#include "auth/keychain_job.h"
#include "base/logging.h"

namespace nimbook::auth {

KeychainStore::KeychainStore(QString service, std::chrono::milliseconds limit) : m_service(std::move(service)), m_limit(limit) {}

ValueJob<Secret> *KeychainStore::read(const QString &key, QObject *parent)
{
    auto *job = new QKeychain::ReadPasswordJob(m_service);
    job->setKey(key);
    const auto onAnswer = [key](QKeychain::Job &answer) -> Result<Secret> {
        if (answer.error() == QKeychain::EntryNotFound)
            return failure(ErrorKind::NotFound, tr("Nothing is stored under “%1”.").arg(key), tr("Sign in again."));
        return Secret(static_cast<QKeychain::ReadPasswordJob &>(answer).binaryData());
    };
    const auto inMemory = [key](SessionStore &session) { return session.value(key); };
    return new KeychainJob<Secret>(*this, job, onAnswer, inMemory, parent);
}

ValueJob<Done> *KeychainStore::write(const QString &key, const Secret &secret, QObject *parent)
{
    auto *job = new QKeychain::WritePasswordJob(m_service);
    job->setKey(key);
    job->setBinaryData(secret.reveal());
    const auto inMemory = [key, secret](SessionStore &session) -> Result<Done> {
        session.setValue(key, secret);
        return Done{};
    };
    return new KeychainJob<Done>(*this, job, [](QKeychain::Job &) -> Result<Done> { return Done{}; }, inMemory, parent);
}

ValueJob<Done> *KeychainStore::remove(const QString &key, QObject *parent)
{
    auto *job = new QKeychain::DeletePasswordJob(m_service);
    job->setKey(key);
    const auto onAnswer = [key](QKeychain::Job &answer) -> Result<Done> {
        if (answer.error() == QKeychain::CouldNotDeleteEntry) {
            return failure(ErrorKind::PermissionDenied, tr("The keyring did not delete “%1”: %2").arg(key, answer.errorString()),
                           tr("Delete the entry in the desktop's password program."));
        }
        return Done{}; // what was not there is gone as well
    };
    const auto inMemory = [key](SessionStore &session) -> Result<Done> {
        session.removeValue(key);
        return Done{};
    };
    return new KeychainJob<Done>(*this, job, onAnswer, inMemory, parent);
}

void KeychainStore::fallBack(const QString &whyNot)
{
    if (!isPersistent())
        return;
    qCWarning(lcAuth).noquote() << whyNot;
    m_whyNot = whyNot;
    Q_EMIT persistenceChanged();
}

std::unique_ptr<SecretStore> makeKeychainStore(const QString &service)
{
    return std::make_unique<KeychainStore>(service);
}

} // namespace nimbook::auth
