// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/batch_run.h"

#include <QString>

namespace nimbook::transfer {

/// A transfer that is unfinished or not complete, as it is written down.
struct JournalEntry {
    BatchRequest request; ///< without its log
    QDateTime started;
    qint64 filesDone = 0;
    qint64 filesTotal = -1;
    qint64 bytesDone = 0;
    qint64 bytesTotal = -1;
    QDateTime ended = {};      ///< valid: it is over, and errors say what did not arrive
    QList<Error> errors = {};  ///< at most mostErrors of them
    static constexpr qsizetype mostErrors = 1000;
};

/// The unfinished and incomplete transfers of one machine, so that they survive the program: "ID.json" says what was asked for, "ID.log" is the
/// OutcomeLog of what came of it. Holds paths of the person's files, so nobody else may read it. Safe to use from one thread at
/// a time; whoever shares a folder between programs must lock it.
class TransferJournal {
public:
    /// \param directory made when missing; empty: nothing is kept
    explicit TransferJournal(QString directory) : m_directory(std::move(directory)) {}

    QList<JournalEntry> entries() const; ///< oldest first; what cannot be read is left out
    void write(const JournalEntry &entry) const;
    void close(TransferId id) const;  ///< it is over and does not come back; its log stays, for a retry
    void remove(TransferId id) const;
    void sweep() const;               ///< removes logs that no entry belongs to
    Result<std::shared_ptr<OutcomeLog>> openLog(TransferId id) const;

private:
    QString path(TransferId id, const char *suffix) const;

    QString m_directory;
};

} // namespace nimbook::transfer
