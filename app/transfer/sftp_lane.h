// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/sftp_client.h"
#include "transfer/throttle.h"

#include <deque>
#include <memory>

namespace nimbook::transfer {

/// Something with file data to ask for or to send, a chunk at a time.
class DataSource {
public:
    virtual ~DataSource() = default;
    virtual bool feed() = 0; ///< sends the next chunk's request; false: nothing more to send
};

/// One sftp-server process, and the files that take turns on it. The data in flight is bounded: this bounds our memory.
class SftpLane {
public:
    static constexpr qsizetype mostInFlight = 3 * 1024 * 1024; // bytes; OpenSSH's own window is 2 MiB, so that it never runs dry
    static constexpr qsizetype chunkSize = 32 * 1024; // every SFTP server takes this much; larger ones gained nothing

    /// \param throttle for the data, shared with other lanes; null: none. Outlives the lane.
    SftpLane(std::unique_ptr<ByteStream> stream, const QString &machineName, Throttle *throttle = nullptr,
             std::shared_ptr<Patience> patience = std::make_shared<Patience>());
    ~SftpLane();
    Q_DISABLE_COPY_MOVE(SftpLane)

    SftpClient &client() { return *m_client; }
    std::shared_ptr<SftpClient> sharedClient() { return m_client; }
    void add(std::shared_ptr<DataSource> source); ///< fed in the order of arrival
    std::function<void(const Error &)> onLost;
    bool hasRoom() const { return m_client->inFlight() < mostInFlight; }

private:
    void feed();
    bool mayFeed() const { return !m_throttle || !m_client->isAlive() || m_throttle->mayTake(this); }

    std::shared_ptr<SftpClient> m_client;
    std::deque<std::shared_ptr<DataSource>> m_sources;
    Throttle *m_throttle;
    bool m_feeding = false;
};

} // namespace nimbook::transfer
