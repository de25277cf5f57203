// SPDX-License-Identifier: Apache-2.0
#include "sync/compare_job.h"

#include "sync/local_tree.h"
#include "sync/remote_tree.h"

#include <QSet>

namespace nimbook::sync {

CompareJob::CompareJob(transfer::TransferQueue &queue, FolderPair folders, CompareBy by, QObject *parent)
    : ValueJob<Comparison>(parent), m_queue(&queue), m_folders(std::move(folders)), m_by(by)
{
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
    conclude({}, {});
}

void CompareJob::conclude(const QSet<QString> &same, const QSet<QString> &other)
{
    Baseline baseline(m_folders.baselineFile);
    Comparison result = compare(*m_here, *m_there, baseline, same, other);
    baseline.save(); // what cannot be noted is asked about once more, nothing worse
    succeedWith(std::move(result));
}

} // namespace nimbook::sync
