// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/keychain_store.h"

#include <QPointer>
#include <QTimer>

#include <qt6keychain/keychain.h>

#include <functional>

namespace nimbook::auth {

/// One QtKeychain job with a time limit; what cannot be done by the keyring is done by the session's memory.
template<typename T>
class KeychainJob final : public ValueJob<T> {
public:
    using Result = nimbook::Result<T>;
    using OnAnswer = std::function<Result(QKeychain::Job &)>;
    using InMemory = std::function<Result(SessionStore &)>;

    KeychainJob(KeychainStore &store, QKeychain::Job *job, OnAnswer onAnswer, InMemory inMemory, QObject *parent)
        : ValueJob<T>(parent), m_store(&store), m_job(job), m_onAnswer(std::move(onAnswer)), m_inMemory(std::move(inMemory))
    {
    }
    ~KeychainJob() override { leaveAlone(); }

protected:
    void run() override
    {
        if (!m_store || !m_store->isPersistent())
            return answerFromMemory();
        QObject::connect(m_job, &QKeychain::Job::finished, this, [this](QKeychain::Job *job) { onKeychainAnswer(*job); });
        QObject::connect(&m_timer, &QTimer::timeout, this, [this] {
            leaveAlone();
            giveUp(KeychainStore::tr("The keyring of this desktop does not answer: sign-ins end with Nimbook this time."));
        });
        m_timer.setSingleShot(true);
        m_timer.start(m_store->limit());
        m_started = true;
        m_job->start();
    }
    void abort() override
    {
        m_timer.stop();
        leaveAlone();
    }

private:
    void onKeychainAnswer(QKeychain::Job &job)
    {
        m_timer.stop();
        if (!m_store)
            return answerFromMemory();
        switch (job.error()) {
        case QKeychain::NoError:
        case QKeychain::EntryNotFound:
        case QKeychain::CouldNotDeleteEntry:
            return this->finishWith(m_onAnswer(job));
        case QKeychain::AccessDenied:
        case QKeychain::AccessDeniedByUser:
            return giveUp(KeychainStore::tr("The keyring of this desktop stayed locked: sign-ins end with Nimbook this time."));
        default: // every other fault comes as OtherError: no bus, no service, no unlocked collection
            return giveUp(KeychainStore::tr("This desktop has no keyring (Secret Service) that can be used: sign-ins end with Nimbook. (%1)")
                              .arg(job.errorString()));
        }
    }

    void giveUp(const QString &whyNot)
    {
        if (m_store)
            m_store->fallBack(whyNot);
        answerFromMemory();
    }

    void answerFromMemory()
    {
        if (m_store)
            return this->finishWith(m_inMemory(m_store->session()));
        this->fail({ErrorKind::Cancelled, KeychainStore::tr("Cancelled."), {}, {}, {}});
    }

    /// A started QtKeychain job sits in the library's own queue and deletes itself; pulling it out would stall the queue.
    void leaveAlone()
    {
        if (!m_job)
            return;
        m_job->disconnect(this);
        if (!m_started)
            delete m_job;
        m_job.clear();
    }

    QPointer<KeychainStore> m_store;
    QPointer<QKeychain::Job> m_job;
    OnAnswer m_onAnswer;
    InMemory m_inMemory;
    QTimer m_timer;
    bool m_started = false;
};

} // namespace nimbook::auth
