// SPDX-License-Identifier: Apache-2.0
#include "ssh/tunnel_probe.h"

#include "ssh/link.h"

namespace nimbook::ssh {

TunnelProbe::TunnelProbe(Link &link, quint16 remotePort, const QByteArray &path)
    : m_channel(link), m_remotePort(remotePort)
    , m_question("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: nimbook\r\nConnection: close\r\n\r\n")
{
}

TunnelProbe::Outcome TunnelProbe::pump(std::chrono::milliseconds deadline)
{
    const Outcome outcome = step();
    return outcome == Outcome::Running && age() > deadline ? Outcome::Silent : outcome;
}

TunnelProbe::Outcome TunnelProbe::step()
{
    if (!m_forwarded) {
        switch (m_channel.openForward(QStringLiteral("127.0.0.1"), m_remotePort, 0)) {
        case Channel::Step::Again: return Outcome::Running;
        case Channel::Step::Refused: return Outcome::Refused;
        case Channel::Step::Broken: return Outcome::Lost;
        case Channel::Step::Done: break;
        }
        m_forwarded = true;
    }
    if (!m_asked) {
        const qint64 taken = m_channel.write(m_question.constData(), m_question.size());
        if (taken < 0)
            return Outcome::Refused;
        m_question.remove(0, taken);
        m_asked = m_question.isEmpty();
        return Outcome::Running;
    }
    char answer[512];
    const qint64 count = m_channel.read(Channel::Stream::Output, answer, sizeof answer);
    if (count > 0)
        return Outcome::Answered;
    if (count < 0)
        return Outcome::Lost;
    return m_channel.atEnd() || m_channel.isClosed() ? Outcome::Refused : Outcome::Running; // docker's proxy takes, then ends it
}

} // namespace nimbook::ssh
