// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/link_thread.h"
#include "transfer/remote_hasher.h"
#include "transfer/sftp_lane.h"
#include "transfer/throttle.h"
#include "transfer/transfer_queue.h"

#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace nimbook::transfer {

/// The ways to one machine. The main connection carries questions, digests and file data; a second one, which exists only
/// around transfers, doubles the lanes for file data: each has a thread here and an sshd of its own over there.
/// Dials when somebody asks. Thread: the worker's; \a then is never called after this object's end.
class MachineLanes : public QObject {
    Q_OBJECT
public:
    using Direction = Transfer::Direction;
    struct Set {
        std::shared_ptr<SftpLane> control;
        std::vector<std::shared_ptr<SftpLane>> data; ///< those that are ready; others come by joined()
        std::shared_ptr<RemoteHasher> hasher;        ///< null: nothing is verified
        std::chrono::microseconds roundTrip{0};
    };

    /// \param verify opens a hasher for each direction as well
    /// \param silence of the machine, while it owes an answer, before a lane or hasher counts as lost
    MachineLanes(ssh::ConnectionSettings settings, bool verify, std::chrono::milliseconds silence, QObject *parent);
    ~MachineLanes() override;

    void setConnection(const ssh::ConnectionSettings &settings) { m_settings = settings; } ///< for the next connection
    void suspectLinks(); ///< as TransferQueue::suspectLink()
    void drop(); ///< whoever waits hears that the connection was closed
    void open(Direction direction, std::function<void(Result<Set>)> then);
    void rest(); ///< no transfer runs: the second connection is let go after a while

    void withClient(std::function<void(Result<std::shared_ptr<SftpClient>>)> then);
    void withHasher(std::function<void(Result<std::shared_ptr<RemoteHasher>>)> then); ///< one that no transfer waits for
    Throttle &throttle(Direction direction) { return m_data[direction].throttle; }
    bool isConnected() const;
    bool isDialing() const { return !m_waiting.empty(); }

Q_SIGNALS:
    /// One lane more for file data, ready to be used.
    void joined(nimbook::transfer::Transfer::Direction direction, const std::shared_ptr<nimbook::transfer::SftpLane> &lane);

private:
    struct Held {
        std::vector<std::shared_ptr<SftpLane>> lanes;
        bool isFull = false; ///< the server refused one: it is not asked again on this connection
    };
    struct Data {
        Throttle throttle; // before the lanes, which look at it
        Held main, second; ///< by the connection they are on
        std::shared_ptr<RemoteHasher> hasher;
        std::function<void(Result<Set>)> waiting;
    };
    void connectThen(std::function<void(std::optional<Error>)> then);
    void dialMain();
    void onLive();
    void onControlLost();
    void onEnded(const Error &error);
    void dialSecond();
    void dropMain();
    void dropSecond();
    void fill(Direction direction);
    void fill(Direction direction, LinkThread *link, Held Data::*held);
    void onLaneChanged(Direction direction, Held Data::*held, const std::weak_ptr<SftpLane> &lane);
    void answer(Direction direction);
    size_t lanesOn(const LinkThread &link, Direction direction) const;
    std::shared_ptr<SftpLane> openLane(LinkThread &link, Throttle *throttle = nullptr);
    std::shared_ptr<RemoteHasher> openHasher();
    std::shared_ptr<RemoteHasher> questionsHasher();
    Error closedError() const;

    ssh::ConnectionSettings m_settings;
    bool m_verify;
    std::shared_ptr<Patience> m_patience;
    std::unique_ptr<LinkThread> m_main;
    std::unique_ptr<LinkThread> m_second;
    std::vector<std::function<void(std::optional<Error>)>> m_waiting; ///< for the main connection
    std::shared_ptr<SftpLane> m_control;
    std::shared_ptr<RemoteHasher> m_hasher; ///< for questions; transfers have their own
    std::map<Direction, Data> m_data;
    QTimer m_idle;
};

} // namespace nimbook::transfer
