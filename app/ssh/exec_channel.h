// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "ssh/channel.h"

#include <memory>
#include <optional>

namespace nimbook::ssh {

/// One command on a Link, from opening its channel to its exit status; pumped by the SessionWorker, on its thread.
class ExecChannel {
public:
    /// What a pump brought.
    struct Harvest {
        QByteArray output;
        QByteArray errorOutput;
        bool refused = false;                    ///< the server takes no further channel now
        std::optional<Result<int>> end;          ///< the exit status, or why there is none; nothing comes after it
    };

    /// \param terminal the command gets one of this size, and its input stays open for send()
    ExecChannel(QString command, QByteArray input, QString machineName, std::optional<TerminalSize> terminal = {});

    bool hasStarted() const { return m_channel != nullptr; }
    void start(Link &link);
    void reset() { m_channel.reset(); m_phase = Phase::Opening; } ///< back to before start(), after a refusal
    Harvest pump();
    void send(const QByteArray &input); ///< to a terminal
    void resize(const TerminalSize &size);
    void terminate();                  ///< asks the far side to end the command
    void consumed(qint64 bytes) { m_underway -= bytes; } ///< the receiver has had so much of the output

private:
    enum class Phase { Opening, Terminal, Requesting, Running };

    void sendInput();
    QByteArray take(Channel::Stream stream);
    tl::unexpected<Error> noStatus() const;

    QString m_command;
    QByteArray m_input;
    qsizetype m_inputSent = 0;
    QString m_machineName;
    std::optional<TerminalSize> m_terminal;
    Phase m_phase = Phase::Opening;
    qint64 m_underway = 0; // bytes of output on their way to the other thread
    std::unique_ptr<Channel> m_channel;
};

} // namespace nimbook::ssh
