// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/serial_console.h"

#include <QList>

#include <algorithm>

namespace nimbook::sandbox {

void SerialConsole::append(const QByteArray &bytes)
{
    m_buffer += bytes;
    // Trimmed in strides: cutting the front at each line would copy a megabyte per line.
    constexpr qint64 slack = 64 * 1024;
    if (m_buffer.size() > capacity + slack) {
        const qint64 surplus = m_buffer.size() - capacity;
        m_buffer.remove(0, surplus);
        m_bufferStart += surplus;
    }
}

QByteArray SerialConsole::read(qint64 start, qint64 *actualStart, qint64 *next) const
{
    const qint64 end = m_bufferStart + m_buffer.size();
    const qint64 oldest = std::max(m_bufferStart, end - capacity);
    const qint64 from = std::clamp(start, oldest, end);
    if (actualStart)
        *actualStart = from;
    if (next)
        *next = end;
    return m_buffer.mid(from - m_bufferStart);
}

QByteArray SerialConsole::lastLines(int count) const
{
    const QList<QByteArray> lines = m_buffer.trimmed().split('\n');
    return lines.mid(std::max<qsizetype>(0, lines.size() - count)).join('\n');
}

} // namespace nimbook::sandbox
