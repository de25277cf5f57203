// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "transfer/outcome_log.h"
#include "transfer/plan_files.h"
#include "transfer/transfer_queue.h"

#include <QByteArray>
#include <QHash>
#include <QSet>

#include <optional>
#include <vector>

namespace nimbook::transfer {

/// A folder that must be there before its files come. Number 0 is the chosen destination itself.
struct PlanFolder {
    int parent = -1; ///< always smaller than its own number
    QByteArray source; ///< empty: made only because files are placed in it, and left as it is then
    QByteArray name;
    quint32 permissions = 0755;
    qint64 modified = 0; ///< seconds since 1970
    bool exists = false;
    bool ours = false; ///< an earlier attempt made it: its mode and time are still to come
    QByteArray plannedName = {}; ///< before keeping both gave it another one; empty: it did not
};

/// What goes where. Folders stay in memory (about 300 bytes each), files do not.
struct TransferPlan {
    QByteArray destination;
    std::vector<PlanFolder> folders;
    PlanFiles files;
    QList<Error> errors; ///< what was left out, and why

    explicit TransferPlan(const QByteArray &destinationFolder = {});

    QByteArray folderPath(int folder) const;
    QByteArray sourcePath(const PlanFile &file) const;
    QByteArray destinationPath(const PlanFile &file) const;
    QByteArray plannedFolder(int folder) const; ///< "a/b/"; empty for the destination itself; before keeping both, as plannedPath()
    QByteArray plannedPath(const PlanFile &file) const; ///< the destination before keeping both: what every attempt agrees on
    qint64 bytesFreed = 0; ///< of files that will be replaced
};

/// What a destination folder holds under one name.
struct ThereAlready {
    bool isFolder = false;
    qint64 size = 0;
    qint64 modified = 0; ///< seconds since 1970
};

/// What lies already in the folders that the plan writes to. Keeps a 64-bit number for each name instead of the name: two of
/// a million names share one with a chance of 1 in 30 million, and then only a needless question is asked.
class DestinationView {
public:
    using Names = QHash<QByteArray, ThereAlready>;

    void put(int folder, const Names &names);
    bool isListed(int folder) const { return m_listed.contains(folder); } ///< a folder that is not there yet never is
    bool has(int folder, const QByteArray &name) const { return find(folder, name).has_value(); }
    bool isFolder(int folder, const QByteArray &name) const;
    std::optional<ThereAlready> find(int folder, const QByteArray &name) const;
    bool hasParts() const { return m_hasParts; } ///< some attempt left some behind

    static quint64 keyOf(int folder, const QByteArray &name);

private:

    QSet<int> m_listed;
    QHash<quint64, ThereAlready> m_names;
    bool m_hasParts = false;
};

/// Folders of the plan, directly in \a folder, that its listing shows to be there: marked as existing, to be listed next.
QList<int> existingSubfolders(TransferPlan &plan, const std::vector<std::vector<int>> &children, const DestinationView &view, int folder);
std::vector<std::vector<int>> childFolders(const TransferPlan &plan);

/// Destination paths that are taken, for people to read; at most \a limit are named.
QStringList findConflicts(const TransferPlan &plan, const DestinationView &view, int limit = 1000);

/// What earlier attempts left of the plan's files, under the names that they would have now.
qint64 partBytes(const TransferPlan &plan, const DestinationView &view);

/// Makes the plan follow \a answer (not Ask). A folder and a file never replace each other: that is an error of the entry.
void resolveConflicts(TransferPlan &plan, const DestinationView &view, ConflictAnswer answer);

/// Takes out of the plan what an earlier attempt finished, as long as source and destination still are what they were then, and
/// lets the rest of what it brought be replaced without a question. Returns the number and bytes of what is done.
struct AlreadyThere {
    qint64 files = 0;
    qint64 bytes = 0;
};
AlreadyThere dropFinished(TransferPlan &plan, const DestinationView &view, const OutcomeLog &log, ConflictAnswer answer);

} // namespace nimbook::transfer
