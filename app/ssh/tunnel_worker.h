// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/backoff.h"
#include "ssh/forwarded_connection.h"
#include "ssh/link.h"
#include "ssh/tunnel.h"
#include "ssh/tunnel_probe.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace nimbook::ssh {

class LocalListener;

/// What the window's side of a Tunnel knows; sent over as a value.
struct TunnelStatus {
    quint64 epoch = 0; ///< of the open() it belongs to
    Tunnel::State state = Tunnel::State::Closed;
    Tunnel::Phase phase = Tunnel::Phase::Closed;
    QDeadlineTimer nextAttempt; ///< of Phase::Waiting
    std::chrono::milliseconds answerTime{0};
    quint16 port = 0;
    Error error;
    int connections = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    bool operator==(const TunnelStatus &) const = default;
};

/// The half of a Tunnel that lives on the worker thread: the listening socket, the link and all the bytes.
class TunnelWorker : public QObject {
    Q_OBJECT
public:
    TunnelWorker(ConnectionSettings settings, quint16 remotePort);
    ~TunnelWorker() override;

    void open(quint64 epoch, quint16 preferredPort, const QSet<quint16> &reserved);
    void close();
    void reconnectNow();
    void suspectLink();
    void setProbe(const QByteArray &path) { m_probePath = path; }
    void setRemoteHost(const QString &host) { m_remoteHost = host; }
    void setMayMove(bool mayMove) { m_mayMove = mayMove; }
    void setKeyPatience(std::chrono::milliseconds patience) { m_keyPatience = patience; }
    void giveUp();
    void setLongestWait(std::chrono::milliseconds wait) { m_longestWait = wait; }
    void setConnection(const ConnectionSettings &settings);
    void setOpenToPrograms(bool open);

Q_SIGNALS:
    void statusChanged(const nimbook::ssh::TunnelStatus &status);

private:
    void connectLink();
    void dropLink();
    void onLive();
    void onEnded(const Error &error);
    bool heals(const Error &error);
    void fail(const Error &error);
    void onAccepted(int socket);
    void keepUntouched();
    void pump();
    void onTick();
    void startProbe();
    void pumpProbe();
    void onAnswered();
    void onNoAnswer(TunnelProbe::Outcome outcome);
    void setPhase(Tunnel::Phase phase);
    void setState(Tunnel::State state, const Error &error = {});
    void report();

    ConnectionSettings m_settings;
    QString m_remoteHost = QStringLiteral("127.0.0.1");
    quint16 m_remotePort;
    std::chrono::milliseconds m_longestWait{20'000}; // of a connection, for the link
    bool m_mayMove = false;
    std::chrono::milliseconds m_keyPatience{60'000};
    QElapsedTimer m_keyRefused; // since the first refusal after it was live; invalid: there was none
    TunnelStatus m_status;
    TunnelStatus m_reported;
    TunnelTraffic m_traffic;
    int m_attempt = 0;
    QByteArray m_probePath;
    QDeadlineTimer m_nextProbe;
    std::unique_ptr<TunnelProbe> m_probe; // dies before the link, as the connections do
    QTimer m_retry;
    QTimer m_tick; // ages waiting connections, looks after silent peers, reports traffic
    bool m_isOpenToPrograms = false;
    LocalListener *m_listener = nullptr;
    Link *m_link = nullptr; // our child; dies by deleteLater(), because its own signals make us drop it
    std::vector<std::unique_ptr<ForwardedConnection>> m_connections; // die before the link
};

} // namespace nimbook::ssh
