// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sync/compare_job.h"

#include <QSet>

namespace nimbook::sync {

struct Choice {
    Item item;
    Action action = Action::Nothing;
};

struct SyncOutcome {
    qint64 uploaded = 0; ///< files
    qint64 downloaded = 0;
    qint64 deleted = 0;
    QStringList changedMeanwhile; ///< left alone: no longer what the person had seen
    QList<Error> errors;
};

/// Does what was ticked. Looks at both sides once more first, and at each file again right before it is replaced, or deleted on the
/// machine: what is no longer as it was when the person saw it is left alone.
///
/// Bytes move as transfers of the queue, where they are listed, paused and verified. Files that are deleted here go to the trash.
/// Cancelling leaves each file as it was or whole. Fails only when the sides cannot be looked at; single files fail in the outcome.
class SyncRun final : public ValueJob<SyncOutcome> {
    Q_OBJECT
public:
    SyncRun(transfer::TransferQueue &queue, FolderPair folders, QList<Choice> choices, QObject *parent = nullptr);

private:
    void run() override;
    void abort() override;
    void begin(const Tree &here, const Tree &there);
    void makeFolders();
    void transfer();
    void place(transfer::Transfer::Direction direction, const QList<transfer::PlacedFile> &files, transfer::ConflictAnswer answer);
    void onTransferEnded(transfer::TransferId id);
    void remove();
    void removeNextThere();
    void removeThere(const TreeEntry &seen);
    void removeFolderThere(const QString &path);
    void removeNow(const QString &path);
    void putAside(const Item &item);
    void end();
    void note(const Error &error) { m_outcome.errors.append(error); }
    transfer::PlacedFile placed(const QString &root, const QString &path, const std::optional<TreeEntry> &replacing = {}) const;

    QPointer<transfer::TransferQueue> m_queue;
    FolderPair m_folders;
    QList<Choice> m_choices;
    QSet<QString> m_taken; ///< paths of either side
    QStringList m_foldersThere;
    QList<transfer::PlacedFile> m_newUp;
    QList<transfer::PlacedFile> m_replaceUp;
    QList<transfer::PlacedFile> m_newDown;
    QList<transfer::PlacedFile> m_replaceDown;
    QStringList m_deleteHere;
    QList<TreeEntry> m_deleteThere;
    QSet<transfer::TransferId> m_moving;
    QPointer<Job> m_current;
    SyncOutcome m_outcome;
};

} // namespace nimbook::sync
