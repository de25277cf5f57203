// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_folder.h"

#include "transfer/file_errors.h"
#include "transfer/local_file.h"
#include "transfer/names.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

namespace nimbook::transfer {
namespace {

const char *const localMakeAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not make the folder \"%1\"");
const char *const localOpenAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not open the folder \"%1\"");

bool isLocalFolder(const QByteArray &path)
{
    struct stat st {};
    return ::stat(path.constData(), &st) == 0 && S_ISDIR(st.st_mode);
}

} // namespace

Result<DestinationView::Names> listLocalFolder(const QByteArray &path)
{
    const FolderHandle dir(::opendir(path.constData()));
    if (!dir)
        return failure(localError({localOpenAttempt, path}, errno));
    DestinationView::Names names;
    while (const dirent *entry = ::readdir(dir.get())) {
        const QByteArray name(entry->d_name);
        if (name == "." || name == "..")
            continue;
        struct stat st {};
        if (::fstatat(::dirfd(dir.get()), name.constData(), &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue; // gone meanwhile
        // A link of one's own to a folder counts as that folder: a server cannot make any.
        const bool isFolder = S_ISDIR(st.st_mode) || (S_ISLNK(st.st_mode) && isLocalFolder(joinPath(path, name)));
        names.insert(name, ThereAlready{isFolder, qint64(st.st_size), qint64(st.st_mtim.tv_sec)});
    }
    return names;
}

Result<Done> makeLocalFolder(const QByteArray &path, quint32 permissions)
{
    if (::mkdir(path.constData(), permissions | 0700) == 0 || (errno == EEXIST && isLocalFolder(path)))
        return Done{};
    return failure(localError({localMakeAttempt, path}, errno));
}

void sealLocalFolder(const QByteArray &path, quint32 permissions, qint64 modified)
{
    const timespec times[2] = {{0, UTIME_NOW}, {time_t(modified), 0}};
    ::utimensat(AT_FDCWD, path.constData(), times, 0);
    ::chmod(path.constData(), permissions);
}

std::optional<qint64> localSpace(const QByteArray &folder)
{
    struct statvfs space {};
    return ::statvfs(folder.constData(), &space) == 0 ? std::optional(qint64(space.f_bavail) * qint64(space.f_frsize)) : std::nullopt;
}

} // namespace nimbook::transfer
