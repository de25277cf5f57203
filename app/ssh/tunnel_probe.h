// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/channel.h"

#include <QByteArray>

#include <chrono>
#include <memory>

namespace nimbook::ssh {

class Link;

/// Asks the web server behind a tunnel for a page, over a channel of its own: does it answer, and how soon?
///
/// Says nothing secret: a refusal for want of a token is an answer too. Thread: the link's; call pump() on Link::serviced().
class TunnelProbe {
public:
    enum class Outcome { Running, Answered, Refused, Silent, Lost };

    /// \param path "/api"
    TunnelProbe(Link &link, quint16 remotePort, const QByteArray &path);

    /// \return Refused: nobody listens there; Silent: no answer within \a deadline; Lost: the link is gone
    Outcome pump(std::chrono::milliseconds deadline);
    bool isForwarded() const { return m_forwarded; } ///< the far side has opened the way to the port
    std::chrono::milliseconds age() const { return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_began); }

private:
    Outcome step();

    Channel m_channel;
    quint16 m_remotePort;
    QByteArray m_question;
    std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
    bool m_forwarded = false;
    bool m_asked = false;
};

} // namespace nimbook::ssh
