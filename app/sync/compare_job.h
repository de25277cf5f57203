// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "sync/comparison.h"
#include "transfer/transfer_queue.h"

#include <QFutureWatcher>
#include <QPointer>

namespace nimbook::sync {

/// The two folders that are to be the same, and where it is noted that they were.
struct FolderPair {
    QString here;  ///< of this computer
    QString there; ///< of the machine
    QString baselineFile = {};
    bool operator==(const FolderPair &) const = default;
};

enum class CompareBy { SizeAndTime, Contents };

/// Walks both sides at the same time and says how they differ. Contents: every file that has one size on both sides is read on both, by
/// SHA-256 here and on the machine; no byte travels. The comparison itself is made on the pool.
///
/// Error kinds: as LocalTree and RemoteTree, Unsupported when the machine has no sha256sum; a folder of the machine that is not there counts as empty.
class CompareJob final : public ValueJob<Comparison> {
    Q_OBJECT
public:
    CompareJob(transfer::TransferQueue &queue, FolderPair folders, CompareBy by, QObject *parent = nullptr);

    const Tree &here() const { return *m_here; } ///< once it has succeeded
    const Tree &there() const { return *m_there; }

private:
    void run() override;
    void abort() override;
    void onWalked();
    void readContents();
    void onRead();
    void conclude(const QSet<QString> &same, const QSet<QString> &other);
    void onConcluded();

    QPointer<transfer::TransferQueue> m_queue;
    FolderPair m_folders;
    CompareBy m_by;
    QList<QPointer<Job>> m_open;
    std::optional<Tree> m_here;
    std::optional<Tree> m_there;
    QStringList m_toRead; ///< of one size on both sides
    std::optional<QHash<QString, QByteArray>> m_digestsHere;
    std::optional<QHash<QString, QByteArray>> m_digestsThere;
    QFutureWatcher<Comparison> m_concluding;
};

} // namespace nimbook::sync
