// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/channel.h"
#include "ssh/link.h"
#include "transfer/byte_pipe.h"

#include <optional>

namespace nimbook::transfer {

/// The far half of an SshStream: a channel of a live link, and the pipes to the thread that uses it. Thread: the link's.
class HostedStream {
public:
    /// \param command empty: the "sftp" subsystem
    HostedStream(ssh::Link &link, QString command, std::shared_ptr<StreamPipes> pipes);

    struct Outcome {
        bool wakeUser = false;      ///< there are bytes to read, or room to write
        std::optional<Error> ended; ///< nothing comes after it
    };
    Outcome serve(); ///< moves what can be moved now

private:
    enum class Phase { Opening, Requesting, Open };
    Outcome refused() const;
    ssh::Channel::Step open();
    void send(Outcome &outcome);
    void receive(Outcome &outcome);

    ssh::Link &m_link;
    QString m_command;
    std::shared_ptr<StreamPipes> m_pipes;
    ssh::Channel m_channel;
    Phase m_phase = Phase::Opening;
    std::chrono::steady_clock::time_point m_requested{};
    QByteArray m_outgoing;
    qsizetype m_sent = 0; ///< of m_outgoing
    QByteArray m_buffer;
    QByteArrayView m_received; ///< in m_buffer; no room in the pipe yet
};

} // namespace nimbook::transfer
