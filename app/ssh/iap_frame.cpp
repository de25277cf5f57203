// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_frame.h"

#include <QtEndian>

namespace nimbook::ssh::iap {

namespace {

enum Tag : quint16 { ConnectSuccessSid = 0x0001, ReconnectSuccessAck = 0x0002, DataTag = 0x0004, AckTag = 0x0007, LongCloseTag = 0x000A };

/// Reads from the front of a message; once something was missing, everything after it is.
class Reader {
public:
    explicit Reader(QByteArrayView bytes) : m_bytes(bytes) {}

    template<typename T>
    T number()
    {
        if (!take(sizeof(T)))
            return 0;
        return qFromBigEndian<T>(m_bytes.data() + m_at - sizeof(T));
    }

    QByteArray bytes(quint32 count)
    {
        return take(count) ? m_bytes.sliced(m_at - qsizetype(count), count).toByteArray() : QByteArray();
    }

    bool complete() const { return m_complete; }

private:
    bool take(quint64 count)
    {
        m_complete = m_complete && count <= quint64(m_bytes.size() - m_at);
        if (m_complete)
            m_at += qsizetype(count);
        return m_complete;
    }

    QByteArrayView m_bytes;
    qsizetype m_at = 0;
    bool m_complete = true;
};

template<typename T>
void append(QByteArray &to, T number)
{
    char bytes[sizeof(T)];
    qToBigEndian(number, bytes);
    to.append(bytes, sizeof bytes);
}

Frame lengthPrefixed(quint16 tag, Reader &reader)
{
    const quint32 code = tag == LongCloseTag ? reader.number<quint32>() : 0;
    const quint32 length = reader.number<quint32>();
    if (tag == DataTag && (length == 0 || length > maxData))
        return Malformed{QStringLiteral("a data frame of %1 bytes").arg(length)};
    const QByteArray bytes = reader.bytes(length);
    if (tag == DataTag)
        return Data{bytes};
    if (tag == LongCloseTag)
        return LongClose{code, QString::fromUtf8(bytes)};
    if (reader.complete() && bytes.isEmpty())
        return Malformed{QStringLiteral("a session without an id")};
    return ConnectSuccess{bytes};
}

} // namespace

Frame parse(QByteArrayView message)
{
    Reader reader(message);
    const auto tag = reader.number<quint16>();
    Frame frame = Unknown{tag};
    switch (tag) {
    case ConnectSuccessSid:
    case DataTag:
    case LongCloseTag:
        frame = lengthPrefixed(tag, reader);
        break;
    case ReconnectSuccessAck:
        frame = ReconnectSuccess{reader.number<quint64>()};
        break;
    case AckTag:
        frame = Ack{reader.number<quint64>()};
        break;
    default:
        break;
    }
    if (!reader.complete())
        return Malformed{QStringLiteral("a frame with tag %1 of only %2 bytes").arg(tag).arg(message.size())};
    return frame;
}

QByteArray dataFrame(QByteArrayView bytes)
{
    Q_ASSERT(!bytes.isEmpty() && bytes.size() <= maxData);
    QByteArray frame;
    frame.reserve(6 + bytes.size());
    append(frame, quint16(DataTag));
    append(frame, quint32(bytes.size()));
    return frame.append(bytes);
}

QByteArray ackFrame(quint64 received)
{
    QByteArray frame;
    append(frame, quint16(AckTag));
    append(frame, received);
    return frame;
}

} // namespace nimbook::ssh::iap
