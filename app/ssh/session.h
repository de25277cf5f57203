// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "ssh/connection.h"
#include "ssh/terminal.h"

#include <QObject>

#include <memory>

namespace nimbook::ssh {

class RemoteCommand;
class RemoteTerminal;

/// One SSH connection with a worker thread of its own; this object lives where it was made and never blocks.
///
/// Several commands run at once on it. The tunnel and the transfers make sessions of their own, so that none of them can
/// make another stutter.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(ConnectionSettings settings, QObject *parent = nullptr);
    ~Session() override; ///< closes; waits for the worker at most about 100 ms

    /// Connects, checks the host key, authenticates with the key. Error kinds: Network (refused, unreachable: the machine may still
    /// be booting), Timeout, HostKeyMismatch (detail holds both fingerprints), AuthenticationFailed (the key may not have
    /// arrived yet), Cancelled. The value is the key the server presented, for pinning.
    ValueJob<HostKey> *open(QObject *parent);
    bool isOpen() const;
    void close(); ///< commands under way are cancelled

    /// This computer woke up or changed its network: a connection that does not answer at once is given up, as disconnected() tells.
    void checkAlive();

    /// What the server showed in the last open(), also when that was refused as HostKeyMismatch: to ask the person about.
    HostKey presentedHostKey() const;

    /// \param command goes to the user's shell; nothing secret in it, other users can see it.
    /// \param input   the command's stdin, closed after it.
    /// Started while open() is under way, it waits for that; at most 8 run at once, of which 5 may be lasting, the next ones wait and say
    /// so in their progress. Cancelling closes the
    /// command's streams and sends it SIGTERM (sshd passes that on except for logins as root).
    RemoteCommand *run(const QString &command, const QByteArray &input, QObject *parent);

    /// As run(), in a terminal of its own: its end is the far side's, or cancel(), after which the far side hangs up.
    RemoteTerminal *openTerminal(const QString &command, const TerminalSize &size, QObject *parent);

    const ConnectionSettings &settings() const;

Q_SIGNALS:
    void disconnected(const nimbook::Error &error); ///< once open, the link is gone; not after close()

private:
    class Private;
    std::unique_ptr<Private> d;
};

struct CommandResult {
    int exitStatus = -1;
    QByteArray standardOutput; ///< the first 4 MiB; what comes after them is only streamed
    QByteArray standardError;
};

/// A command on the machine. Succeeds with any exit status that the far side sent; fails only when none came.
class RemoteCommand : public ValueJob<CommandResult> {
    Q_OBJECT
public:
    using ValueJob<CommandResult>::ValueJob;

    /// It runs until somebody ends it: a shell, a log that is followed. Such ones never take the last channels from the short ones. Before start().
    void setLasting() { m_lasting = true; }
    bool isLasting() const { return m_lasting; }

Q_SIGNALS:
    void outputReceived(const QByteArray &bytes);      ///< stdout as it arrives; not line by line
    void errorOutputReceived(const QByteArray &bytes); ///< stderr as it arrives

private:
    bool m_lasting = false;
};

/// A command in a terminal, lasting. That it has to wait is printed in it. What it prints is only streamed; CommandResult has the exit status alone.
class RemoteTerminal : public RemoteCommand {
    Q_OBJECT
public:
    using RemoteCommand::RemoteCommand;

    virtual void write(const QByteArray &keys) = 0;
    virtual void resize(const TerminalSize &size) = 0;
};

} // namespace nimbook::ssh
