// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/backoff.h"
#include "cloud/gce/compute_client.h"
#include "ssh/iap_tokens.h"
#include "ssh/session.h"
#include "workspace/host_key_change.h"
#include "workspace/patience.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

#include <memory>

namespace nimbook::workspace {

/// Waits until a machine lets us in by SSH, with its host key proven by the API, by an earlier visit or by the person; where API and
/// earlier visit both know one, they must agree.
///
/// The value is what later connections (tunnel, transfers) need; the session itself is taken with takeSession(). Looks again at
/// the machine between tries, because a boot may still bring its address and port. Error kinds: HostKeyMismatch, AuthenticationFailed,
/// WrongState (it stopped), PermissionDenied (Identity-Aware Proxy), Timeout (detail: the end of the serial console), Network.
class ReachMachine : public ValueJob<ssh::ConnectionSettings> {
    Q_OBJECT
public:
    struct Login {
        QString user;
        QString privateKeyPath;
        QString hostKeyFile;
        std::shared_ptr<ssh::IapTokens> relayTokens; ///< for a machine without an external address
        bool osLogin = false;
        bool useAgent = false; ///< the key is the SSH agent's
        bool keyIsNew = false; ///< just published: the machine may need a while to learn it
    };
    ReachMachine(cloud::ComputeClient &compute, cloud::Instance machine, Login login, Patience patience, QObject *parent);
    ~ReachMachine() override;

    std::unique_ptr<ssh::Session> takeSession(); ///< after success
    void answerHostKey(bool accept);

Q_SIGNALS:
    void machineSeen(const nimbook::cloud::Instance &machine);
    void hostKeyQuestion(const QString &fingerprint); ///< nothing vouches for this key; the clock stands until answerHostKey()
    void hostKeyRefused(const nimbook::workspace::HostKeyChange &change); ///< it fails now

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override;

private:
    void askHostKeys();
    void onHostKeys(const QList<ssh::HostKey> &vouched);
    bool isUnknown() const { return m_known.isEmpty() && m_vouched.isEmpty(); }
    void connectNow();
    void onOpened(const ssh::HostKey &presented);
    void onRefused(const Error &error);
    void onMismatch();
    void onAuthenticationFailed(const Error &error);
    void tryLater(const Error &error);
    void lookAgain();
    void onDeadline();
    void failWithConsole(const QByteArray &console);
    template<typename T> void call(ValueJob<T> *job, std::function<void(const Result<T> &)> then);

    cloud::ComputeClient &m_compute;
    cloud::Instance m_machine;
    Login m_login;
    Patience m_patience;
    ssh::HostKeyPolicy m_policy;
    QString m_accepted;            // fingerprint that the person said yes to
    QString m_asked;
    ssh::HostKey m_shown; // what the server of the latest refusal presented
    QList<ssh::HostKey> m_known;   // pinned before
    QList<ssh::HostKey> m_vouched; // by the API
    QString m_notAsked;            // why the API could not be asked
    bool m_askedTwice = false;
    int m_attempt = 0;
    int m_keyLooks = 0;
    Error m_lastError;
    Backoff m_backoff{std::chrono::milliseconds(150), 1.6, std::chrono::seconds(5)};
    QElapsedTimer m_clock;
    QTimer m_pause;
    QTimer m_deadline;
    std::chrono::milliseconds m_timeLeft{0};
    std::function<void()> m_afterPause;
    QPointer<Job> m_call;
    std::unique_ptr<ssh::Session> m_session;
};

} // namespace nimbook::workspace
