// SPDX-License-Identifier: Apache-2.0
#include "sync/local_tree.h"

#include "transfer/local_file.h"
#include "transfer/names.h"
#include "transfer/remote_files.h"

#include <QFile>
#include <QPromise>
#include <QStringDecoder>
#include <QThreadPool>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace nimbook::sync {

namespace {

constexpr qint64 longestIgnoreFile = 1'000'000;

/// One walk, on the pool's thread.
class LocalTreeWalk {
public:
    LocalTreeWalk(QByteArray root, std::shared_ptr<std::atomic_bool> stopped) : m_root(std::move(root)), m_stopped(std::move(stopped))
    {
        m_tree.rules = IgnoreRules::defaults();
    }

    Result<Tree> walk()
    {
        if (const int error = enter({})) {
            const QString shown = transfer::shownPath(m_root);
            return failure(error == ENOENT || error == ENOTDIR ? ErrorKind::NotFound : ErrorKind::PermissionDenied,
                           LocalTree::tr("The folder %1 cannot be read: %2.").arg(shown, QString::fromLocal8Bit(::strerror(error))), LocalTree::tr("Choose another folder."));
        }
        while (!m_folders.isEmpty() && !*m_stopped) {
            const QString folder = m_folders.takeLast();
            if (enter(folder))
                m_tree.leftOut.append(folder);
        }
        std::sort(m_tree.entries.begin(), m_tree.entries.end(), [](const TreeEntry &a, const TreeEntry &b) { return a.path < b.path; });
        return std::move(m_tree);
    }

private:
    QByteArray pathOf(const QString &relative) const { return relative.isEmpty() ? m_root : transfer::joinPath(m_root, relative.toUtf8()); }

    int enter(const QString &folder)
    {
        const transfer::FolderHandle handle(::opendir(pathOf(folder).constData()));
        if (!handle)
            return errno;
        for (const QString &name : IgnoreRules::fileNames())
            readRules(folder, name);
        while (const dirent *entry = ::readdir(handle.get())) {
            const QByteArray name(entry->d_name);
            if (name != "." && name != "..")
                add(folder, name, ::dirfd(handle.get()));
            if (*m_stopped || !m_tree.isComplete)
                break;
        }
        return 0;
    }

    void readRules(const QString &folder, const QString &name)
    {
        QFile file(QFile::decodeName(pathOf(folder)) + u'/' + name);
        if (file.size() > 0 && file.size() <= longestIgnoreFile && file.open(QIODevice::ReadOnly))
            m_tree.rules.add(folder, file.readAll());
    }

    void add(const QString &folder, const QByteArray &raw, int folderFd)
    {
        QStringDecoder decoder(QStringDecoder::Utf8);
        const QString name = decoder(raw);
        TreeEntry entry;
        entry.path = folder.isEmpty() ? name : folder + u'/' + name;
        struct stat found {};
        if (::fstatat(folderFd, raw.constData(), &found, AT_SYMLINK_NOFOLLOW) != 0)
            return; // gone since readdir
        entry.isFolder = S_ISDIR(found.st_mode);
        if (m_tree.rules.ignoresHere(entry.path, entry.isFolder))
            return;
        if (decoder.hasError() || (!entry.isFolder && !S_ISREG(found.st_mode))) {
            m_tree.leftOut.append(entry.path);
            return;
        }
        entry.size = entry.isFolder ? 0 : qint64(found.st_size);
        entry.modified = qint64(found.st_mtim.tv_sec);
        entry.permissions = found.st_mode & 07777;
        if (entry.isFolder)
            m_folders.append(entry.path);
        m_tree.entries.append(std::move(entry));
        if (m_tree.entries.size() >= largestTree) {
            m_tree.isComplete = false;
            m_folders.clear();
        }
    }

    QByteArray m_root;
    std::shared_ptr<std::atomic_bool> m_stopped;
    Tree m_tree;
    QStringList m_folders; ///< still to be entered
};

} // namespace

LocalTree::LocalTree(const QString &root, QObject *parent) : ValueJob<Tree>(parent), m_root(root)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        if (m_watcher.future().resultCount() > 0)
            finishWith(m_watcher.result());
    });
}

LocalTree::~LocalTree()
{
    *m_stopped = true;
}

void LocalTree::run()
{
    const auto promise = std::make_shared<QPromise<Result<Tree>>>();
    m_watcher.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, stopped = m_stopped, root = QFile::encodeName(m_root)] {
        promise->start();
        promise->addResult(LocalTreeWalk(root, stopped).walk());
        promise->finish();
    });
}

void LocalTree::abort()
{
    *m_stopped = true;
}

} // namespace nimbook::sync
