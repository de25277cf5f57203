// SPDX-License-Identifier: Apache-2.0
#include "transfer/stream_host.h"

namespace nimbook::transfer {

void StreamHost::open()
{
    m_link = std::make_unique<ssh::Link>(m_settings);
    connect(m_link.get(), &ssh::Link::live, this, &StreamHost::live);
    connect(m_link.get(), &ssh::Link::serviced, this, &StreamHost::onServiced);
    connect(m_link.get(), &ssh::Link::ended, this, &StreamHost::onEnded);
    m_link->open();
}

void StreamHost::start(StreamId id, const QString &command, const std::shared_ptr<StreamPipes> &pipes)
{
    if (!m_link || !m_link->isLive()) // it ended meanwhile, and said so before it heard of this one
        return;
    m_streams.emplace(id, std::make_unique<HostedStream>(*m_link, command, pipes));
    m_link->wake();
}

void StreamHost::serve(StreamId id)
{
    const auto found = m_streams.find(id);
    if (found == m_streams.end() || !m_link->isLive())
        return;
    serve(found);
    m_link->wakeIfStirred();
}

StreamHost::Streams::iterator StreamHost::serve(Streams::iterator stream)
{
    const auto outcome = stream->second->serve();
    if (outcome.wakeUser)
        Q_EMIT stirred(stream->first);
    if (!outcome.ended)
        return ++stream;
    Q_EMIT streamEnded(stream->first, *outcome.ended);
    return m_streams.erase(stream);
}

void StreamHost::stop(StreamId id)
{
    m_streams.erase(id);
}

void StreamHost::checkAlive()
{
    if (m_link)
        m_link->checkAlive();
}

void StreamHost::onServiced()
{
    for (auto stream = m_streams.begin(); stream != m_streams.end();)
        stream = serve(stream);
    if (m_link->roundTrip() != m_toldRoundTrip) {
        m_toldRoundTrip = m_link->roundTrip();
        Q_EMIT roundTripKnown(m_toldRoundTrip);
    }
}

void StreamHost::onEnded(const Error &error)
{
    const auto streams = std::exchange(m_streams, {});
    for (const auto &[id, stream] : streams)
        Q_EMIT streamEnded(id, error);
    Q_EMIT ended(error);
}

} // namespace nimbook::transfer
