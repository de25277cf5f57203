// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_file.h"

#include "transfer/file_errors.h"
#include "transfer/names.h"
#include "transfer/sha256.h"

#include <QDir>
#include <QFile>
#include <QHash>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <limits>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nimbook::transfer {
namespace {

const char *const localReadAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\"");
const char *const localWriteAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not write \"%1\"");

/// rename(2) that leaves an existing file alone.
int renameUnlessThere(const QByteArray &from, const QByteArray &to)
{
    if (::renameat2(AT_FDCWD, from.constData(), AT_FDCWD, to.constData(), RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    // File systems without the flag (some network ones): a hard link refuses as well.
    if (::link(from.constData(), to.constData()) != 0)
        return errno;
    return ::unlink(from.constData()) == 0 ? 0 : errno;
}

bool isAsBefore(const QByteArray &path, const PlaceBefore &before)
{
    struct stat there {};
    if (::lstat(path.constData(), &there) != 0)
        return errno == ENOENT && before.size < 0;
    return S_ISREG(there.st_mode) && there.st_size == before.size && there.st_mtim.tv_sec == before.modified;
}

/// Takes the lock of a part file, unless somebody else has it; it goes with the descriptor.
bool isLocked(int fd)
{
    return ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK; // other errors: a file system without locks
}

Error beingWritten(const QByteArray &destination)
{
    return Error{ErrorKind::AlreadyExists, transferText("\"%1\" was not written: another file of that name is being written at the same time.").arg(shownPath(destination)),
                 transferText("Wait for it; on a file system that does not tell upper from lower case, rename one of them."), {}, {}};
}

quint64 versionOf(quint64 device, quint64 inode, qint64 size, qint64 seconds, qint64 nanoseconds)
{
    return quint64(qHashMulti(QHashSeed::globalSeed(), device, inode, size, seconds, nanoseconds));
}

Result<QByteArray> digestOf(int fd, qint64 offset, qint64 length, const Attempt &attempt)
{
    constexpr qint64 piece = 256 * 1024;
    Sha256 hash;
    QByteArray buffer(qMin(piece, length), Qt::Uninitialized);
    while (length > 0) {
        const ssize_t got = ::pread(fd, buffer.data(), size_t(qMin<qint64>(piece, length)), offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return failure(localError(attempt, errno));
        if (got == 0)
            break; // shorter than it was: another digest, too
        hash.add(QByteArrayView(buffer.constData(), got));
        offset += got;
        length -= got;
    }
    return hash.digest();
}

} // namespace

int FileDescriptor::close()
{
    const int fd = std::exchange(m_fd, -1);
    return fd < 0 || ::close(fd) == 0 ? 0 : errno;
}

QByteArray scratchFolder()
{
    return ::access("/var/tmp", W_OK | X_OK) == 0 ? QByteArrayLiteral("/var/tmp") : QFile::encodeName(QDir::tempPath());
}

Result<FileDescriptor> makeScratchFile(int extraFlags)
{
    const QByteArray folder = scratchFolder();
    FileDescriptor fd(::open(folder.constData(), O_RDWR | O_TMPFILE | O_CLOEXEC | extraFlags, 0600));
    if (fd.get() < 0) { // a file system without O_TMPFILE
        QByteArray name = folder + "/nimbook-XXXXXX";
        fd = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC | extraFlags));
        if (fd.get() >= 0)
            ::unlink(name.constData());
    }
    if (fd.get() < 0)
        return failure(localError({localWriteAttempt, folder}, errno));
    return fd;
}

Result<LocalSource> LocalSource::open(const QByteArray &path)
{
    const Attempt attempt{localReadAttempt, path};
    LocalSource source;
    source.m_path = path;
    // O_NOFOLLOW: the plan has resolved links; O_NONBLOCK: a pipe put in the file's place must not hang us.
    source.m_fd = FileDescriptor(::open(path.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat st {};
    if (source.m_fd.get() < 0 || ::fstat(source.m_fd.get(), &st) != 0)
        return failure(localError(attempt, errno));
    if (!S_ISREG(st.st_mode))
        return failure(ErrorKind::Unsupported, transferText("%1: it is not a file any more.").arg(attempt.sentence()));
    source.m_device = st.st_dev;
    source.m_inode = st.st_ino;
    source.m_size = st.st_size;
    source.m_modified = st.st_mtim.tv_sec;
    source.m_modifiedNanoseconds = st.st_mtim.tv_nsec;
    source.m_accessed = st.st_atim.tv_sec;
    source.m_permissions = st.st_mode & 0777;
    return source;
}

Result<qint64> LocalSource::read(qint64 offset, char *into, qint64 size) const
{
    const ssize_t got = ::pread(m_fd.get(), into, size_t(size), offset);
    if (got < 0)
        return failure(localError({localReadAttempt, m_path}, errno));
    return qint64(got);
}

bool LocalSource::isUnchanged() const
{
    struct stat st {};
    return ::lstat(m_path.constData(), &st) == 0 && st.st_dev == m_device && st.st_ino == m_inode && st.st_size == m_size
        && st.st_mtim.tv_sec == m_modified && st.st_mtim.tv_nsec == m_modifiedNanoseconds;
}

quint64 LocalSource::version() const
{
    return versionOf(m_device, m_inode, m_size, m_modified, m_modifiedNanoseconds);
}

std::optional<quint64> LocalSource::versionAt(const QByteArray &path)
{
    struct stat st {};
    if (::lstat(path.constData(), &st) != 0)
        return std::nullopt;
    return versionOf(st.st_dev, st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

Result<QByteArray> LocalSource::digest(qint64 offset, qint64 length) const
{
    return digestOf(m_fd.get(), offset, length, {localReadAttempt, m_path});
}

Result<LocalPart> LocalPart::create(const QByteArray &destination)
{
    const QByteArray part = joinPath(folderOf(destination), partName(nameOf(destination)));
    const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    FileDescriptor fd(::open(part.constData(), flags, 0600));
    if (fd.get() < 0 && errno == EEXIST) {
        // Left by a crash, or the part of another transfer, or of a name that this file system takes for the same ("A" and "a"):
        // whoever writes one holds its lock, and only what is not locked may go.
        const FileDescriptor old(::open(part.constData(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (old.get() >= 0 && isLocked(old.get()))
            return failure(beingWritten(destination));
        if (::unlink(part.constData()) == 0)
            fd = FileDescriptor(::open(part.constData(), flags, 0600));
    }
    if (fd.get() < 0)
        return failure(localError({localWriteAttempt, destination}, errno));
    if (isLocked(fd.get()))
        return failure(beingWritten(destination));
    return LocalPart(std::move(fd), part, destination);
}

std::optional<LocalPart> LocalPart::reopen(const QByteArray &destination)
{
    const QByteArray part = joinPath(folderOf(destination), partName(nameOf(destination)));
    FileDescriptor fd(::open(part.constData(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat st {};
    // One name only: through a hard link we would write into somebody's other file.
    if (fd.get() < 0 || ::fstat(fd.get(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != ::geteuid() || st.st_nlink != 1
        || isLocked(fd.get()))
        return std::nullopt;
    return LocalPart(std::move(fd), part, destination);
}

qint64 LocalPart::size() const
{
    struct stat st {};
    return ::fstat(m_fd.get(), &st) == 0 ? qint64(st.st_size) : 0;
}

Result<Done> LocalPart::truncate(qint64 size)
{
    if (::ftruncate(m_fd.get(), size) != 0)
        return failure(localError({localWriteAttempt, m_destination}, errno));
    return Done{};
}

Result<QByteArray> LocalPart::digest(qint64 offset, qint64 length) const
{
    return digestOf(m_fd.get(), offset, length, {localReadAttempt, m_destination});
}

LocalPart::LocalPart(FileDescriptor fd, QByteArray partPath, QByteArray destination)
    : m_fd(std::move(fd)), m_partPath(std::move(partPath)), m_destination(std::move(destination))
{
}

LocalPart::LocalPart(LocalPart &&other) noexcept
    : m_fd(std::move(other.m_fd)), m_partPath(std::exchange(other.m_partPath, {})), m_destination(std::move(other.m_destination)),
      m_keep(other.m_keep)
{
}

LocalPart::~LocalPart()
{
    if (!m_partPath.isEmpty() && !m_keep)
        ::unlink(m_partPath.constData());
}

Result<Done> LocalPart::write(qint64 offset, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const ssize_t written = ::pwrite(m_fd.get(), bytes.data(), size_t(bytes.size()), offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return failure(localError({localWriteAttempt, m_destination}, errno));
        bytes = bytes.sliced(written);
        offset += written;
    }
    return Done{};
}

Result<Done> LocalPart::finish(quint32 permissions, qint64 modified, Existing existing, const QByteArray &digest, const std::optional<PlaceBefore> &before)
{
    if (!digest.isEmpty()) {
        const auto arrived = this->digest(0, std::numeric_limits<qint64>::max());
        if (!arrived)
            return failure(arrived.error());
        if (*arrived != digest)
            return failure(differentBytes(m_destination));
    }
    const timespec times[2] = {{0, UTIME_NOW}, {time_t(modified), 0}};
    const bool ready = ::fchmod(m_fd.get(), permissions & 0777) == 0 && ::futimens(m_fd.get(), times) == 0 && ::fsync(m_fd.get()) == 0;
    int error = ready ? 0 : errno;
    struct stat ours {};
    struct stat named {};
    // What bears the temporary name must be what we wrote, whatever happened in that folder meanwhile.
    if (error == 0 && (::fstat(m_fd.get(), &ours) != 0 || ::lstat(m_partPath.constData(), &named) != 0 || ours.st_ino != named.st_ino || ours.st_dev != named.st_dev)) {
        m_partPath.clear();
        return failure(beingWritten(m_destination));
    }
    if (error == 0 && before && !isAsBefore(m_destination, *before))
        return failure(placeChanged(m_destination));
    if (error == 0 && existing == Existing::Replace && ::rename(m_partPath.constData(), m_destination.constData()) != 0)
        error = errno;
    else if (error == 0 && existing == Existing::Keep)
        error = renameUnlessThere(m_partPath, m_destination);
    if (error != 0)
        return failure(localError({localWriteAttempt, m_destination}, error));
    m_partPath.clear();
    m_fd.close(); // after the rename, since the lock goes with it; fsync has told what close could
    return Done{};
}

} // namespace nimbook::transfer
