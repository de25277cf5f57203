// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/batch_run.h"
#include "transfer/machine_lanes.h"
#include "transfer/rate_meter.h"
#include "transfer/transfer_journal.h"
#include "transfer/work_pool.h"

#include <QTimer>

#include <deque>
#include <map>
#include <memory>

namespace nimbook::transfer {

/// The thread side of a TransferQueue: the lanes to a machine, and the transfers that take turns. One upload and one download run
/// at a time, so that a small download does not wait behind a long upload. Dials when there is something to do, and again, with
/// growing pauses, when the connection was lost under a transfer.
class TransferWorker : public QObject {
    Q_OBJECT
public:
    TransferWorker(ssh::ConnectionSettings settings, QueueOptions options);
    ~TransferWorker() override;

    void setConnection(const ssh::ConnectionSettings &settings);
    void suspectLink();
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
    void withClient(std::function<void(Result<std::shared_ptr<SftpClient>>)> then) { m_lanes.withClient(std::move(then)); }
    void withHasher(std::function<void(Result<std::shared_ptr<RemoteHasher>>)> then) { m_lanes.withHasher(std::move(then)); }

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
    void cutWaitsShort();
    void writeDown(const Entry &entry);
    void removeParts(const BatchRun &run);
    bool hasActive() const;
    void erase(std::map<TransferId, Entry>::iterator entry);
    void schedule(Direction direction);
    void report(TransferId id);
    void reportActive();

    QueueOptions m_options;
    TransferJournal m_journal;
    WorkPool m_disk;
    WorkPool m_digests;
    MachineLanes m_lanes;
    std::map<TransferId, Entry> m_entries;
    std::map<Direction, std::deque<TransferId>> m_queue;
    std::map<Direction, Entry *> m_active; ///< null: none
    quint64 m_lastSerial = 0;
    QTimer m_tick;
};

} // namespace nimbook::transfer
