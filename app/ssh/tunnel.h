// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ssh/connection.h"

#include <QObject>

#include <memory>

namespace nimbook::ssh {

/// A local port that leads to a port of the machine's own loopback, as ssh -L does, on a session and thread of its own.
///
/// The listening socket (127.0.0.1 only) belongs to this object from open() to close(): the link may come and go behind it. A slow
/// or dead channel holds up no other. After a loss it connects again by itself with back-off; connections that arrive
/// meanwhile wait for it, at most some seconds.
///
///     Closed ─open()─► Connecting ─► Live ─(link lost)─► Reconnecting ─► Live
///                          └─(first connect fails)─► Failed      └─(host key changed, key refused)─► Failed
class Tunnel : public QObject {
    Q_OBJECT
public:
    enum class State { Closed, Connecting, Live, Reconnecting, Failed };
    Q_ENUM(State)

    Tunnel(ConnectionSettings settings, quint16 remotePort, QObject *parent = nullptr);
    ~Tunnel() override;

    /// \param preferredPort tried first; when it is busy the next free one above it is taken (18888, 18889, …).
    void open(quint16 preferredPort = 18888);
    void close();
    void reconnectNow(); ///< skips the wait of Reconnecting; after Failed, begins again behind the same port

    /// The machine's address or keys changed (stop and start): used from the next connection on.
    void setConnection(const ConnectionSettings &settings);

    State state() const;
    quint16 localPort() const; ///< 0 until the socket listens; then the same until close()
    Error error() const;       ///< why Failed, or why Reconnecting
    int connectionCount() const;
    qint64 bytesIn() const;    ///< from the machine, since open()
    qint64 bytesOut() const;

Q_SIGNALS:
    void stateChanged(nimbook::ssh::Tunnel::State state);
    void trafficChanged(); ///< at most a few times a second

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::ssh
