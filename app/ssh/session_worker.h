// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/exec_channel.h"
#include "ssh/link.h"

#include <QObject>

#include <map>
#include <memory>

namespace nimbook::ssh {

/// The half of a Session that lives on the worker thread. Every slot is called by queued connection, with values.
class SessionWorker : public QObject {
    Q_OBJECT
public:
    explicit SessionWorker(ConnectionSettings settings);
    ~SessionWorker() override;

    /// Answers with opened() or openFailed(); again opened() when it is open already.
    /// \param epoch comes back in the answers, so that one which crossed a close() can be told
    void open(quint64 epoch);
    void checkAlive();
    void close(); ///< also stops an attempt to open; silent
    void run(quint64 id, const QString &command, const QByteArray &input, std::optional<TerminalSize> terminal, bool lasting);
    void send(quint64 id, const QByteArray &input);
    void resize(quint64 id, const TerminalSize &size);
    void abandon(quint64 id);
    void consumed(quint64 id, qint64 bytes);

Q_SIGNALS:
    void opened(quint64 epoch, const nimbook::ssh::HostKey &key);
    void openFailed(quint64 epoch, const nimbook::Error &error, const nimbook::ssh::HostKey &presented);
    void lost(quint64 epoch, const nimbook::Error &error);
    void outputReceived(quint64 id, const QByteArray &output, const QByteArray &errorOutput);
    void commandWaits(quint64 id, bool waits); ///< for a channel; false: it has one now
    void commandEnded(quint64 id, const nimbook::Result<int> &status);

private:
    void onEnded(const Error &error);
    void dropLink();
    void pump();
    void startWaiting();
    int runningCommands() const;
    void failCommands(const Error &error);

    ConnectionSettings m_settings;
    Link *m_link = nullptr; // our child; dies by deleteLater(), because its own signals make us drop it
    struct Command {
        std::unique_ptr<ExecChannel> channel;
        bool lasting = false;
        bool toldToWait = false;
    };
    std::map<quint64, Command> m_commands; // in the order they were asked for; freed before the link
    int m_maxChannels;
    quint64 m_epoch = 0;
    bool m_wasLive = false;
};

} // namespace nimbook::ssh
