// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/libssh_handles.h"
#include "ssh/terminal.h"

#include <QByteArray>
#include <QPointer>
#include <QString>

#include <chrono>
#include <optional>

namespace nimbook::ssh {

class Link;

/// One channel of a Link: a command, a subsystem such as SFTP, or a way to a port. Nothing here blocks.
///
/// Call the steps again on each Link::serviced() until they no longer say Again. Bytes that nobody reads stay with libssh
/// up to the channel's window, then the far side has to wait: not reading is the back-pressure. The window is 2 MiB, and 16 MiB for
/// the first few that get a lot from far away (Link::takeWideWindow()).
/// Thread: the link's. May outlive the link; then every call fails.
class Channel {
public:
    enum class Step { Again, Done, Refused, Broken };
    enum class Stream { Output, ErrorOutput };

    explicit Channel(Link &link);
    ~Channel(); ///< closes; what was written before still goes out
    Q_DISABLE_COPY_MOVE(Channel)

    Step openSession();
    Step openForward(const QString &host, quint16 port, quint16 fromPort);
    Step requestTerminal(const TerminalSize &size); ///< after openSession() is Done, before requestExec(): the command gets a terminal
    void resizeTerminal(const TerminalSize &size);
    Step requestExec(const QString &command);       ///< after openSession() is Done
    Step requestSubsystem(const QString &name);     ///< after openSession() is Done
    QString refusal() const { return m_refusal; }   ///< the far side's words

    /// \return bytes taken; 0: the window is shut or the link congested, come back on serviced(); -1: closed
    qint64 write(const char *data, qint64 size);
    bool canWrite() const; ///< a write would take something now
    void sendEof();
    void sendSignal(const char *name); ///< "TERM", without SIG; for a command

    /// \return bytes read; 0: nothing there now, atEnd() tells whether for ever; -1: the link is broken
    qint64 read(Stream stream, char *buffer, qint64 size);
    bool hasInput() const { return m_hasOutput || m_hasErrorOutput || !m_surplus.isEmpty(); }
    bool atEnd() const;    ///< the far side sent EOF and everything was read
    bool isClosed() const; ///< the far side closed the channel and everything was read

    std::optional<int> exitStatus() const { return m_exitStatus; }
    QString exitSignal() const { return m_exitSignal; } ///< "KILL"; empty when it ended by itself

private:
    Step stepOf(int rc);
    void onOpened();
    void widen();
    void askForWindow();
    static int onData(ssh_session, ssh_channel, void *, uint32_t, int isError, void *self);
    static void onEof(ssh_session, ssh_channel, void *self);
    static void onClose(ssh_session, ssh_channel, void *self);
    static void onExitStatus(ssh_session, ssh_channel, int status, void *self);
    static void onExitSignal(ssh_session, ssh_channel, const char *signal, int, const char *, const char *, void *self);

    QPointer<Link> m_link;
    SessionHandle m_session; // keeps libssh's session until we are gone: its end would free m_channel under us
    ssh_channel m_channel = nullptr;
    ssh_channel_callbacks_struct m_callbacks{};
    std::chrono::steady_clock::time_point m_openingSince{};
    bool m_opening = false;
    bool m_hasOutput = false;
    bool m_hasErrorOutput = false;
    bool m_remoteEof = false;
    bool m_remoteClosed = false;
    bool m_eofSent = false;
    std::optional<int> m_exitStatus;
    QString m_exitSignal;
    QString m_refusal;
    qint64 m_received = 0;
    qint64 m_widenAt = 32 * 1024; // bytes received: until then a channel whose round trip nobody knows is small talk
    quint32 m_window = 0; // what we ask for; 0: what libssh does by itself
    bool m_hasWideWindow = false;
    QByteArray m_surplus; // what came along with a request for a wider window
};

} // namespace nimbook::ssh
