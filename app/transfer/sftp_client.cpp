// SPDX-License-Identifier: Apache-2.0
#include "transfer/sftp_client.h"

#include <QCoreApplication>

namespace nimbook::transfer {

SftpClient::SftpClient(std::unique_ptr<ByteStream> stream, QString machineName, std::shared_ptr<Patience> patience)
    : m_machineName(std::move(machineName)), m_patience(std::move(patience)),
      m_watch(m_patience, [this] { return m_ready && m_pending.isEmpty() ? std::nullopt : std::optional(Patience::Time(0)); }, [this] { onSilence(); }),
      m_stream(std::move(stream))
{
    m_watch.expect();
    m_stream->onReceived = [this](QByteArrayView bytes) { receive(bytes); };
    m_stream->onWritable = [this] { flush(); };
    m_stream->onClosed = [this](const Error &error) { fail(error); };
    m_outgoing.push_back(sftp::initPacket());
    flush();
}

SftpClient::~SftpClient()
{
    *m_alive = false;
    m_stream->onReceived = nullptr;
    m_stream->onWritable = nullptr;
    m_stream->onClosed = nullptr;
    for (const Pending &pending : std::as_const(m_pending))
        m_patience->takeOff(pending.cost, pending.extra);
}

void SftpClient::send(sftp::Request request, Handler handler, qsizetype cost, Patience::Time extra)
{
    if (m_lost) {
        handler(failure(*m_lost));
        return;
    }
    const quint32 id = m_nextId++;
    m_pending.insert(id, Pending{std::move(handler), cost, extra});
    m_inFlight += cost;
    m_patience->add(cost, extra);
    m_watch.expect();
    m_outgoing.push_back(std::move(request).take(id));
    flush();
}

void SftpClient::flush()
{
    while (!m_outgoing.empty() && !m_lost) {
        const QByteArrayView rest = QByteArrayView(m_outgoing.front()).sliced(m_outgoingOffset);
        const qsizetype taken = m_stream->write(rest);
        if (taken < rest.size()) {
            m_outgoingOffset += taken;
            return;
        }
        m_outgoing.pop_front();
        m_outgoingOffset = 0;
    }
}

void SftpClient::receive(QByteArrayView bytes)
{
    if (!bytes.isEmpty())
        m_watch.heard();
    if (m_receiving) {
        // An answer being handled still looks into the framer's buffer.
        m_late.append(bytes.data(), bytes.size());
        return;
    }
    m_receiving = true;
    const auto alive = m_alive;
    m_framer.append(bytes);
    while (!m_lost) {
        const auto packet = m_framer.next();
        if (packet) {
            process(*packet);
            if (!*alive)
                return;
        } else if (!m_late.isEmpty()) {
            m_framer.append(std::exchange(m_late, {}));
        } else {
            break;
        }
    }
    m_receiving = false;
    if (m_framer.isBroken())
        loseProtocol(QStringLiteral("SFTP packet of an impossible length"));
    else if (onRoom && !m_lost)
        onRoom();
}

void SftpClient::process(QByteArrayView packet)
{
    if (!m_ready) {
        const auto version = sftp::parseVersion(packet);
        if (!version || version->version < 3) {
            loseProtocol(QStringLiteral("no SFTP version 3 greeting; a login script that prints text does this"));
            return;
        }
        m_extensions = version->extensions;
        m_ready = true;
        if (onReady)
            onReady();
        return;
    }
    const auto tagged = sftp::parseReply(packet);
    const auto found = tagged ? m_pending.find(tagged->id) : m_pending.end();
    if (found == m_pending.end()) {
        loseProtocol(QStringLiteral("malformed SFTP packet, or an answer to no question (type %1)").arg(quint8(packet.front())));
        return;
    }
    const Pending pending = std::move(*found);
    m_pending.erase(found);
    m_inFlight -= pending.cost;
    m_patience->takeOff(pending.cost, pending.extra);
    pending.handler(tagged->reply);
}

void SftpClient::fail(const Error &error)
{
    if (m_lost)
        return;
    m_lost = error;
    m_outgoing.clear();
    m_inFlight = 0;
    const auto alive = m_alive;
    auto pending = std::exchange(m_pending, {});
    for (const Pending &p : std::as_const(pending))
        m_patience->takeOff(p.cost, p.extra);
    for (const Pending &p : std::as_const(pending))
        p.handler(failure(error));
    pending.clear();
    if (*alive && onLost)
        onLost(error);
}

void SftpClient::onSilence()
{
    if (m_lost)
        return;
    fail(Error{ErrorKind::Timeout,
               QCoreApplication::translate("nimbook::transfer::SftpClient", "The file service of %1 does not answer, though the connection stands.").arg(m_machineName),
               QCoreApplication::translate("nimbook::transfer::SftpClient", "Try again. If it happens again, look at what keeps the machine's disk busy."),
               QStringLiteral("silent for %1 s, with %2 requests open").arg(m_watch.waited().count()).arg(m_pending.size()), {}});
}

void SftpClient::loseProtocol(const QString &detail)
{
    fail(Error{ErrorKind::Protocol,
               QCoreApplication::translate("nimbook::transfer::SftpClient", "The file service of %1 gave an answer that cannot be understood.")
                   .arg(m_machineName),
               QCoreApplication::translate("nimbook::transfer::SftpClient", "Check that the login shell of the machine prints nothing by itself."),
               detail, {}});
}

} // namespace nimbook::transfer
