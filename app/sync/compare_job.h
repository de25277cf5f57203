// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "sync/comparison.h"
#include "transfer/transfer_queue.h"

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

/// Walks both sides at the same time and says how they differ. Contents: files of one size and different times are read on both
/// sides, and so are those whose times are equal.
///
/// Error kinds: as LocalTree and RemoteTree; a folder of the machine that is not there counts as empty.
class CompareJob final : public ValueJob<Comparison> {
    Q_OBJECT
public:
    CompareJob(transfer::TransferQueue &queue, FolderPair folders, CompareBy by, QObject *parent = nullptr);

private:
    void run() override;
    void abort() override;
    void onWalked();
    void conclude(const QSet<QString> &same, const QSet<QString> &other);

    QPointer<transfer::TransferQueue> m_queue;
    FolderPair m_folders;
    CompareBy m_by;
    QList<QPointer<Job>> m_open;
    std::optional<Tree> m_here;
    std::optional<Tree> m_there;
};

} // namespace nimbook::sync
