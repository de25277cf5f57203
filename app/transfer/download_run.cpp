// SPDX-License-Identifier: Apache-2.0
#include "transfer/download_run.h"

#include "transfer/download_file.h"
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

void DownloadRun::walk(Then then)
{
    m_walk = std::make_shared<RemoteWalk>(m_lanes.control->sharedClient(), m_plan, m_request.sources, m_request.folders, std::move(then));
    m_walk->start();
}

void DownloadRun::stopWalk()
{
    if (m_walk)
        m_walk->stop();
    m_walk.reset();
}

void DownloadRun::listDestination(int folder, std::function<void(Result<DestinationView::Names>)> then)
{
    const QByteArray path = m_plan.folderPath(folder);
    const FolderHandle dir(::opendir(path.constData()));
    if (!dir) {
        then(failure(localError({localOpenAttempt, path}, errno)));
        return;
    }
    DestinationView::Names names;
    while (const dirent *entry = ::readdir(dir.get())) {
        const QByteArray name(entry->d_name);
        if (name == "." || name == "..")
            continue;
        struct stat st {};
        if (::fstatat(::dirfd(dir.get()), name.constData(), &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue; // gone meanwhile
        // A link of one's own to a folder counts as that folder: the server cannot make any.
        const bool isFolder = S_ISDIR(st.st_mode) || (S_ISLNK(st.st_mode) && isLocalFolder(joinPath(path, name)));
        names.insert(name, ThereAlready{isFolder, qint64(st.st_size), qint64(st.st_mtim.tv_sec)});
    }
    then(std::move(names));
}

void DownloadRun::askSpace(std::function<void(std::optional<qint64>)> then)
{
    struct statvfs space {};
    const bool known = ::statvfs(m_plan.destination.constData(), &space) == 0;
    then(known ? std::optional(qint64(space.f_bavail) * qint64(space.f_frsize)) : std::nullopt);
}

void DownloadRun::makeFolder(int folder, Then then)
{
    const QByteArray path = m_plan.folderPath(folder);
    const quint32 permissions = m_plan.folders[size_t(folder)].permissions | 0700;
    if (::mkdir(path.constData(), permissions) == 0 || (errno == EEXIST && isLocalFolder(path)))
        then(std::nullopt);
    else
        then(localError({localMakeAttempt, path}, errno));
}

void DownloadRun::sealFolder(int folder, std::function<void()> then)
{
    const PlanFolder &planned = m_plan.folders[size_t(folder)];
    if (planned.source.isEmpty()) {
        then();
        return;
    }
    const QByteArray path = m_plan.folderPath(folder);
    const timespec times[2] = {{0, UTIME_NOW}, {time_t(planned.modified), 0}};
    ::utimensat(AT_FDCWD, path.constData(), times, 0);
    ::chmod(path.constData(), planned.permissions);
    then();
}

std::shared_ptr<FileTransfer> DownloadRun::makeFile(FileTools tools, FileTask task)
{
    return std::make_shared<DownloadFile>(std::move(tools), std::move(task));
}

} // namespace nimbook::transfer
