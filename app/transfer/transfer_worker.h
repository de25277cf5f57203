// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/batch_run.h"
#include "transfer/rate_meter.h"
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
/// at a time, so that a small download does not wait behind a long upload. Dials when there is something to do.
class TransferWorker : public QObject {
    Q_OBJECT
public:
    explicit TransferWorker(ssh::ConnectionSettings settings);
    ~TransferWorker() override;

    void setConnection(const ssh::ConnectionSettings &settings);
    void submit(const BatchRequest &request);
    void answer(TransferId id, ConflictAnswer answer);
    void cancel(TransferId id);
    void retry(TransferId id);
    void forget(const QList<TransferId> &ids);

    /// For short requests: the control client, dialled first if need be, or why there is none.
    void withClient(std::function<void(Result<std::shared_ptr<SftpClient>>)> then);

Q_SIGNALS:
    void reported(nimbook::transfer::TransferId id, const nimbook::transfer::BatchReport &report);

private:
    struct Entry {
        std::unique_ptr<BatchRun> run;
        quint64 serial = 0; ///< tells a retry from the run before it, which has the same id
        RateMeter rate;
    };
    using Direction = Transfer::Direction;

    void watch(BatchRun *run, quint64 serial);
    bool hasActive() const;
    void erase(std::map<TransferId, Entry>::iterator entry);
    void schedule(Direction direction);
    void report(TransferId id);
    void reportActive();

    void connectThen(std::function<void(std::optional<Error>)> then);
    void onLive();
    void onLinkEnded(const Error &error);
    void openDataLanes(Direction direction, std::function<void(Result<Lanes>)> then);
    void checkDataLanes(Direction direction);
    std::shared_ptr<SftpLane> openLane();
    void dropLink();
    bool isConnected() const;

    struct DataLanes {
        std::vector<std::shared_ptr<SftpLane>> lanes;
        std::function<void(Result<Lanes>)> waiting;
    };

    ssh::ConnectionSettings m_settings;
    WorkPool m_pool;
    std::unique_ptr<ssh::Link> m_link;
    std::vector<std::function<void(std::optional<Error>)>> m_waiting; ///< for the link
    std::shared_ptr<SftpLane> m_control;
    std::map<Direction, DataLanes> m_data;
    std::map<TransferId, Entry> m_entries;
    std::map<Direction, std::deque<TransferId>> m_queue;
    std::map<Direction, Entry *> m_active; ///< null: none
    quint64 m_lastSerial = 0;
    QTimer m_tick;
};

} // namespace nimbook::transfer
