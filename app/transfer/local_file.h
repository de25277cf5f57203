// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/result.h"
#include "transfer/place_before.h"

#include <QByteArray>

#include <dirent.h>
#include <memory>
#include <optional>
#include <utility>

namespace nimbook::transfer {

/// A file descriptor with an owner.
class FileDescriptor {
public:
    explicit FileDescriptor(int fd = -1) : m_fd(fd) {}
    ~FileDescriptor() { close(); }
    Q_DISABLE_COPY(FileDescriptor)
    FileDescriptor(FileDescriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    FileDescriptor &operator=(FileDescriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }

    int get() const { return m_fd; }
    int close(); ///< 0, or the errno: some file systems tell only here that the disk is full

private:
    int m_fd;
};

/// A file without a name, gone when it is closed: in /var/tmp, which is on disk, where /tmp may be in memory.
Result<FileDescriptor> makeScratchFile(int extraFlags = 0);
QByteArray scratchFolder();

struct CloseFolder {
    void operator()(DIR *folder) const { ::closedir(folder); }
};
using FolderHandle = std::unique_ptr<DIR, CloseFolder>;

/// A local file while it is being sent: remembers what it was, to notice when it changes meanwhile.
class LocalSource {
public:
    static Result<LocalSource> open(const QByteArray &path);

    /// Bytes read; 0 at the end.
    Result<qint64> read(qint64 offset, char *into, qint64 size) const;
    Result<QByteArray> digest(qint64 offset, qint64 length) const; ///< SHA-256, raw; blocks; any thread
    bool isOpen() const { return m_fd.get() >= 0; }
    void close() { m_fd.close(); } ///< isUnchanged() still works
    bool isUnchanged() const;
    /// Tells one state of the file from all others: a 64-bit hash of where it lies on the disk, its size and its time of change.
    quint64 version() const;
    static std::optional<quint64> versionAt(const QByteArray &path); ///< of what bears the name now, a link itself; nothing when nothing does

    qint64 size() const { return m_size; }
    quint32 permissions() const { return m_permissions; }
    qint64 modified() const { return m_modified; } ///< seconds since 1970
    qint64 accessed() const { return m_accessed; }

private:
    FileDescriptor m_fd;
    QByteArray m_path;
    quint64 m_device = 0;
    quint64 m_inode = 0;
    qint64 m_size = 0;
    qint64 m_modified = 0;
    qint64 m_modifiedNanoseconds = 0;
    qint64 m_accessed = 0;
    quint32 m_permissions = 0;
};

/// A local file while it arrives: lies under its temporary name until finish(); gone with this object otherwise, unless keep().
class LocalPart {
public:
    static Result<LocalPart> create(const QByteArray &destination);
    /// What an earlier attempt left behind, to go on with; nothing when there is none that is surely ours.
    static std::optional<LocalPart> reopen(const QByteArray &destination);
    ~LocalPart();
    LocalPart(LocalPart &&) noexcept;
    LocalPart &operator=(LocalPart &&) = delete;

    Result<Done> write(qint64 offset, QByteArrayView bytes);
    qint64 size() const;
    Result<Done> truncate(qint64 size);
    Result<QByteArray> digest(qint64 offset, qint64 length) const; ///< SHA-256, raw; blocks; any thread
    void keep() { m_keep = true; } ///< for a later attempt

    enum class Existing { Keep, Replace };
    /// Sets mode and time, brings the bytes to the disk, gives the file its own name. Blocks as long as the disk takes.
    /// \param digest SHA-256 that the whole file must have; empty: proven already, or cannot be
    /// \param before what may lie in its place and nothing else, where that is known
    Result<Done> finish(quint32 permissions, qint64 modified, Existing existing, const QByteArray &digest = {}, const std::optional<PlaceBefore> &before = {});

private:
    LocalPart(FileDescriptor fd, QByteArray partPath, QByteArray destination);

    FileDescriptor m_fd;
    QByteArray m_partPath;
    QByteArray m_destination;
    bool m_keep = false;
};

} // namespace nimbook::transfer
