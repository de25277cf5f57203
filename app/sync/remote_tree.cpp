// SPDX-License-Identifier: Apache-2.0
#include "sync/remote_tree.h"

#include "sync/on_pool.h"

#include <algorithm>

namespace nimbook::sync {

using transfer::RemoteEntry;

namespace {
constexpr int listingsOpenAtOnce = 16;
constexpr qint64 longestRemoteIgnoreFile = 256 * 1024;
}

RemoteTree::RemoteTree(transfer::RemoteFiles &files, const QString &root, Rules rules, QObject *parent)
    : ValueJob<Tree>(parent), m_files(&files), m_root(root), m_rules(rules)
{
    if (m_rules == Rules::Apply)
        m_tree.rules = IgnoreRules::defaults();
    connect(&m_sorting, &QFutureWatcherBase::finished, this, [this] {
        if (isRunning())
            succeedWith(m_sorting.result());
    });
}

void RemoteTree::run()
{
    m_folders.append(QString());
    pump();
}

void RemoteTree::abort()
{
    for (const QPointer<Job> &job : std::exchange(m_jobs, {})) {
        if (job)
            job->cancel();
    }
}

void RemoteTree::pump()
{
    while (isRunning() && m_open < listingsOpenAtOnce && !m_folders.isEmpty() && m_tree.isComplete)
        list(m_folders.takeLast());
    if (!isRunning() || m_open > 0 || std::exchange(m_isWalked, true))
        return;
    computeOnPool(m_sorting, [tree = std::move(m_tree)]() mutable { // a million names take more than a second
        std::sort(tree.entries.begin(), tree.entries.end(), [](const TreeEntry &a, const TreeEntry &b) { return a.path < b.path; });
        return std::move(tree);
    });
}

void RemoteTree::list(const QString &folder)
{
    if (!m_files) {
        fail({ErrorKind::Network, tr("The connection to the machine is gone."), tr("Connect again."), {}, {}});
        return;
    }
    ++m_open;
    auto *job = m_files->list(pathOf(folder), this);
    m_jobs.append(job);
    connect(job, &Job::finished, this, [this, job, folder] {
        m_jobs.removeOne(job);
        job->deleteLater();
        if (isRunning())
            onListed(folder, job->result());
    });
    job->start();
}

void RemoteTree::onListed(const QString &folder, const Result<QList<RemoteEntry>> &listed)
{
    if (!listed) {
        const ErrorKind kind = listed.error().kind;
        const bool isLost = kind == ErrorKind::Network || kind == ErrorKind::Timeout || kind == ErrorKind::Cancelled;
        if (folder.isEmpty() || isLost) {
            abort();
            fail(listed.error());
            return;
        }
        m_tree.leftOut.append(folder);
        closeOne();
        return;
    }
    QStringList ruleFiles;
    for (const QString &name : m_rules == Rules::Apply ? IgnoreRules::fileNames() : QStringList()) {
        const bool isThere = std::any_of(listed->cbegin(), listed->cend(), [&name](const RemoteEntry &each) {
            return each.name == name && each.type == RemoteEntry::Type::File && each.size > 0 && each.size <= longestRemoteIgnoreFile;
        });
        if (isThere)
            ruleFiles.append(name);
    }
    readRules(folder, ruleFiles, *listed);
}

void RemoteTree::readRules(const QString &folder, QStringList fileNames, const QList<RemoteEntry> &entries)
{
    if (fileNames.isEmpty() || !m_files) {
        addAll(folder, entries);
        return;
    }
    const QString name = fileNames.takeFirst();
    auto *job = m_files->read((pathOf(folder) == QStringLiteral("/") ? QString() : pathOf(folder)) + u'/' + name, longestRemoteIgnoreFile, this);
    m_jobs.append(job);
    connect(job, &Job::finished, this, [=, this] {
        m_jobs.removeOne(job);
        job->deleteLater();
        if (!isRunning())
            return;
        if (const Result<QByteArray> text = job->result())
            m_tree.rules.add(folder, *text);
        readRules(folder, fileNames, entries);
    });
    job->start();
}

void RemoteTree::addAll(const QString &folder, const QList<RemoteEntry> &entries)
{
    for (const RemoteEntry &found : entries) {
        TreeEntry entry;
        entry.path = folder.isEmpty() ? found.name : folder + u'/' + found.name;
        entry.isFolder = found.type == RemoteEntry::Type::Directory;
        if (m_rules == Rules::Apply && m_tree.rules.ignoresHere(entry.path, entry.isFolder))
            continue;
        if (!found.usable || (!entry.isFolder && found.type != RemoteEntry::Type::File)) {
            m_tree.leftOut.append(entry.path);
            continue;
        }
        if (m_tree.entries.size() >= m_most) {
            m_tree.isComplete = false;
            break;
        }
        entry.size = entry.isFolder ? 0 : found.size;
        entry.modified = found.modified.toSecsSinceEpoch();
        entry.permissions = found.permissions;
        if (entry.isFolder)
            m_folders.append(entry.path);
        m_tree.entries.append(std::move(entry));
    }
    closeOne();
}

void RemoteTree::closeOne()
{
    --m_open;
    pump();
}

} // namespace nimbook::sync
