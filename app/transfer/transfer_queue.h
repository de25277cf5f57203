// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "ssh/connection.h"
#include "transfer/remote_files.h"

#include <QStringList>

#include <chrono>
#include <memory>

namespace nimbook::transfer {

using TransferId = quint64;
struct BatchReport;

/// What to do with a name that is there already. The plan finds the conflicts before any byte moves.
enum class ConflictAnswer { Ask, Overwrite, Skip, KeepBoth };

/// One drop, one row: a batch of files and folders in one direction.
struct Transfer {
    enum class Direction { Upload, Download };
    enum class State { Waiting, Planning, NeedsAnswer, Running, Done, DoneWithErrors, Failed, Cancelled };

    TransferId id = 0;
    Direction direction = Direction::Upload;
    State state = State::Waiting;
    QString title;       ///< "train.ipynb" or "3 items", as the person would call it
    QString machineName;
    QStringList sources;
    QString destination; ///< folder
    qint64 filesDone = 0;
    qint64 filesTotal = -1; ///< -1 until planned
    qint64 bytesDone = 0;
    qint64 bytesTotal = -1;
    double bytesPerSecond = 0; ///< smoothed over some seconds
    QString currentFile;
    QStringList conflicts;     ///< destination paths that exist, when NeedsAnswer
    QList<Error> errors;       ///< one bad file does not end the batch
    QDateTime started;
    QDateTime ended;

    bool isActive() const { return state < State::Done; }
    std::chrono::seconds timeLeft() const; ///< -1 s: unknown
};

/// Moves files between this computer and one machine, on a session and thread of its own.
///
/// Plan first, then bytes. A file arrives under a temporary name in its folder (".NAME.nimbook-part") and gets its own name by
/// rename when it is whole; mode and time are kept. Folders are walked; symbolic links are followed when they lead to files or
/// folders inside the source, else skipped with an error; sockets, pipes and devices are refused by name. Names from the
/// server never leave the chosen folder.
class TransferQueue : public QObject {
    Q_OBJECT
public:
    explicit TransferQueue(ssh::ConnectionSettings settings, QObject *parent = nullptr);
    ~TransferQueue() override;

    RemoteFiles *files(); ///< short requests on the same connection, answered also while bytes move; lives as long as the queue

    TransferId upload(const QStringList &localPaths, const QString &remoteDirectory, ConflictAnswer answer = ConflictAnswer::Ask);
    /// \param remotePaths absolute
    TransferId download(const QStringList &remotePaths, const QString &localDirectory, ConflictAnswer answer = ConflictAnswer::Ask);
    void answerConflicts(TransferId id, ConflictAnswer answer); ///< for a transfer that NeedsAnswer; Ask cancels it
    void cancel(TransferId id); ///< the file under way is left as it was before; finished ones stay
    void retry(TransferId id);  ///< what failed or was cancelled, once more
    void clearFinished();

    QList<Transfer> transfers() const; ///< newest first
    const Transfer *find(TransferId id) const;

    /// The machine's address or keys changed (stop and start): used from the next connection on.
    void setConnection(const ssh::ConnectionSettings &settings);

Q_SIGNALS:
    void added(nimbook::transfer::TransferId id);
    void changed(nimbook::transfer::TransferId id); ///< at most about ten times a second for each
    void removed(nimbook::transfer::TransferId id);
    void finished(nimbook::transfer::TransferId id); ///< Done, DoneWithErrors, Failed or Cancelled

private:
    TransferId add(Transfer::Direction direction, const QStringList &sources, const QString &destination, ConflictAnswer answer);
    void onReported(TransferId id, const BatchReport &report);

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::transfer
