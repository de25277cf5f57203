// SPDX-License-Identifier: Apache-2.0
#include "models/opened_files.h"

#include "models/remote_path.h"

#include <QDir>
#include <QFileInfo>

#include <chrono>

namespace nimbook::models {

using transfer::RemoteEntry;
using transfer::Transfer;
using transfer::TransferId;
using transfer::TransferQueue;

OpenedFiles::OpenedFiles(QString folder, QObject *parent) : QObject(parent), m_folder(std::move(folder))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(std::chrono::milliseconds(400));
    connect(&m_pause, &QTimer::timeout, this, &OpenedFiles::lookForChanges);
    // The folder as well: most programs write a new file and rename it over the old one, which the watch on the file itself loses.
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_pause, qOverload<>(&QTimer::start));
}

OpenedFiles::~OpenedFiles()
{
    for (const auto &[remotePath, file] : m_files) {
        if (!file.unsaved && !isChangedHere(file))
            QDir(QFileInfo(file.localPath).path()).removeRecursively();
    }
    QDir().rmdir(m_folder); // only when nothing is left in it
}

void OpenedFiles::setQueue(TransferQueue *queue)
{
    if (m_queue == queue)
        return;
    if (m_queue)
        m_queue->disconnect(this);
    m_queue = queue;
    std::erase_if(m_files, [](const auto &entry) { return entry.second.fetching; });
    for (auto &[remotePath, file] : m_files) {
        if (std::exchange(file.transfer, 0))
            file.size = -2;
        file.looking = false;
    }
    if (queue) {
        connect(queue, &TransferQueue::finished, this, &OpenedFiles::onFinished);
        m_pause.start(); // what was saved while there was no connection
    }
}

void OpenedFiles::open(const QString &remotePath, const RemoteEntry &entry)
{
    if (!m_queue || entry.type != RemoteEntry::Type::File || !entry.usable)
        return;
    if (const auto open = m_files.find(remotePath); open != m_files.end()) {
        File &file = open->second;
        if (file.fetching)
            return;
        const bool isSame = file.known.size == entry.size && file.known.modified == entry.modified;
        if (isSame || isChangedHere(file)) { // a change here is not thrown away; saving it asks about the one there
            Q_EMIT ready(remotePath, file.localPath);
            return;
        }
    }
    File file;
    const QString folder = QStringLiteral("%1/%2").arg(m_folder).arg(++m_copies);
    constexpr auto mine = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    if (!QDir().mkpath(folder) || !QFile::setPermissions(m_folder, mine)) {
        Q_EMIT failed({ErrorKind::FileSystem, tr("The copy of %1 cannot be written to %2.").arg(transfer::displayName(entry.name), folder), tr("Download it instead."), {}, {}});
        return;
    }
    file.localPath = folder + u'/' + entry.name;
    file.known = entry;
    file.fetching = true;
    file.transfer = m_queue->download({remotePath}, folder, transfer::ConflictAnswer::Overwrite);
    m_files[remotePath] = std::move(file);
}

void OpenedFiles::onFinished(TransferId id)
{
    const Transfer *transfer = m_queue ? m_queue->find(id) : nullptr;
    for (auto &[remotePath, file] : m_files) {
        if (!transfer || file.transfer != id)
            continue;
        file.transfer = 0;
        const QString path = remotePath; // the entry may go meanwhile
        if (std::exchange(file.fetching, false))
            onFetched(path, file, *transfer);
        else
            onBroughtBack(path, file, *transfer);
        return;
    }
}

void OpenedFiles::onFetched(const QString &remotePath, File &file, const Transfer &transfer)
{
    if (transfer.state != Transfer::State::Done) {
        const QList<Error> errors = transfer.errors;
        const bool cancelled = transfer.state == Transfer::State::Cancelled;
        QDir(QFileInfo(file.localPath).path()).removeRecursively();
        m_files.erase(remotePath);
        if (!cancelled)
            Q_EMIT failed(errors.value(0, {ErrorKind::Network, tr("%1 could not be fetched.").arg(transfer::displayName(remoteName(remotePath))), tr("Try again."), {}, {}}));
        return;
    }
    // Not executable here: a desktop may run such a file instead of showing it. Its own mode is given back with the bytes.
    QFile::setPermissions(file.localPath, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    const QFileInfo copy(file.localPath);
    file.size = copy.size();
    file.modified = copy.lastModified();
    // The listing may be older than the bytes: what counts is what was fetched.
    file.known.size = file.size;
    file.known.modified = QDateTime::fromSecsSinceEpoch(file.modified.toSecsSinceEpoch(), Qt::UTC);
    watch(file);
    Q_EMIT ready(remotePath, file.localPath);
}

void OpenedFiles::watch(const File &file)
{
    m_watcher.addPath(file.localPath);
    m_watcher.addPath(QFileInfo(file.localPath).path());
}

bool OpenedFiles::isChangedHere(const File &file) const
{
    const QFileInfo copy(file.localPath);
    return file.size != -1 && copy.exists() && (copy.size() != file.size || copy.lastModified() != file.modified);
}

void OpenedFiles::lookForChanges()
{
    QStringList changed;
    for (const auto &[remotePath, file] : m_files) {
        if (file.transfer || file.asked || file.looking || file.fetching)
            continue;
        if (QFileInfo::exists(file.localPath) && !m_watcher.files().contains(file.localPath))
            m_watcher.addPath(file.localPath); // renamed over: the watch went with the old one
        if (isChangedHere(file))
            changed.append(remotePath);
    }
    for (const QString &remotePath : std::as_const(changed))
        compareWithMachine(remotePath);
}

void OpenedFiles::compareWithMachine(const QString &remotePath)
{
    if (!m_queue)
        return;
    m_files[remotePath].looking = true;
    auto *job = m_queue->files()->look(remotePath, this);
    connect(job, &Job::finished, this, [this, job, remotePath] {
        const auto found = m_files.find(remotePath);
        if (found == m_files.end())
            return;
        File &file = found->second;
        file.looking = false;
        const Result<RemoteEntry> there = job->result();
        if (!there && there.error().kind != ErrorKind::NotFound) {
            Q_EMIT failed(there.error());
            return;
        }
        if (there && (there->size != file.known.size || there->modified != file.known.modified)) {
            file.asked = true;
            Q_EMIT conflicted(remotePath);
            return;
        }
        bringBack(remotePath, transfer::ConflictAnswer::Overwrite);
    });
    job->startAndForget();
}

void OpenedFiles::resolve(const QString &remotePath, Resolution resolution)
{
    const auto found = m_files.find(remotePath);
    if (found == m_files.end() || !found->second.asked)
        return;
    File &file = found->second;
    file.asked = false;
    switch (resolution) {
    case Resolution::Overwrite:
        bringBack(remotePath, transfer::ConflictAnswer::Overwrite);
        break;
    case Resolution::KeepBoth:
        file.keptBoth = true;
        bringBack(remotePath, transfer::ConflictAnswer::KeepBoth);
        break;
    case Resolution::NotNow: { // the next save asks again
        const QFileInfo copy(file.localPath);
        file.size = copy.size();
        file.modified = copy.lastModified();
        file.unsaved = true;
        break;
    }
    }
}

void OpenedFiles::bringBack(const QString &remotePath, transfer::ConflictAnswer answer)
{
    if (!m_queue)
        return;
    File &file = m_files[remotePath];
    const QFileInfo copy(file.localPath);
    file.size = copy.size();
    file.modified = copy.lastModified();
    file.transfer = m_queue->upload({file.localPath}, remoteParent(remotePath), answer);
}

void OpenedFiles::onBroughtBack(const QString &remotePath, File &file, const Transfer &transfer)
{
    const bool keptBoth = std::exchange(file.keptBoth, false);
    if (transfer.state == Transfer::State::Done) {
        file.unsaved = false;
        if (keptBoth)
            Q_EMIT savedBack(remotePath); // the machine's own file stays what the next save asks about
        else
            learn(remotePath);
        return;
    }
    file.size = -2;
    if (transfer.state != Transfer::State::Cancelled)
        Q_EMIT failed(transfer.errors.value(0, {ErrorKind::Network, tr("%1 could not be saved on %2.").arg(transfer::displayName(remoteName(remotePath)), transfer.machineName),
                                                tr("Save it again, or upload %1.").arg(file.localPath), {}, {}}));
}

/// What the machine has now is what a later save may overwrite; and it gets its mode back.
void OpenedFiles::learn(const QString &remotePath)
{
    File &file = m_files[remotePath];
    file.looking = true;
    auto *mode = m_queue->files()->setPermissions(remotePath, file.known.permissions, this);
    connect(mode, &Job::finished, this, [this, remotePath] {
        if (!m_queue)
            return;
        auto *look = m_queue->files()->look(remotePath, this);
        connect(look, &Job::finished, this, [this, look, remotePath] {
            const auto found = m_files.find(remotePath);
            if (found == m_files.end())
                return;
            found->second.looking = false;
            if (const Result<RemoteEntry> there = look->result(); there && there->size == found->second.size)
                found->second.known = *there;
            Q_EMIT savedBack(remotePath);
            m_pause.start(); // saved once more meanwhile?
        });
        look->startAndForget();
    });
    mode->startAndForget();
}

} // namespace nimbook::models
