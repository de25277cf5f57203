// SPDX-License-Identifier: Apache-2.0
#include "transfer/local_walk.h"

#include "transfer/file_errors.h"
#include "transfer/local_file.h"
#include "transfer/names.h"

#include <QDeadlineTimer>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <sys/stat.h>

namespace nimbook::transfer {
namespace {

const char *const localWalkAttempt = QT_TRANSLATE_NOOP("nimbook::transfer", "Could not read \"%1\"");

FoundEntry localEntry(const struct stat &st)
{
    return {qint64(st.st_size), qint64(st.st_mtim.tv_sec), quint32(st.st_mode) & 07777};
}

QByteArray canonicalPath(const QByteArray &path)
{
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.constData(), nullptr), &std::free);
    return real ? QByteArray(real.get()) : QByteArray();
}

} // namespace

LocalWalk::LocalWalk(TransferPlan &plan, const QList<QByteArray> &sources, const QList<QByteArray> &folders) : m_plan(plan), m_builder(plan)
{
    QSet<std::pair<QByteArray, QByteArray>> seen;
    for (qsizetype i = 0; i < sources.size(); ++i) {
        const auto folder = folders.isEmpty() ? std::nullopt : std::optional(folders.value(i));
        const auto key = std::make_pair(sources[i], folder.value_or(QByteArray()));
        if (!seen.contains(key))
            m_sources.emplace_back(sources[i], folder);
        seen.insert(key);
    }
}

bool LocalWalk::step(std::chrono::milliseconds budget)
{
    const QDeadlineTimer deadline(budget);
    while (!m_builder.isFull() && !deadline.hasExpired()) {
        if (!m_queue.empty()) {
            const int next = m_queue.front();
            m_queue.pop_front();
            enter(next);
        } else if (!m_sources.empty()) {
            const auto [source, folder] = m_sources.front();
            m_sources.pop_front();
            addSource(source, folder);
        } else {
            return true;
        }
    }
    if (m_builder.isFull()) {
        m_builder.leaveOut(Error{ErrorKind::Unsupported, transferText("Too many files for one transfer; the rest was left out."),
                                 transferText("Copy it in several parts, or as an archive."), {}, {}});
        return true;
    }
    return false;
}

void LocalWalk::addSource(const QByteArray &path, const std::optional<QByteArray> &folder)
{
    struct stat st {};
    const QByteArray real = canonicalPath(path); // a link that was chosen by hand is meant to be followed
    if (real.isEmpty() || ::lstat(real.constData(), &st) != 0) {
        m_builder.leaveOut(localError({localWalkAttempt, path}, errno));
        return;
    }
    const QByteArray name = nameOf(path);
    const auto place = folder ? m_builder.placeFor(*folder) : std::nullopt;
    if (folder && !place)
        return;
    if (!isSafeName(name)) {
        m_builder.leaveOutName(folderOf(path), name);
    } else if (S_ISREG(st.st_mode)) {
        m_builder.addSourceFile(place, name, real, localEntry(st));
    } else if (S_ISDIR(st.st_mode) && place) {
        m_builder.leaveOutPlacedFolder(path);
    } else if (S_ISDIR(st.st_mode)) {
        queueFolder(WalkedFolder{m_builder.addTopFolder(name, real, localEntry(st)), -1, real, real, 0});
    } else {
        m_builder.leaveOutSpecial(path);
    }
}

void LocalWalk::queueFolder(WalkedFolder folder)
{
    m_walked.push_back(std::move(folder));
    m_queue.push_back(int(m_walked.size()) - 1);
}

void LocalWalk::enter(int walkedFolder)
{
    const QByteArray path = m_walked[size_t(walkedFolder)].canonical;
    const FolderHandle dir(::opendir(path.constData()));
    if (!dir) {
        m_builder.leaveOut(localError({localWalkAttempt, path}, errno));
        return;
    }
    for (errno = 0; const dirent *entry = ::readdir(dir.get()); errno = 0) {
        const QByteArray name(entry->d_name);
        if (name != "." && name != ".." && !isPartName(name))
            addEntry(walkedFolder, name);
        if (m_builder.isFull())
            return;
    }
    if (errno != 0)
        m_builder.leaveOut(localError({localWalkAttempt, path}, errno));
}

void LocalWalk::addEntry(int walkedFolder, const QByteArray &name)
{
    const WalkedFolder &folder = m_walked[size_t(walkedFolder)];
    const QByteArray path = joinPath(folder.canonical, name);
    struct stat st {};
    if (::lstat(path.constData(), &st) != 0) {
        m_builder.leaveOut(localError({localWalkAttempt, path}, errno));
    } else if (S_ISREG(st.st_mode)) {
        m_builder.addFile(folder.planFolder, name, {}, localEntry(st));
    } else if (S_ISDIR(st.st_mode)) {
        const int planFolder = m_builder.addFolder(folder.planFolder, name, path, localEntry(st));
        queueFolder(WalkedFolder{planFolder, walkedFolder, path, folder.root, folder.linksFollowed});
    } else if (S_ISLNK(st.st_mode)) {
        addLink(walkedFolder, name);
    } else {
        m_builder.leaveOutSpecial(path);
    }
}

void LocalWalk::addLink(int walkedFolder, const QByteArray &name)
{
    const WalkedFolder &folder = m_walked[size_t(walkedFolder)];
    const QByteArray path = joinPath(folder.canonical, name);
    const QByteArray target = canonicalPath(path);
    struct stat st {};
    if (target.isEmpty() || ::lstat(target.constData(), &st) != 0) {
        if (errno == ELOOP)
            m_builder.leaveOutLink(path, LinkVerdict::LeadsBack);
        else
            m_builder.leaveOut(localError({localWalkAttempt, path}, errno));
        return;
    }
    const LinkVerdict verdict = judgeLink(m_walked, walkedFolder, target, S_ISDIR(st.st_mode));
    if (verdict != LinkVerdict::Follow) {
        m_builder.leaveOutLink(path, verdict);
    } else if (S_ISREG(st.st_mode)) {
        m_builder.addFile(folder.planFolder, name, target, localEntry(st));
    } else if (S_ISDIR(st.st_mode)) {
        const int planFolder = m_builder.addFolder(folder.planFolder, name, target, localEntry(st));
        queueFolder(WalkedFolder{planFolder, walkedFolder, target, folder.root, folder.linksFollowed + 1});
    } else {
        m_builder.leaveOutSpecial(path);
    }
}

} // namespace nimbook::transfer
