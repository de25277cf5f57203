// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "sync/tree.h"
#include "transfer/remote_files.h"

#include <QFutureWatcher>
#include <QPointer>

namespace nimbook::sync {

/// Walks a folder of a machine, many listings at a time. Errors: as RemoteFiles::list() of the root; a folder below that cannot
/// be read is named in Tree::leftOut, a link that was lost ends the walk.
class RemoteTree final : public ValueJob<Tree> {
    Q_OBJECT
public:
    enum class Rules { Apply, Everything }; ///< Everything: also what the ignore files and the defaults name

    RemoteTree(transfer::RemoteFiles &files, const QString &root, Rules rules, QObject *parent = nullptr);
    void stopAfter(qsizetype entries) { m_most = entries; } ///< Tree::isComplete is false then

private:
    void run() override;
    void abort() override;
    void pump();
    void list(const QString &folder);
    void onListed(const QString &folder, const Result<QList<transfer::RemoteEntry>> &listed);
    void readRules(const QString &folder, QStringList fileNames, const QList<transfer::RemoteEntry> &entries);
    void addAll(const QString &folder, const QList<transfer::RemoteEntry> &entries);
    QString pathOf(const QString &relative) const { return relative.isEmpty() ? m_root : (m_root == QStringLiteral("/") ? m_root : m_root + u'/') + relative; }
    void closeOne();

    QPointer<transfer::RemoteFiles> m_files;
    QString m_root;
    Rules m_rules;
    qsizetype m_most = largestTree;
    Tree m_tree;
    QStringList m_folders; ///< still to be listed
    int m_open = 0;
    bool m_isWalked = false;
    QFutureWatcher<Tree> m_sorting;
    QList<QPointer<Job>> m_jobs;
};

} // namespace nimbook::sync
