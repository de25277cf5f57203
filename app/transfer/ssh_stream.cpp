// SPDX-License-Identifier: Apache-2.0
#include "transfer/ssh_stream.h"

namespace nimbook::transfer {
namespace {
constexpr qsizetype worthWaking = 64 * 1024; // bytes; fewer wait for the end of the turn
}

SshStream::SshStream(LinkThread &link, const QString &command) : m_link(&link), m_id(link.add(this, command, m_pipes)) {}

SshStream::~SshStream()
{
    *m_alive = false;
    if (m_link)
        m_link->remove(m_id);
}

qsizetype SshStream::write(QByteArrayView bytes)
{
    if (m_ended)
        return 0;
    const auto put = m_pipes->toMachine.put(bytes);
    m_wantsRoom = put.taken < bytes.size();
    m_unannounced = put.wakeReader ? put.taken : m_unannounced + put.taken;
    m_mustWake = m_mustWake || put.wakeReader;
    if (m_mustWake && m_link && m_unannounced >= worthWaking) {
        m_mustWake = false;
        m_link->wake(m_id);
    } else if (put.wakeReader && m_link) {
        m_link->wakeSoon(m_id);
    }
    return put.taken;
}

void SshStream::onStirred()
{
    if (receive() && std::exchange(m_wantsRoom, false) && onWritable)
        onWritable();
}

bool SshStream::receive()
{
    if (m_pipes->fromMachine.take(m_received) && m_link)
        m_link->wake(m_id);
    const auto alive = m_alive;
    if (!m_received.isEmpty() && onReceived)
        onReceived(m_received);
    return *alive;
}

void SshStream::onEnded(const Error &error)
{
    if (m_ended || !receive() || std::exchange(m_ended, true)) // what came before the end counts
        return;
    if (onClosed)
        onClosed(error);
}

} // namespace nimbook::transfer
