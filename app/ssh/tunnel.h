// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ssh/connection.h"

#include <QObject>
#include <QSet>

#include <chrono>
#include <memory>

namespace nimbook::ssh {

/// A local port that leads to a port of the machine's own loopback, as ssh -L does, on a session and thread of its own.
///
/// The listening socket (127.0.0.1 only) belongs to this object from open() to close(): the link may come and go behind it. A slow
/// or dead channel holds up no other. After a loss it connects again by itself with back-off; connections that arrive
/// meanwhile, or over which nothing was said before it, wait for that, at most 20 s and at most 64 of them.
/// Only this process is let in, and on request any program of its user; see LocalListener.
///
/// A key that is refused where it was let in before is tried for another minute: a machine that boots learns its users late.
///
///     Closed ─open()─► Connecting ─► Live ─(link lost)─► Reconnecting ─► Live
///                          └─(first connect fails)─► Failed      └─(host key changed, key refused)─► Failed
class Tunnel : public QObject {
    Q_OBJECT
public:
    enum class State { Closed, Connecting, Live, Reconnecting, Failed };
    Q_ENUM(State)

    /// The same, as finely as the supervisor sees it. Live and Degraded are State::Live: the link stands, bytes go through.
    enum class Phase {
        Closed,
        Resolving,      ///< name, address, TCP or another route
        Authenticating, ///< host key, our key
        Forwarding,     ///< the way to the port is being opened
        Probing,        ///< asked the server behind it
        Live,
        Degraded,       ///< the link stands, and the server behind it does not answer: error() says how
        Waiting,        ///< until retryIn() has passed
        Doubted,        ///< another machine answered there: no attempt until the address is another one, or giveUp(). See setMayMove()
        Failed,
    };
    Q_ENUM(Phase)

    Tunnel(ConnectionSettings settings, quint16 remotePort, QObject *parent = nullptr);
    ~Tunnel() override;

    /// \param preferredPort tried first; when it is busy the next free one above it is taken (18888, 18889, …).
    /// \param reserved      but none of these: another tunnel, closed now, is to find its port again
    void open(quint16 preferredPort = 18888, const QSet<quint16> &reserved = {});
    void close();
    /// A browser, a script: from now on any program of the user who runs this one is let in, until it is taken back.
    void setOpenToPrograms(bool open);
    bool isOpenToPrograms() const;
    /// Where the port is, as the machine names it; 127.0.0.1 unless said otherwise. For connections that come from now on.
    void setRemoteHost(const QString &host);
    /// Ask the web server behind the port for \a path now and then ("/api"); empty: do not. Before open().
    void setProbe(const QByteArray &path);
    void setLongestWait(std::chrono::milliseconds wait); ///< of a connection for the link, instead of 20 s
    /// The owner can find out whether the machine is at another address by now: when another host key is shown where the tunnel was live, it
    /// waits in Doubted for setConnection() and reconnectNow(), or for giveUp(), instead of failing at once.
    void setMayMove(bool mayMove);
    void giveUp(); ///< Doubted becomes Failed: it is the machine that has another key
    void setKeyPatience(std::chrono::milliseconds patience); ///< with a refused key, instead of a minute
    /// This computer woke up or changed its network: a link that does not answer at once is made anew, a wait is cut short.
    void suspectLink();
    void reconnectNow(); ///< skips the wait of Reconnecting; after Failed, begins again behind the same port

    /// The machine's address or keys changed (stop and start): used from the next connection on.
    void setConnection(const ConnectionSettings &settings);

    State state() const;
    quint16 localPort() const; ///< 0 until the socket listens; then the same until close()
    Phase phase() const;
    std::chrono::milliseconds retryIn() const;   ///< in Waiting: until the next attempt
    std::chrono::milliseconds answerTime() const; ///< of the last probe that was answered; 0: none yet
    quint16 remotePort() const;
    Error error() const;       ///< why Failed, Degraded or Reconnecting
    int connectionCount() const;
    qint64 bytesIn() const;    ///< from the machine, since open()
    qint64 bytesOut() const;

Q_SIGNALS:
    void stateChanged(nimbook::ssh::Tunnel::State state);
    void phaseChanged(nimbook::ssh::Tunnel::Phase phase);
    void trafficChanged(); ///< at most a few times a second

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::ssh
