// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/batch_run.h"
#include "transfer/rate_meter.h"
#include "transfer/throttle.h"
#include "transfer/transfer_journal.h"
#include "transfer/work_pool.h"

#include <QTimer>

#include <deque>
#include <map>
#include <memory>

namespace nimbook::ssh {
class Link;
}

namespace nimbook::transfer {

/// The thread side of a TransferQueue: one link, its lanes, and the transfers that take turns. One upload and one download run
/// at a time, so that a small download does not wait behind a long upload. Dials when there is something to do, and again, with
/// growing pauses, when the connection was lost under a transfer.
class TransferWorker : public QObject {
    Q_OBJECT
public:
    TransferWorker(ssh::ConnectionSettings settings, QueueOptions options);
    ~TransferWorker() override;

    void setConnection(const ssh::ConnectionSettings &settings);
    void submit(const BatchRequest &request);
    void restore(const JournalEntry &entry); ///< as Paused
    void answer(TransferId id, ConflictAnswer answer);
    void cancel(TransferId id);
    void retry(TransferId id);
    void pause(TransferId id);
    void resume(TransferId id);
    void setPriority(TransferId id, Priority priority);
    void setRateLimit(Transfer::Direction direction, qint64 bytesPerSecond);
    void forget(const QList<TransferId> &ids);

    /// For short requests: the control client, dialled first if need be, or why there is none.
    void withClient(std::function<void(Result<std::shared_ptr<SftpClient>>)> then);
    void withHasher(std::function<void(Result<std::shared_ptr<RemoteHasher>>)> then); ///< one that no transfer waits for

Q_SIGNALS:
    void reported(nimbook::transfer::TransferId id, const nimbook::transfer::BatchReport &report);

private:
    struct Entry {
        std::unique_ptr<BatchRun> run;
        quint64 serial = 0; ///< tells a retry from the run before it, which has the same id
        QDateTime started = {};
        RateMeter rate = {};
        int attempts = 0;             ///< in a row that moved nothing
        qint64 bytesBefore = 0;       ///< of the last attempt
        QDateTime notBefore = {};     ///< of the next attempt
        bool makesWay = false;        ///< suspended for a more urgent one; not by the person
    };
    using Direction = Transfer::Direction;

    Entry &enter(const BatchRequest &request);
    void again(std::map<TransferId, Entry>::iterator entry, bool byItself);
    void watch(BatchRun *run, quint64 serial);
    void onStateChanged(TransferId id);
    void onHandedBack(TransferId id, quint64 serial, Direction direction);
    bool goesOnByItself(const Entry &entry) const;
    Entry *nextOf(Direction direction);
    void writeDown(const Entry &entry);
    void removeParts(const BatchRun &run);
    bool hasActive() const;
    void erase(std::map<TransferId, Entry>::iterator entry);
    void schedule(Direction direction);
    void report(TransferId id);
    void reportActive();

    void connectThen(std::function<void(std::optional<Error>)> then);
    void onLive();
    void onLinkEnded(const Error &error);
    void openDataLanes(Direction direction, std::function<void(Result<Lanes>)> then);
    void measureThen(std::function<void()> then);
    void openChannels(Direction direction);
    void useDataLanes(Direction direction, std::function<void(Result<Lanes>)> then);
    void checkDataLanes(Direction direction);
    std::shared_ptr<SftpLane> openLane(Throttle *throttle = nullptr);
    std::shared_ptr<RemoteHasher> openHasher();
    void dropLink();
    bool isConnected() const;

    struct DataLanes {
        Throttle throttle; // before the lanes, which look at it
        std::vector<std::shared_ptr<SftpLane>> lanes;
        std::shared_ptr<RemoteHasher> hasher;
        std::function<void(Result<Lanes>)> waiting;
    };

    ssh::ConnectionSettings m_settings;
    QueueOptions m_options;
    TransferJournal m_journal;
    WorkPool m_disk;
    WorkPool m_digests;
    std::unique_ptr<ssh::Link> m_link;
    std::vector<std::function<void(std::optional<Error>)>> m_waiting; ///< for the link
    std::shared_ptr<SftpLane> m_control;
    std::shared_ptr<RemoteHasher> m_hasher; ///< for questions; transfers have their own
    std::map<Direction, DataLanes> m_data;
    std::map<TransferId, Entry> m_entries;
    std::map<Direction, std::deque<TransferId>> m_queue;
    std::map<Direction, Entry *> m_active; ///< null: none
    quint64 m_lastSerial = 0;
    QTimer m_tick;
};

} // namespace nimbook::transfer
