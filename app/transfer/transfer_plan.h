// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "transfer/transfer_queue.h"

#include <QByteArray>
#include <QHash>

#include <vector>

namespace nimbook::transfer {

/// A folder that must be there before its files come. Number 0 is the chosen destination itself.
struct PlanFolder {
    int parent = -1; ///< always smaller than its own number
    QByteArray source;
    QByteArray name;
    quint32 permissions = 0755;
    qint64 modified = 0; ///< seconds since 1970
    bool exists = false;
};

struct PlanFile {
    int folder = 0;
    QByteArray name;
    QByteArray source; ///< empty: in the folder's source, under the same name
    qint64 size = 0;
    qint64 modified = 0;
    quint32 permissions = 0644;
    bool replace = false; ///< an existing file of that name was found, and may go
};

/// What goes where. Small per entry, since a tree may have very many.
struct TransferPlan {
    QByteArray destination;
    std::vector<PlanFolder> folders;
    std::vector<PlanFile> files;
    QList<Error> errors; ///< what was left out, and why

    explicit TransferPlan(const QByteArray &destinationFolder = {});

    QByteArray folderPath(int folder) const;
    QByteArray sourcePath(const PlanFile &file) const;
    QByteArray destinationPath(const PlanFile &file) const;
    qint64 totalBytes() const;
};

/// What lies already in the folders that the plan writes to: the names of each, with "is it a folder?".
struct DestinationView {
    using Names = QHash<QByteArray, bool>;
    QHash<int, Names> folders; ///< by number; a folder that is not there yet has no entry

    bool has(int folder, const QByteArray &name) const;
    bool isFolder(int folder, const QByteArray &name) const;
};

/// Folders of the plan, directly in \a folder, that its listing shows to be there: marked as existing, to be listed next.
QList<int> existingSubfolders(TransferPlan &plan, const std::vector<std::vector<int>> &children, const DestinationView &view, int folder);
std::vector<std::vector<int>> childFolders(const TransferPlan &plan);

/// Destination paths that are taken, for people to read; at most \a limit are named.
QStringList findConflicts(const TransferPlan &plan, const DestinationView &view, int limit = 1000);

/// Makes the plan follow \a answer (not Ask). A folder and a file never replace each other: that is an error of the entry.
void resolveConflicts(TransferPlan &plan, const DestinationView &view, ConflictAnswer answer);

/// What earlier attempts of the same transfer have brought about.
enum class Outcome : quint8 { Finished, InDoubt }; ///< in doubt: renamed perhaps, the answer was lost
struct EarlierFile {
    Outcome outcome = Outcome::Finished;
    qint64 size = 0;
    qint64 modified = 0;
};
using EarlierFiles = QHash<QByteArray, EarlierFile>; ///< by source path

/// Takes finished files out of the plan, as long as their source is what it was; returns their number and bytes.
struct AlreadyThere {
    qint64 files = 0;
    qint64 bytes = 0;
};
AlreadyThere dropFinished(TransferPlan &plan, const EarlierFiles &earlier);

} // namespace nimbook::transfer
