// SPDX-License-Identifier: Apache-2.0
#include "cli/descriptor_pump.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace nimbook::cli {

DescriptorPump::DescriptorPump(int from, int to, QObject *parent)
    : QObject(parent), m_from(from), m_to(to), m_readable(from, QSocketNotifier::Read), m_writable(to, QSocketNotifier::Write)
{
    for (const int descriptor : {from, to})
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, &DescriptorPump::onReadable);
    connect(&m_writable, &QSocketNotifier::activated, this, &DescriptorPump::onWritable);
}

void DescriptorPump::onReadable()
{
    char buffer[64 * 1024];
    const ssize_t count = ::read(m_from, buffer, sizeof buffer);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    m_readable.setEnabled(false);
    if (count <= 0) {
        Q_EMIT ended();
        return;
    }
    m_bytes = QByteArray(buffer, count);
    onWritable();
}

void DescriptorPump::onWritable()
{
    const ssize_t count = ::write(m_to, m_bytes.constData(), size_t(m_bytes.size()));
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
        m_writable.setEnabled(false);
        Q_EMIT ended();
        return;
    }
    if (count > 0)
        m_bytes.remove(0, count);
    m_writable.setEnabled(!m_bytes.isEmpty());
    m_readable.setEnabled(m_bytes.isEmpty());
}

} // namespace nimbook::cli
