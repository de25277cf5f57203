// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/block_pool.h"
#include "ssh/channel.h"
#include "ssh/dialer.h"

#include <QElapsedTimer>
#include <QSocketNotifier>

#include <chrono>
#include <memory>

namespace nimbook::ssh {

class Link;

/// What all connections of a tunnel share.
struct TunnelTraffic {
    qint64 in = 0;  ///< bytes from the machine
    qint64 out = 0; ///< bytes to the machine
    BlockPool blocks;
};

/// One local socket and its channel: bytes both ways, each way with its own end.
///
/// Holds at most one block for each direction, and only while bytes lie in it. When one side does not take its bytes, the other side is no longer read: the
/// local peer feels TCP's back-pressure, the remote one the channel's window; no other connection feels anything.
class ForwardedConnection {
public:
    ForwardedConnection(Descriptor socket, TunnelTraffic &traffic);
    ~ForwardedConnection();
    Q_DISABLE_COPY_MOVE(ForwardedConnection)

    bool isAttached() const { return m_channel != nullptr; }
    void attach(Link &link, const QString &remoteHost, quint16 remotePort); ///< the link is live; until then the socket waits, unread
    /// The link is gone. What nobody has said a word over yet waits for the next one, as if it came now; any other is over: a byte
    /// stream cannot go on over another channel.
    void detach();
    std::chrono::milliseconds waitingFor() const { return std::chrono::milliseconds(m_waiting.elapsed()); } ///< unless it is attached

    void pump();      ///< moves what can be moved now; call it on Link::serviced()
    void checkPeer(); ///< finds out that the local peer is gone while nothing is read from it; about once a second
    bool isOver() const { return m_over; }

private:
    struct Buffer {
        BlockPool::Block bytes;
        qint64 begin = 0;
        qint64 end = 0;
        bool isEmpty() const { return begin == end; }
    };

    bool isUntouched() const; ///< no byte was taken from either side, so neither would notice another channel
    bool isIdle() const; ///< nothing to move, and its notifier tells when there is
    bool openChannel();
    void moveOut();
    bool receive(); ///< false: the local peer broke off
    void moveIn();
    void fill();
    void release(Buffer &buffer);
    bool sendPending(); ///< false: the local peer takes no more now
    void endIfDone();

    TunnelTraffic &m_traffic;
    Descriptor m_socket;
    QElapsedTimer m_waiting;
    QPointer<Link> m_link;
    std::unique_ptr<Channel> m_channel;
    std::unique_ptr<QSocketNotifier> m_readable; // enabled only while we wait for it
    std::unique_ptr<QSocketNotifier> m_writable;
    Buffer m_out; // local → remote
    Buffer m_in;  // remote → local
    QString m_remoteHost;
    quint16 m_remotePort = 0;
    bool m_open = false;
    bool m_received = false; // something, from either side
    bool m_canReceive = false; // the local socket had bytes when we last looked
    bool m_canSend = true;
    bool m_localEnded = false;
    bool m_remoteEnded = false; // and told to the local peer
    bool m_over = false;
};

} // namespace nimbook::ssh
