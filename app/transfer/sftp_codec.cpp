// SPDX-License-Identifier: Apache-2.0
#include "transfer/sftp_codec.h"

#include <QtEndian>

#include <cstring>

namespace nimbook::transfer::sftp {
namespace {

enum AttributeFlag : quint32 { HasSize = 1, HasOwner = 2, HasPermissions = 4, HasTimes = 8, HasExtended = 0x80000000 };

/// Reads forward; after the first field that does not fit, everything reads as nothing and ok() stays false.
class Cursor {
public:
    explicit Cursor(QByteArrayView bytes) : m_bytes(bytes) {}

    bool ok() const { return m_ok; }
    bool atEnd() const { return m_bytes.isEmpty(); }
    quint8 byte() { return need(1) ? quint8(take(1).front()) : 0; }
    quint32 number() { return need(4) ? qFromBigEndian<quint32>(take(4).data()) : 0; }
    quint64 bigNumber() { return need(8) ? qFromBigEndian<quint64>(take(8).data()) : 0; }
    QByteArrayView string()
    {
        const quint32 size = number();
        return need(size) ? take(size) : QByteArrayView();
    }
    QByteArrayView rest() { return take(m_bytes.size()); }

    Attributes attributes()
    {
        Attributes a;
        const quint32 flags = number();
        if (flags & HasSize)
            a.size = bigNumber();
        if (flags & HasOwner) {
            number();
            number();
        }
        if (flags & HasPermissions)
            a.permissions = number();
        if (flags & HasTimes) {
            a.accessed = number();
            a.modified = number();
        }
        if (flags & HasExtended) {
            // The count is the far side's word: the loop ends where the bytes end.
            for (quint32 left = number(); left > 0 && m_ok; --left) {
                string();
                string();
            }
        }
        return a;
    }

private:
    bool need(quint64 size)
    {
        m_ok = m_ok && size <= quint64(m_bytes.size());
        return m_ok;
    }
    QByteArrayView take(qsizetype size)
    {
        const QByteArrayView head = m_bytes.first(size);
        m_bytes = m_bytes.sliced(size);
        return head;
    }

    QByteArrayView m_bytes;
    bool m_ok = true;
};

Names parseNames(Cursor &in)
{
    Names names;
    for (quint32 left = in.number(); left > 0 && in.ok(); --left) {
        NameEntry entry;
        entry.name = in.string().toByteArray();
        in.string(); // the "ls -l" line: for people, and not to be trusted
        entry.attributes = in.attributes();
        names.entries.append(std::move(entry));
    }
    return names;
}

} // namespace

std::optional<TaggedReply> parseReply(QByteArrayView packet)
{
    Cursor in(packet);
    const Type type{in.byte()};
    TaggedReply tagged;
    tagged.id = in.number();
    switch (type) {
    case Type::Status: {
        Status status;
        status.code = Code{in.number()};
        if (in.ok() && !in.atEnd()) // some servers leave the text out
            status.message = in.string().toByteArray();
        tagged.reply = status;
        break;
    }
    case Type::Handle:
        tagged.reply = Handle{in.string().toByteArray()};
        break;
    case Type::Data:
        tagged.reply = Data{in.string()};
        break;
    case Type::Name:
        tagged.reply = parseNames(in);
        break;
    case Type::Attrs:
        tagged.reply = in.attributes();
        break;
    case Type::ExtendedReply:
        tagged.reply = ExtendedData{in.rest()};
        break;
    default:
        return std::nullopt;
    }
    if (!in.ok())
        return std::nullopt;
    return tagged;
}

std::optional<VersionReply> parseVersion(QByteArrayView packet)
{
    Cursor in(packet);
    if (Type{in.byte()} != Type::Version)
        return std::nullopt;
    VersionReply reply;
    reply.version = in.number();
    while (in.ok() && !in.atEnd()) {
        reply.extensions.append(in.string().toByteArray());
        in.string();
    }
    if (!in.ok())
        return std::nullopt;
    return reply;
}

std::optional<FileSystemSpace> parseSpace(QByteArrayView extendedBody)
{
    Cursor in(extendedBody);
    FileSystemSpace space;
    in.bigNumber(); // f_bsize
    space.blockSize = in.bigNumber();
    in.bigNumber(); // f_blocks
    in.bigNumber(); // f_bfree
    space.available = in.bigNumber();
    space.inodes = in.bigNumber();
    in.bigNumber(); // f_ffree
    space.inodesAvailable = in.bigNumber();
    if (!in.ok())
        return std::nullopt;
    return space;
}

namespace {
constexpr qsizetype headerSize = 4 + 1 + 4; // length, type, number
}

Request::Request(Type type, qsizetype reserve)
{
    m_bytes.reserve(headerSize + reserve);
    m_bytes.resize(headerSize);
    m_bytes[4] = char(type);
}

Request &Request::number(quint32 value)
{
    char buffer[4];
    qToBigEndian(value, buffer);
    m_bytes.append(buffer, 4);
    return *this;
}

Request &Request::bigNumber(quint64 value)
{
    char buffer[8];
    qToBigEndian(value, buffer);
    m_bytes.append(buffer, 8);
    return *this;
}

Request &Request::string(QByteArrayView value)
{
    number(quint32(value.size()));
    m_bytes.append(value.data(), value.size());
    return *this;
}

Request &Request::attributes(const Attributes &value)
{
    const bool times = value.modified.has_value();
    number((value.size ? quint32(HasSize) : 0) | (value.permissions ? quint32(HasPermissions) : 0) | (times ? quint32(HasTimes) : 0));
    if (value.size)
        bigNumber(*value.size);
    if (value.permissions)
        number(*value.permissions);
    if (times) {
        number(value.accessed.value_or(*value.modified));
        number(*value.modified);
    }
    return *this;
}

char *Request::beginBlock(qsizetype size)
{
    m_block = m_bytes.size();
    number(quint32(size));
    m_bytes.resize(m_block + 4 + size);
    return m_bytes.data() + m_block + 4;
}

void Request::shrinkBlock(qsizetype size)
{
    m_bytes.truncate(m_block + 4 + size);
    qToBigEndian(quint32(size), m_bytes.data() + m_block);
}

QByteArray Request::take(quint32 id) &&
{
    qToBigEndian(quint32(m_bytes.size() - 4), m_bytes.data());
    qToBigEndian(id, m_bytes.data() + 5);
    return std::move(m_bytes);
}

QByteArray initPacket()
{
    return QByteArray("\0\0\0\5\1\0\0\0\3", 9);
}

Request open(QByteArrayView path, quint32 flags, const Attributes &attributes)
{
    Request request(Type::Open, path.size() + 48);
    request.string(path).number(flags).attributes(attributes);
    return request;
}

Request onHandle(Type type, QByteArrayView handle)
{
    Request request(type);
    request.string(handle);
    return request;
}

Request onPath(Type type, QByteArrayView path)
{
    Request request(type, path.size() + 4);
    request.string(path);
    return request;
}

Request read(QByteArrayView handle, quint64 offset, quint32 length)
{
    Request request(Type::Read);
    request.string(handle).bigNumber(offset).number(length);
    return request;
}

Request setHandleAttributes(QByteArrayView handle, const Attributes &attributes)
{
    Request request(Type::Fsetstat);
    request.string(handle).attributes(attributes);
    return request;
}

Request setPathAttributes(QByteArrayView path, const Attributes &attributes)
{
    Request request(Type::Setstat, path.size() + 48);
    request.string(path).attributes(attributes);
    return request;
}

Request makeFolder(QByteArrayView path, quint32 permissions)
{
    Attributes attributes;
    attributes.permissions = permissions;
    Request request(Type::Mkdir, path.size() + 48);
    request.string(path).attributes(attributes);
    return request;
}

Request rename(QByteArrayView from, QByteArrayView to)
{
    Request request(Type::Rename, from.size() + to.size() + 8);
    request.string(from).string(to);
    return request;
}

Request posixRename(QByteArrayView from, QByteArrayView to)
{
    Request request(Type::Extended, from.size() + to.size() + 48);
    request.string("posix-rename@openssh.com").string(from).string(to);
    return request;
}

Request sync(QByteArrayView handle)
{
    Request request(Type::Extended);
    request.string("fsync@openssh.com").string(handle);
    return request;
}

Request space(QByteArrayView path)
{
    Request request(Type::Extended, path.size() + 48);
    request.string("statvfs@openssh.com").string(path);
    return request;
}

Request copyData(QByteArrayView from, quint64 fromOffset, quint64 length, QByteArrayView to, quint64 toOffset)
{
    Request request(Type::Extended, from.size() + to.size() + 64);
    request.string("copy-data").string(from).bigNumber(fromOffset).bigNumber(length).string(to).bigNumber(toOffset);
    return request;
}

void Framer::append(QByteArrayView bytes)
{
    if (m_broken)
        return;
    if (m_read > 0) {
        // What is left is less than one packet, so moving it down is cheap.
        m_buffer.remove(0, m_read);
        m_read = 0;
    }
    m_buffer.append(bytes.data(), bytes.size());
}

std::optional<QByteArrayView> Framer::next()
{
    const qsizetype available = m_buffer.size() - m_read;
    if (m_broken || available < 4)
        return std::nullopt;
    const quint32 length = qFromBigEndian<quint32>(m_buffer.constData() + m_read);
    if (length == 0 || length > longestPacket) {
        m_broken = true;
        return std::nullopt;
    }
    if (available < 4 + qsizetype(length))
        return std::nullopt;
    const QByteArrayView packet(m_buffer.constData() + m_read + 4, qsizetype(length));
    m_read += 4 + qsizetype(length);
    return packet;
}

} // namespace nimbook::transfer::sftp
