// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/session_store.h"

#include <chrono>

namespace nimbook::auth {

/// QtKeychain, and memory once that has failed. Private to nb_auth.
class KeychainStore final : public SecretStore {
    Q_OBJECT
public:
    /// \param limit how long the keyring may take; one that waits for a dialog nobody sees would block for ever
    explicit KeychainStore(QString service, std::chrono::milliseconds limit = std::chrono::seconds(8));

    ValueJob<Secret> *read(const QString &key, QObject *parent) override;
    ValueJob<Done> *write(const QString &key, const Secret &secret, QObject *parent) override;
    ValueJob<Done> *remove(const QString &key, QObject *parent) override;
    bool isPersistent() const override { return m_whyNot.isEmpty(); }
    QString explanation() const override { return m_whyNot; }

    QString service() const { return m_service; }
    std::chrono::milliseconds limit() const { return m_limit; }
    SessionStore &session() { return m_session; }
    void fallBack(const QString &whyNot); ///< from now on memory only, for this session

private:
    QString m_service;
    std::chrono::milliseconds m_limit;
    SessionStore m_session;
    QString m_whyNot;
};

} // namespace nimbook::auth
