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

/// The local cloud as a child process: started on demand, ended with the app, its machines with it.
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

private:
    friend class StartSandbox;
    QString m_program;
    QString m_stateDirectory;
    QProcess m_process;
    SandboxAddress m_address;
    bool m_stopping = false;
};

} // namespace nimbook::workspace
