// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QProcess>
#include <QUrl>

namespace nimbook::workspace {

struct SandboxAddress {
    QUrl root;               ///< http://127.0.0.1:PORT
    QString credentialsPath; ///< a service-account key file, as Google would give
};

/// The local cloud as a child process: started on demand, ended with the app, its machines with it. One that already serves the same
/// folder is used as it is, and left running.
class SandboxServer : public QObject {
    Q_OBJECT
public:
    /// \param program the nimbook-sandbox binary; \param stateDirectory kept between starts
    SandboxServer(QString program, QString stateDirectory, QObject *parent = nullptr);
    ~SandboxServer() override;

    /// Done at once when it runs already. Error kinds: Internal (with what it printed), Timeout (10 s).
    ValueJob<SandboxAddress> *start(QObject *parent);
    void stop(); ///< asks it to end; its machines keep their disks
    bool isRunning() const;

    /// Next to the program itself, else in libexec, else on PATH.
    static QString findProgram();

Q_SIGNALS:
    void stoppedUnexpectedly(const nimbook::Error &error);
    void settled(); ///< a start has come to its end, well or not, or the program ended

private:
    friend class StartSandbox;
    void launch();
    void onOutput();
    void onEnded();
    void keep(const QByteArray &bytes);
    Error startError() const;
    QString output() const; ///< the last of what it printed

    QString m_program;
    QString m_stateDirectory;
    QByteArray m_line;   // stdout up to its first newline
    QByteArray m_output; // both streams, the end of it
    SandboxAddress m_address;
    QProcess m_process;
    bool m_stopping = false;
};

} // namespace nimbook::workspace
