// SPDX-License-Identifier: Apache-2.0
#include "transfer/link_thread.h"

#include "transfer/ssh_stream.h"

namespace nimbook::transfer {

LinkThread::LinkThread(const ssh::ConnectionSettings &settings)
    : m_machineName(settings.machineName.isEmpty() ? settings.host : settings.machineName), m_host(new StreamHost(settings)),
      m_thread(QStringLiteral("transfer link"))
{
    connect(m_host, &StreamHost::live, this, [this] {
        m_isLive = true;
        Q_EMIT live();
    });
    connect(m_host, &StreamHost::roundTripKnown, this, [this](std::chrono::microseconds roundTrip) { m_roundTrip = roundTrip; });
    connect(m_host, &StreamHost::stirred, this, [this](StreamId id) {
        if (SshStream *stream = m_streams.value(id))
            stream->onStirred();
    });
    connect(m_host, &StreamHost::streamEnded, this, [this](StreamId id, const Error &error) {
        if (SshStream *stream = m_streams.value(id))
            stream->onEnded(error);
    });
    connect(m_host, &StreamHost::ended, this, [this](const Error &error) {
        m_isLive = false;
        Q_EMIT ended(error);
    });
    m_host->moveToThread(m_thread.get());
    connect(m_thread.get(), &QThread::finished, m_host, &QObject::deleteLater);
}

LinkThread::~LinkThread()
{
    m_host->disconnect(this);
}

void LinkThread::open()
{
    QMetaObject::invokeMethod(m_host, [host = m_host] { host->open(); }, Qt::QueuedConnection);
}

void LinkThread::checkAlive()
{
    QMetaObject::invokeMethod(m_host, [host = m_host] { host->checkAlive(); }, Qt::QueuedConnection);
}

StreamId LinkThread::add(SshStream *stream, const QString &command, const std::shared_ptr<StreamPipes> &pipes)
{
    const StreamId id = ++m_lastId;
    m_streams.insert(id, stream);
    QMetaObject::invokeMethod(m_host, [=, host = m_host] { host->start(id, command, pipes); }, Qt::QueuedConnection);
    return id;
}

void LinkThread::remove(StreamId id)
{
    m_streams.remove(id);
    m_toWake.remove(id);
    QMetaObject::invokeMethod(m_host, [=, host = m_host] { host->stop(id); }, Qt::QueuedConnection);
}

void LinkThread::wake(StreamId id)
{
    QMetaObject::invokeMethod(m_host, [=, host = m_host] { host->serve(id); }, Qt::QueuedConnection);
}

void LinkThread::wakeSoon(StreamId id)
{
    m_toWake.insert(id);
    if (m_toWake.size() > 1)
        return;
    QMetaObject::invokeMethod(this, [this] {
        for (const StreamId waking : std::exchange(m_toWake, {}))
            wake(waking);
    }, Qt::QueuedConnection);
}

} // namespace nimbook::transfer
