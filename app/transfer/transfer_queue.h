// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/backoff.h"
#include "base/error.h"
#include "ssh/connection.h"
#include "transfer/place_before.h"
#include "transfer/remote_files.h"

#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>

namespace nimbook::transfer {

using TransferId = quint64;
struct BatchReport;
struct BatchRequest;

/// What to do with a name that is there already. The plan finds the conflicts before any byte moves.
/// NewerWins: replaced where the source was modified later (whole seconds), else left alone.
enum class ConflictAnswer { Ask, Overwrite, Skip, KeepBoth, NewerWins };

enum class Priority { Low, Normal, High };

/// A file of a batch whose place is chosen one by one, as a sync does.
struct PlacedFile {
    QString source; ///< absolute
    QString folder; ///< below the batch's destination, "data/sub"; empty: the destination itself; made when it is missing
    std::optional<PlaceBefore> before = {}; ///< looked at once more right before the file gets its name; a Conflict when it is otherwise
};

/// A file under way.
struct FileProgress {
    QString name;
    qint64 bytesDone = 0;
    qint64 bytesTotal = 0;
    bool operator==(const FileProgress &) const = default;
};

/// One drop, one row: a batch of files and folders in one direction.
struct Transfer {
    enum class Direction { Upload, Download, Copy }; ///< Copy: on the machine itself
    enum class State { Waiting, Planning, NeedsAnswer, Running, Paused, Done, DoneWithErrors, Failed, Cancelled };

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
    QList<FileProgress> underway; ///< at most eight, the largest first
    Priority priority = Priority::Normal;
    qint64 filesVerified = 0;     ///< of filesDone: SHA-256 computed on both ends, and equal
    QString verificationNote;     ///< why the others could not be verified ("trainer-1 has no sha256sum"); empty: all were
    bool restored = false;        ///< of an earlier run of the program, from the journal: Paused until resume(), or DoneWithErrors
    bool connected = true;        ///< false: restored, and there has been no connection to the machine yet
    bool goesOn = false;          ///< resume() or retry() was asked for before that connection, which begins it
    QDateTime nextAttempt;        ///< valid while Waiting after a lost connection: when it goes on by itself
    QStringList conflicts;     ///< destination paths that exist, when NeedsAnswer
    QList<Error> errors;       ///< one bad file does not end the batch
    QDateTime started;
    QDateTime ended;

    bool isActive() const { return state < State::Done; }
    bool isLost() const; ///< Failed because there was no way to the machine: goes on when it is back, see TransferQueue::setConnection()
    std::chrono::seconds timeLeft() const; ///< -1 s: unknown
};

/// How a queue works; all of it has sensible defaults.
struct QueueOptions {
    /// Where transfers that are unfinished or not complete are written down, so that they come back after a crash; one folder for
    /// each machine, made when missing. Empty: nothing survives the queue.
    QString journalDirectory = {};
    bool verify = true;       ///< SHA-256 on both ends before a file gets its name
    int automaticRetries = 6; ///< in a row without a byte moved, after a lost connection
    Backoff backoff = {};     ///< between those
    /// Of a program on the machine that owes an answer, over a connection that stands, before it counts as lost; as long again for
    /// every 4 MiB under way, and longer while a big file is read or brought to the disk.
    std::chrono::milliseconds silence = std::chrono::seconds(60);
};

/// Moves files between this computer and one machine, on SSH connections and threads of its own: one that stays for questions and
/// digests, and a second one for more bytes, which is let go a minute after the last transfer.
///
/// Plan first, then bytes. A file arrives under a temporary name in its folder (".NAME.nimbook-part") and gets its own name by
/// rename when it is whole and, where the machine has sha256sum, when SHA-256 computed on both ends agrees; mode and time are
/// kept. What a pause, a lost connection or the end of the program leaves of a file above 16 MiB is proven piece by piece by
/// the next attempt, which moves only the rest; it is removed when the transfer is cancelled. After a lost connection a
/// transfer goes on by itself, with growing pauses.
///
/// Folders are walked; symbolic links are followed when they lead to files or folders inside the source, else skipped with an
/// error; sockets, pipes and devices are refused by name. Names from the server never leave the chosen folder. Nothing is
/// copied when the disk is too small for all of it. Memory grows with the number of folders (about 300 bytes each) and the
/// largest single folder, not with the number of files or their size; bytes under way take about 25 MB near and 55 MB far (measured).
class TransferQueue : public QObject {
    Q_OBJECT
public:
    /// \param settings without a host and route: the list of an earlier program, until setConnection(); nothing moves before
    explicit TransferQueue(ssh::ConnectionSettings settings, QueueOptions options = {}, QObject *parent = nullptr);
    ~TransferQueue() override;

    RemoteFiles *files(); ///< short requests on the same connection, answered also while bytes move; lives as long as the queue

    TransferId upload(const QStringList &localPaths, const QString &remoteDirectory, ConflictAnswer answer = ConflictAnswer::Ask);
    /// \param remotePaths absolute
    TransferId download(const QStringList &remotePaths, const QString &localDirectory, ConflictAnswer answer = ConflictAnswer::Ask);
    /// On the machine itself, from folder to folder.
    /// \param names what each is called in its new place, as many as paths; empty: as it is
    TransferId copy(const QStringList &remotePaths, const QString &remoteDirectory, const QStringList &names = {}, ConflictAnswer answer = ConflictAnswer::Ask);
    /// Each file into its own folder below \a destination; files only, in one batch. Otherwise as upload() and download().
    TransferId place(Transfer::Direction direction, const QList<PlacedFile> &files, const QString &destination, ConflictAnswer answer = ConflictAnswer::Ask);
    void answerConflicts(TransferId id, ConflictAnswer answer); ///< for a transfer that NeedsAnswer; Ask cancels it
    void cancel(TransferId id); ///< the file under way is left as it was before; finished ones stay
    void retry(TransferId id);  ///< what failed or was cancelled, once more
    void pause(TransferId id);  ///< until resume(): what has arrived of a big file is kept, and proven before it goes on
    void resume(TransferId id); ///< also for a restored transfer; a waiting one tries again at once
    void setPriority(TransferId id, Priority priority); ///< higher ones start first and interrupt lower ones
    void clearFinished();
    void forget(TransferId id); ///< one that has ended, as clearFinished(): nobody has to read of it

    /// Bytes per second for all transfers of one direction together; 0: no limit.
    void setRateLimit(Transfer::Direction direction, qint64 bytesPerSecond);
    qint64 rateLimit(Transfer::Direction direction) const;

    QList<Transfer> transfers() const; ///< newest first
    const Transfer *find(TransferId id) const;

    /// This computer woke up or changed its network: connections that do not answer at once are made anew, and what waits after a
    /// loss tries again now.
    void suspectLink();
    /// The machine is back, and its address or keys may have changed (stop and start): used from the next connection on. What failed because
    /// the connection was lost goes on, except for placed files: who placed them looks anew. So does what waits for its next attempt.
    void setConnection(const ssh::ConnectionSettings &settings);

Q_SIGNALS:
    void added(nimbook::transfer::TransferId id);
    void changed(nimbook::transfer::TransferId id); ///< at most about ten times a second for each
    void removed(nimbook::transfer::TransferId id);
    void finished(nimbook::transfer::TransferId id); ///< Done, DoneWithErrors, Failed or Cancelled
    void connectionWanted(); ///< something shall go on, and there was no connection yet: setConnection() has it go on

private:
    TransferId add(BatchRequest request, const QStringList &sources, const QString &destination);
    void beginListed();
    void onReported(TransferId id, const BatchReport &report);

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::transfer
