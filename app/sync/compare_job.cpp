// SPDX-License-Identifier: Apache-2.0
#include "sync/compare_job.h"

#include "sync/local_digests.h"
#include "sync/local_tree.h"
#include "sync/on_pool.h"
#include "sync/remote_tree.h"

#include <QSet>

namespace nimbook::sync {

CompareJob::CompareJob(transfer::TransferQueue &queue, FolderPair folders, CompareBy by, QObject *parent)
    : ValueJob<Comparison>(parent), m_queue(&queue), m_folders(std::move(folders)), m_by(by)
{
    connect(&m_concluding, &QFutureWatcherBase::finished, this, &CompareJob::onConcluded);
}

void CompareJob::run()
{
    if (!m_queue) {
        fail({ErrorKind::Network, tr("The connection to the machine is gone."), tr("Connect again."), {}, {}});
        return;
    }
    setProgress({0, -1, Progress::Unit::Items, tr("Looking at both sides")});
    auto *here = new LocalTree(m_folders.here, this);
    auto *there = new RemoteTree(*m_queue->files(), m_folders.there, RemoteTree::Rules::Apply, this);
    m_open = {here, there};
    connect(here, &Job::finished, this, [this, here] {
        if (const Result<Tree> tree = here->result()) {
            m_here = *tree;
            onWalked();
        } else if (isRunning()) {
            abort();
            fail(tree.error());
        }
    });
    connect(there, &Job::finished, this, [this, there] {
        Result<Tree> tree = there->result();
        if (!tree && tree.error().kind == ErrorKind::NotFound) {
            tree = Tree();
            tree->rules = IgnoreRules::defaults();
        }
        if (tree) {
            m_there = *tree;
            onWalked();
        } else if (isRunning()) {
            abort();
            fail(tree.error());
        }
    });
    here->startAndForget();
    there->startAndForget();
}

void CompareJob::abort()
{
    for (const QPointer<Job> &job : std::exchange(m_open, {})) {
        if (job)
            job->cancel();
    }
}

void CompareJob::onWalked()
{
    if (!isRunning() || !m_here || !m_there)
        return;
    if (m_by == CompareBy::Contents)
        readContents();
    else
        conclude({}, {});
}

void CompareJob::readContents()
{
    QHash<QString, qint64> sizes;
    for (const TreeEntry &entry : std::as_const(m_here->entries)) {
        if (!entry.isFolder)
            sizes.insert(entry.path, entry.size);
    }
    for (const TreeEntry &entry : std::as_const(m_there->entries)) {
        if (!entry.isFolder && sizes.value(entry.path, -1) == entry.size)
            m_toRead.append(entry.path);
    }
    if (m_toRead.isEmpty() || !m_queue) {
        conclude({}, {});
        return;
    }
    setProgress({0, m_toRead.size(), Progress::Unit::Items, m_toRead.size() == 1 ? tr("Reading 1 file on both sides") : tr("Reading %n files on both sides", nullptr, int(m_toRead.size()))});
    QStringList here;
    QStringList there;
    for (const QString &path : std::as_const(m_toRead)) {
        here.append(m_folders.here + u'/' + path);
        there.append(m_folders.there + u'/' + path);
    }
    auto *local = new LocalDigests(here, this);
    auto *remote = m_queue->files()->digests(there, this);
    m_open = {local, remote};
    const auto follow = [this](ValueJob<QHash<QString, QByteArray>> *job, std::optional<QHash<QString, QByteArray>> &into) {
        connect(job, &Job::finished, this, [this, job, &into] {
            if (!isRunning())
                return;
            const Result<QHash<QString, QByteArray>> digests = job->result();
            if (!digests) {
                abort();
                fail(digests.error());
                return;
            }
            into = *digests;
            onRead();
        });
        job->startAndForget();
    };
    follow(local, m_digestsHere);
    follow(remote, m_digestsThere);
}

void CompareJob::onRead()
{
    if (!m_digestsHere || !m_digestsThere)
        return;
    QSet<QString> same;
    QSet<QString> other;
    for (const QString &path : std::as_const(m_toRead)) {
        const QByteArray here = m_digestsHere->value(m_folders.here + u'/' + path);
        const QByteArray there = m_digestsThere->value(m_folders.there + u'/' + path);
        if (!here.isEmpty() && here == there)
            same.insert(path);
        else // also what could not be read: nobody may take it for the same
            other.insert(path);
    }
    conclude(same, other);
}

/// On the pool, with the baseline's file: for a million paths it takes seconds.
void CompareJob::conclude(const QSet<QString> &same, const QSet<QString> &other)
{
    computeOnPool(m_concluding, [here = *m_here, there = *m_there, file = m_folders.baselineFile, same, other] {
        Baseline baseline(file);
        Comparison result = compare(here, there, baseline, same, other);
        baseline.save(); // what cannot be noted is asked about once more, nothing worse
        return result;
    });
}

void CompareJob::onConcluded()
{
    if (isRunning())
        succeedWith(m_concluding.result());
}

} // namespace nimbook::sync
