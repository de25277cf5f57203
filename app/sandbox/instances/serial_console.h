// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace nimbook::sandbox {

/// Serial port 1: keeps the last 1 MB and counts from the first byte ever written, as getSerialPortOutput does.
class SerialConsole {
public:
    static constexpr qint64 capacity = 1024 * 1024; ///< bytes

    void append(const QByteArray &bytes);

    /// Bytes from \a start on. \a actualStart is larger than asked when they are gone already, smaller when they were not written yet.
    QByteArray read(qint64 start, qint64 *actualStart, qint64 *next) const;
    QByteArray lastLines(int count) const; ///< for an error's detail

private:
    QByteArray m_buffer;
    qint64 m_bufferStart = 0; ///< absolute offset of m_buffer's first byte
};

} // namespace nimbook::sandbox
