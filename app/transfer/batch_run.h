// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/file_transfer.h"
#include "transfer/space_watch.h"
#include "transfer/transfer_plan.h"
#include "transfer/work_pool.h"

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QTimer>

#include <map>
#include <optional>

namespace nimbook::transfer {

/// What a person asked for with one drop.
struct BatchRequest {
    TransferId id = 0;
    Transfer::Direction direction = Transfer::Direction::Upload;
    QList<QByteArray> sources;
    QByteArray destination;
    QList<QByteArray> folders; ///< for placed files, as many as sources: where below the destination each goes; else empty
    QList<QByteArray> names = {}; ///< for copies, as many as sources: what each is called at its destination; empty, all or one: as it is
    QList<std::optional<PlaceBefore>> before = {}; ///< for placed files, as many as sources, or empty
    ConflictAnswer answer = ConflictAnswer::Ask;
    Priority priority = Priority::Normal;
    std::shared_ptr<OutcomeLog> log; ///< with what earlier attempts brought about; made when missing
};

/// How far it has come: what crosses from the worker's thread to the window's.
struct BatchReport {
    Transfer::State state = Transfer::State::Waiting;
    qint64 filesDone = 0;
    qint64 filesTotal = -1;
    qint64 bytesDone = 0;
    qint64 bytesTotal = -1;
    double bytesPerSecond = 0;
    QString currentFile;
    QList<FileProgress> underway;
    qint64 filesVerified = 0;
    QString verificationNote;
    QDateTime nextAttempt;
    QStringList conflicts;
    QList<Error> errors;
};

/// The way to one machine: one sftp-server for questions, the others for file data; and what works on the files here and there.
struct Lanes {
    std::shared_ptr<SftpLane> control;
    std::vector<std::shared_ptr<SftpLane>> data;
    std::shared_ptr<RemoteHasher> hasher; ///< null: nothing is verified
    WorkPool *disk = nullptr;
    WorkPool *digests = nullptr;
    std::chrono::microseconds roundTrip{0};
};

/// One transfer from the walk over the source to the last folder's time. Plans, asks when something is in the way, then moves.
///
/// The two directions differ in five functions. Thread: the worker's.
class BatchRun : public QObject {
    Q_OBJECT
public:
    explicit BatchRun(BatchRequest request);
    ~BatchRun() override;

    void advance(Lanes lanes);          ///< starts, or goes on after answer()
    void addLane(const std::shared_ptr<SftpLane> &lane); ///< one more, while it runs
    void answer(ConflictAnswer answer); ///< in NeedsAnswer; the next advance() moves the bytes
    void cancel();
    void suspend(); ///< to Paused; what has arrived of big files stays for the next attempt
    void failWith(const Error &error); ///< before advance(): there is no way to the machine

    const BatchReport &report() const { return m_report; }
    QList<FileProgress> underway() const; ///< at most eight, the largest first
    const BatchRequest &request() const { return m_request; }
    BatchRequest retryRequest() const { return m_request; } ///< the same again; what is done stays done
    void park(const BatchReport &reached); ///< before anything else: Paused or DoneWithErrors, with what an earlier program had reached
    void setPriority(Priority priority) { m_request.priority = priority; }
    /// Before advance(): what the attempt before had reached, to be shown until the plan is made, and the parts that it left.
    void expect(const BatchReport &before, const QList<QByteArray> &keptParts);
    /// Destinations of which a part was left for the next attempt.
    const QList<QByteArray> &keptParts() const { return m_keptParts; }
    bool isActive() const { return m_report.state < Transfer::State::Paused; }
    bool isLost() const { return m_fatal && (m_fatal->kind == ErrorKind::Network || m_fatal->kind == ErrorKind::Timeout); } ///< worth another attempt

Q_SIGNALS:
    void stateChanged();
    void handedBack(); ///< needs its lanes no longer: an answer is needed, or all is over

protected:
    using Then = std::function<void(std::optional<Error>)>;
    virtual void walk(Then then) = 0;
    virtual void stopWalk() = 0;
    /// \param then the names in it, or nothing when the folder is not there
    virtual void listDestination(int folder, std::function<void(Result<DestinationView::Names>)> then) = 0;
    /// \param then the bytes that the destination still takes, where that can be told
    virtual void askSpace(std::function<void(std::optional<qint64>)> then) = 0;
    virtual void makeFolder(int folder, Then then) = 0;
    virtual void sealFolder(int folder, std::function<void()> then) = 0; ///< its own mode and time, after its files
    virtual std::shared_ptr<FileTransfer> makeFile(FileTools tools, FileTask task) = 0;

    Lanes m_lanes;
    TransferPlan m_plan;
    BatchRequest m_request;
    std::vector<std::vector<int>> m_children;

private:
    struct Moving {
        std::shared_ptr<FileTransfer> file;
        PlanFile planned;
        qint64 bytes = 0;
        bool renaming = false;
    };
    void setState(Transfer::State state);
    void onWalked(const std::optional<Error> &lost);
    void lookAt(int folder);
    void onLookedAt(int folder, Result<DestinationView::Names> names);
    void onViewed();
    void beginMoving();
    void pumpFolders();
    void onFolderMade(int folder, const std::optional<Error> &error);
    void pumpFiles();
    void pumpSoon();
    void startFile(const PlanFile &planned);
    void onFileEnded(FileTransfer &file, const FileResult &result);
    void pumpSeals();
    void addError(const Error &error);
    void note(const PlanFile &planned, Outcome outcome, const FileResult &result);
    FileTask taskOf(const PlanFile &planned) const;
    void watchSpace();
    qint64 bytesStillNeeded() const;
    void onDiskTooSmall(const Error &error);
    bool isAtRest() const { return m_moving.empty() && m_makingFolders == 0 && m_openSeals == 0; }
    void stopFiles(FileTransfer::Leftover leftover);
    enum class Stop { No, Cancel, Suspend };
    void stop(Stop how);
    bool isStopping() const { return m_stop != Stop::No || m_fatal; }
    void end();

    BatchReport m_report;
    QList<QByteArray> m_keptParts;
    DestinationView m_view;
    QHash<QByteArray, PlaceBefore> m_before; ///< by planned path
    bool m_planned = false;
    size_t m_openAtOnce;
    bool m_hasParts = false; ///< of earlier attempts, somewhere in the destination
    int m_looking = 0;
    Stop m_stop = Stop::No;
    std::optional<Error> m_fatal; ///< makes the rest pointless: the link, the disk

    size_t m_nextFolder = 1;
    int m_makingFolders = 0;
    QSet<int> m_failedFolders;
    bool m_filesBegun = false;
    PlanFiles::Reader m_reader;
    qint64 m_filesLeft = 0; ///< not started yet
    qint64 m_bytesLeft = 0; ///< of those
    qint64 m_roomToCome = 0; ///< bytes that replaced files and used parts will give back, at most
    SpaceWatch m_space;
    std::map<FileTransfer *, Moving> m_moving;
    bool m_pumping = false;
    bool m_pumpQueued = false;
    bool m_sealing = false;
    size_t m_nextSeal = 0;
    int m_openSeals = 0;
    QTimer m_patience; ///< a cancel does not wait longer for a dead link
};

} // namespace nimbook::transfer
