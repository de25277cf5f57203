// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/iap_frame.h"

#include <deque>
#include <optional>

namespace nimbook::ssh::iap {

/// The two byte streams of one relay session, which outlive its WebSockets: what is confirmed, what has to be sent once more.
///
/// No I/O: somebody else moves messages. A new WebSocket begins with its success frame; after a reconnect the bytes that the
/// relay did not get are sent again, in the same order.
class Stream {
public:
    /// What a message brought.
    struct Heard {
        QByteArray data;
        bool ready = false;             ///< the WebSocket may be used from now on
        std::optional<LongClose> close;
        QString fault;                  ///< English; the far side broke the protocol: give the session up
    };
    Heard hear(const QByteArray &message);

    /// The next message to send now: an acknowledgement that is due, bytes to repeat, fresh bytes; empty: none.
    QByteArray nextMessage();
    QByteArray idleAck(); ///< what a due acknowledgement would say, however little it is; empty: all is acknowledged

    bool hasRoom() const { return m_unconfirmed < maxUnconfirmed; } ///< more would only fill memory
    void write(const QByteArray &bytes); ///< 1 … maxData; wants to be sent
    void delivered(qint64 bytes) { m_delivered += quint64(bytes); } ///< received bytes that found their reader: what we acknowledge

    void connectionLost() { m_ready = false; } ///< the WebSocket is gone; the session may go on over another one
    const QByteArray &sid() const { return m_sid; } ///< empty: no session yet
    quint64 received() const { return m_received; } ///< for the reconnect

private:
    // A relay that confirms rarely must not slow a transfer down: at 50 ms this is good for 320 MB/s.
    static constexpr qint64 maxUnconfirmed = 16 * 1024 * 1024;

    QString confirm(quint64 total); ///< why that cannot be; empty: fine

    QByteArray m_sid;
    bool m_ready = false;
    std::deque<QByteArray> m_chunks;  // not confirmed yet
    size_t m_next = 0;                // of them, the first that this WebSocket has not sent
    qint64 m_unconfirmed = 0;         // bytes in m_chunks
    quint64 m_confirmed = 0;
    quint64 m_position = 0;           // bytes of the whole stream up to m_next
    quint64 m_sent = 0;               // the most that m_position ever was
    quint64 m_received = 0;
    quint64 m_delivered = 0;
    quint64 m_acknowledged = 0;
};

} // namespace nimbook::ssh::iap
