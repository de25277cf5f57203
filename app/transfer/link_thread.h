// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/owned_thread.h"
#include "ssh/connection.h"
#include "transfer/stream_host.h"

#include <QHash>
#include <QObject>
#include <QSet>

namespace nimbook::transfer {

class SshStream;

/// An SSH connection on a thread of its own, for streams that another thread, the one that made this object, uses: one thread
/// encrypts while the other reads files and keeps account. open() it once; after ended() it is of no use any more.
class LinkThread : public QObject {
    Q_OBJECT
public:
    explicit LinkThread(const ssh::ConnectionSettings &settings);
    ~LinkThread() override;

    void open();
    void checkAlive(); ///< as ssh::Link::checkAlive()
    bool isLive() const { return m_isLive; }
    const QString &machineName() const { return m_machineName; }
    std::chrono::microseconds roundTrip() const { return m_roundTrip; } ///< the shortest answer so far; 0 before the first stream is open

Q_SIGNALS:
    void live();
    void ended(const nimbook::Error &error); ///< it did not come about, or was lost; each stream was told before

private:
    friend class SshStream;
    StreamId add(SshStream *stream, const QString &command, const std::shared_ptr<StreamPipes> &pipes);
    void remove(StreamId id);
    void wake(StreamId id);
    void wakeSoon(StreamId id); ///< at the end of this turn of the event loop: what many small requests write then leaves together

    bool m_isLive = false;
    QString m_machineName;
    std::chrono::microseconds m_roundTrip{0};
    StreamId m_lastId = 0;
    QHash<StreamId, SshStream *> m_streams;
    QSet<StreamId> m_toWake;
    StreamHost *m_host; ///< lives on the thread and ends with it
    OwnedThread m_thread;
};

} // namespace nimbook::transfer
