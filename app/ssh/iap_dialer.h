// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/backoff.h"
#include "ssh/dialer.h"
#include "ssh/iap_close.h"
#include "ssh/iap_route.h"
#include "ssh/iap_stream.h"

#include <QElapsedTimer>
#include <QSocketNotifier>
#include <QTimer>
#include <QWebSocket>

#include <memory>

namespace nimbook::ssh {

/// A socket that leads to a machine through Google's relay: one half of a socket pair for libssh, the other half fed from WebSockets.
///
/// When the WebSocket is lost (a change of network, an expired token, the relay's own wish), the session is resumed over a new one
/// and the socket never notices. Gives up after 15 minutes, as gcloud does.
class IapDialer final : public Dialer {
    Q_OBJECT
public:
    IapDialer(IapTarget target, std::shared_ptr<IapTokens> tokens, QObject *parent);
    ~IapDialer() override;

    void start() override;
    int takeSocket() override { return m_outer.release(); }
    bool isMending() const override { return m_phase == Phase::Mending; }
    Error endReason() const override { return m_endReason; }

private:
    enum class Phase { Asking, Connecting, Open, Mending, Ended };

    void askToken(const Secret &refused = {});
    void onToken(quint64 ticket, const Secret &token);
    void onTokenFailed(quint64 ticket, const Error &error);
    void openWebSocket();
    QUrl address() const;
    void dropWebSocket();
    void onMessage(const QByteArray &message);
    void onReady();
    void onGone();
    void obey(const iap::CloseVerdict &verdict, const QString &reason);
    void mend(std::chrono::milliseconds wait);
    void end(const Error &error);
    void endOfStream();

    void pumpOut();
    bool readInner();
    void pumpIn();
    void onTick();

    IapTarget m_target;
    std::shared_ptr<IapTokens> m_tokens;
    iap::Stream m_stream;
    Phase m_phase = Phase::Asking;
    quint64 m_ticket = 0;
    Secret m_token;
    bool m_tokenIsFresh = false; // a second refusal in a row is an answer
    Descriptor m_outer; // libssh's, until it is taken
    Descriptor m_inner;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QWebSocket *m_socket = nullptr; // null between two of them
    bool m_upgraded = false;        // it got past its handshake
    QByteArray m_inbox;             // received, not yet taken by libssh
    bool m_inputEnded = false;      // nothing comes after m_inbox
    Error m_endReason;
    Backoff m_backoff{std::chrono::milliseconds(200), 1.6, std::chrono::seconds(20)};
    int m_attempt = 0;
    QElapsedTimer m_lostSince;
    QElapsedTimer m_heard;
    QTimer m_retry;
    QTimer m_tick;
};

} // namespace nimbook::ssh
