// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_stream.h"

#include <algorithm>

namespace nimbook::ssh::iap {

namespace {

constexpr quint64 acknowledgeAfter = 2 * maxData; // bytes; as gcloud does

template<typename... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template<typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

} // namespace

Stream::Heard Stream::hear(const QByteArray &message)
{
    Heard heard;
    const auto tooEarly = [this, &heard](const char *what) {
        if (!m_ready)
            heard.fault = QStringLiteral("%1 before the session was set up").arg(QLatin1String(what));
        return !m_ready;
    };
    std::visit(Overloaded{[&](const ConnectSuccess &success) {
                              if (!m_sid.isEmpty()) {
                                  heard.fault = QStringLiteral("a second session");
                                  return;
                              }
                              m_sid = success.sid;
                              m_ready = heard.ready = true;
                          },
                          [&](const ReconnectSuccess &success) {
                              if (m_ready || m_sid.isEmpty()) {
                                  heard.fault = QStringLiteral("a session is resumed that was not lost");
                                  return;
                              }
                              heard.fault = confirm(success.received);
                              m_next = 0;
                              m_position = m_confirmed;
                              m_ready = heard.ready = heard.fault.isEmpty();
                          },
                          [&](const Data &data) {
                              if (tooEarly("data"))
                                  return;
                              m_received += quint64(data.bytes.size());
                              heard.data = data.bytes;
                          },
                          [&](const Ack &ack) {
                              if (!tooEarly("an acknowledgement"))
                                  heard.fault = confirm(ack.received);
                          },
                          [&](const LongClose &close) { heard.close = close; },
                          [](const Unknown &) {},
                          [&](const Malformed &malformed) { heard.fault = malformed.why; }},
               parse(message));
    return heard;
}

QString Stream::confirm(quint64 total)
{
    if (total < m_confirmed || total > m_sent) {
        return QStringLiteral("%1 bytes are acknowledged, of %2 sent and %3 acknowledged before").arg(total).arg(m_sent).arg(m_confirmed);
    }
    auto left = qint64(total - m_confirmed);
    m_confirmed = total;
    m_unconfirmed -= left;
    while (left > 0) {
        QByteArray &first = m_chunks.front();
        if (left < first.size()) {
            first.remove(0, left); // an acknowledgement may end inside a chunk
            break;
        }
        left -= first.size();
        m_chunks.pop_front();
        if (m_next > 0)
            --m_next;
    }
    m_position = std::max(m_position, m_confirmed);
    return {};
}

QByteArray Stream::nextMessage()
{
    if (!m_ready)
        return {};
    if (m_delivered - m_acknowledged > acknowledgeAfter)
        return idleAck();
    if (m_next == m_chunks.size())
        return {};
    const QByteArray &chunk = m_chunks[m_next];
    ++m_next;
    m_position += quint64(chunk.size());
    m_sent = std::max(m_sent, m_position);
    return dataFrame(chunk);
}

QByteArray Stream::idleAck()
{
    if (!m_ready || m_delivered == m_acknowledged)
        return {};
    m_acknowledged = m_delivered;
    return ackFrame(m_acknowledged);
}

void Stream::write(const QByteArray &bytes)
{
    m_unconfirmed += bytes.size();
    m_chunks.push_back(bytes);
}

} // namespace nimbook::ssh::iap
