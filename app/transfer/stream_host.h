// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/link.h"
#include "transfer/hosted_stream.h"

#include <map>

namespace nimbook::transfer {

using StreamId = quint64;

/// The half of a LinkThread that lives on that thread: the connection and the channels on it.
class StreamHost : public QObject {
    Q_OBJECT
public:
    explicit StreamHost(ssh::ConnectionSettings settings) : m_settings(std::move(settings)) {}

    void open(); ///< once
    void start(StreamId id, const QString &command, const std::shared_ptr<StreamPipes> &pipes); ///< the link is live
    void serve(StreamId id); ///< its pipes have bytes to send, or room
    void stop(StreamId id);
    void checkAlive();

Q_SIGNALS:
    void live();
    void roundTripKnown(std::chrono::microseconds roundTrip);
    void stirred(nimbook::transfer::StreamId id);
    void streamEnded(nimbook::transfer::StreamId id, const nimbook::Error &error);
    void ended(const nimbook::Error &error); ///< after every stream's own end

private:
    using Streams = std::map<StreamId, std::unique_ptr<HostedStream>>;
    Streams::iterator serve(Streams::iterator stream); ///< \return the next one
    void onServiced();
    void onEnded(const Error &error);

    ssh::ConnectionSettings m_settings;
    std::unique_ptr<ssh::Link> m_link; ///< made on the thread, where its timers belong
    Streams m_streams;                 ///< on the link
    std::chrono::microseconds m_toldRoundTrip{0};
};

} // namespace nimbook::transfer
