// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <optional>
#include <variant>

/// SFTP version 3, the dialect of OpenSSH: what goes over the wire, and nothing that needs a wire.
/// Source: draft-ietf-secsh-filexfer-02; extensions in OpenSSH's PROTOCOL file.
namespace nimbook::transfer::sftp {

enum class Type : quint8 {
    Init = 1, Version = 2, Open = 3, Close = 4, Read = 5, Write = 6, Lstat = 7, Fstat = 8, Setstat = 9, Fsetstat = 10,
    Opendir = 11, Readdir = 12, Remove = 13, Mkdir = 14, Rmdir = 15, Realpath = 16, Stat = 17, Rename = 18,
    Status = 101, Handle = 102, Data = 103, Name = 104, Attrs = 105, Extended = 200, ExtendedReply = 201,
};

enum class Code : quint32 {
    Ok = 0, Eof = 1, NoSuchFile = 2, PermissionDenied = 3, Failure = 4, BadMessage = 5, NoConnection = 6, ConnectionLost = 7,
    Unsupported = 8,
};

enum OpenFlag : quint32 { OpenRead = 1, OpenWrite = 2, OpenCreate = 8, OpenTruncate = 16, OpenExclusive = 32 };

/// Absent means "not told" when read and "leave alone" when sent.
struct Attributes {
    std::optional<quint64> size;
    std::optional<quint32> permissions; ///< with the type bits of stat(2) when read
    std::optional<quint32> accessed;    ///< seconds since 1970; sent only together with modified
    std::optional<quint32> modified;
    bool operator==(const Attributes &) const = default;

    bool isFolder() const { return permissions && (*permissions & 0170000) == 0040000; }
    bool isFile() const { return permissions && (*permissions & 0170000) == 0100000; }
    bool isLink() const { return permissions && (*permissions & 0170000) == 0120000; }
};

struct Status {
    Code code = Code::Failure;
    QByteArray message;
};
struct Handle {
    QByteArray id;
};
struct Data {
    QByteArrayView bytes; ///< into the frame: valid only while the reply is being handled
};
struct NameEntry {
    QByteArray name; ///< raw bytes of the far side: not checked, not decoded
    Attributes attributes;
};
struct Names {
    QList<NameEntry> entries;
};
struct ExtendedData {
    QByteArrayView bytes; ///< as Data::bytes
};
using Reply = std::variant<Status, Handle, Data, Names, Attributes, ExtendedData>;

struct TaggedReply {
    quint32 id = 0;
    Reply reply;
};

struct VersionReply {
    quint32 version = 0;
    QList<QByteArray> extensions; ///< names only
};

struct FileSystemSpace {
    quint64 blockSize = 0;
    quint64 available = 0; ///< blocks for an ordinary user
    quint64 inodesAvailable = 0;
    quint64 inodes = 0; ///< 0: the file system has no such limit
};

/// Never reads past \a packet (type byte first, without the length). Nothing: it is not a well-formed answer.
std::optional<TaggedReply> parseReply(QByteArrayView packet);
std::optional<VersionReply> parseVersion(QByteArrayView packet);
std::optional<FileSystemSpace> parseSpace(QByteArrayView extendedBody);

/// A request that lacks only its number. Made here, numbered by whoever sends it.
class Request {
public:
    explicit Request(Type type, qsizetype reserve = 64);
    Request &number(quint32 value);
    Request &bigNumber(quint64 value);
    Request &string(QByteArrayView value);
    Request &attributes(const Attributes &value);

    /// Room for a string of \a size bytes at the end, to be filled in place; shrunk by shrinkBlock().
    char *beginBlock(qsizetype size);
    void shrinkBlock(qsizetype size); ///< \a size <= the room made

    QByteArray take(quint32 id) &&; ///< the whole packet, length first

private:
    QByteArray m_bytes;
    qsizetype m_block = -1; ///< where the last block's length stands
};

QByteArray initPacket();

Request open(QByteArrayView path, quint32 flags, const Attributes &attributes = {});
Request onHandle(Type type, QByteArrayView handle); ///< Close, Fstat, Readdir
Request onPath(Type type, QByteArrayView path);     ///< Lstat, Stat, Opendir, Remove, Rmdir, Realpath
Request read(QByteArrayView handle, quint64 offset, quint32 length);
Request setHandleAttributes(QByteArrayView handle, const Attributes &attributes);
Request setPathAttributes(QByteArrayView path, const Attributes &attributes);
Request makeFolder(QByteArrayView path, quint32 permissions);
Request rename(QByteArrayView from, QByteArrayView to); ///< OpenSSH refuses when \a to exists
Request posixRename(QByteArrayView from, QByteArrayView to);
Request sync(QByteArrayView handle);
Request space(QByteArrayView path);
/// From one open file of the machine into another. Eof: the source ended before \a length bytes.
Request copyData(QByteArrayView from, quint64 fromOffset, quint64 length, QByteArrayView to, quint64 toOffset);

/// Cuts the stream into packets; bounded: a longer packet than any server may send breaks it for good.
class Framer {
public:
    static constexpr quint32 longestPacket = 256 * 1024 + 1024;

    void append(QByteArrayView bytes);
    /// The next whole packet without its length, valid until the next append(); nothing: wait for more, or broken.
    std::optional<QByteArrayView> next();
    bool isBroken() const { return m_broken; }

private:
    QByteArray m_buffer;
    qsizetype m_read = 0;
    bool m_broken = false;
};

} // namespace nimbook::transfer::sftp
