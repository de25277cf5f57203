// SPDX-License-Identifier: Apache-2.0
#include "transfer/sftp_client.h"

#include <QCoreApplication>

namespace nimbook::transfer {

SftpClient::SftpClient(std::unique_ptr<ByteStream> stream, QString machineName)
    : m_machineName(std::move(machineName)), m_stream(std::move(stream))
{
    m_stream->onReceived = [this](QByteArrayView bytes) { receive(bytes); };
    m_stream->onWritable = [this] { flush(); };
    m_stream->onClosed = [this](const Error &error) { fail(error); };
    m_outgoing.push_back(sftp::initPacket());
    flush();
}

SftpClient::~SftpClient()
{
    m_stream->onReceived = nullptr;
    m_stream->onWritable = nullptr;
    m_stream->onClosed = nullptr;
}

void SftpClient::send(sftp::Request request, Handler handler, qsizetype cost)
{
    if (m_lost) {
        handler(failure(*m_lost));
        return;
    }
    const quint32 id = m_nextId++;
    m_pending.insert(id, Pending{std::move(handler), cost});
    m_inFlight += cost;
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
    if (m_receiving) {
        // An answer being handled still looks into the framer's buffer.
        m_late.append(bytes.data(), bytes.size());
        return;
    }
    m_receiving = true;
    m_framer.append(bytes);
    while (!m_lost) {
        const auto packet = m_framer.next();
        if (packet) {
            process(*packet);
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
    pending.handler(tagged->reply);
}

void SftpClient::fail(const Error &error)
{
    if (m_lost)
        return;
    m_lost = error;
    m_outgoing.clear();
    m_inFlight = 0;
    const auto pending = std::exchange(m_pending, {});
    for (const Pending &p : pending)
        p.handler(failure(error));
    if (onLost)
        onLost(error);
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
