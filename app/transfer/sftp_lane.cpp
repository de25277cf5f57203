// SPDX-License-Identifier: Apache-2.0
#include "transfer/sftp_lane.h"

namespace nimbook::transfer {

SftpLane::SftpLane(std::unique_ptr<ByteStream> stream, const QString &machineName, Throttle *throttle, std::shared_ptr<Patience> patience)
    : m_client(std::make_shared<SftpClient>(std::move(stream), machineName, std::move(patience))), m_throttle(throttle)
{
    m_client->onRoom = [this] { feed(); };
    m_client->onLost = [this](const Error &error) {
        feed(); // each file hears of it by its next request
        if (onLost)
            onLost(error);
    };
}

SftpLane::~SftpLane()
{
    if (m_throttle)
        m_throttle->leave(this);
    m_client->onRoom = nullptr;
    m_client->onLost = nullptr;
    m_client->onReady = nullptr;
}

void SftpLane::add(std::shared_ptr<DataSource> source)
{
    m_sources.push_back(std::move(source));
    feed();
}

void SftpLane::feed()
{
    if (m_feeding) // a chunk that fails at once ends its file, which may add the next one
        return;
    m_feeding = true;
    while (!m_sources.empty() && hasRoom() && mayFeed()) {
        const auto source = m_sources.front();
        const qsizetype before = m_client->inFlight();
        if (!source->feed())
            std::erase(m_sources, source);
        if (m_throttle)
            m_throttle->spend(qMax<qsizetype>(0, m_client->inFlight() - before));
    }
    m_feeding = false;
    if (!m_sources.empty() && hasRoom() && !mayFeed())
        m_throttle->lineUp(this, [this] { feed(); });
}

} // namespace nimbook::transfer
