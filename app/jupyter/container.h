// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/secret.h"
#include "jupyter/script_protocol.h"
#include "ssh/session.h"

#include <QMap>
#include <QPointer>
#include <QStringList>

namespace nimbook::jupyter {

/// What the machine is asked to run.
struct ContainerSpec {
    QString image; ///< "quay.io/jupyter/tensorflow-notebook:cuda-latest"
    QString name = QStringLiteral("nimbook-jupyter");
    quint16 port = 8888; ///< on the machine's loopback
    bool gpu = false;    ///< hand the GPUs in when the machine has any
    QString shmSize = QStringLiteral("1g");
};

/// Jupyter as it answers on the machine's loopback.
struct Server {
    quint16 port = 8888;
    Secret token;
    QString image;
    bool wasRunning = false; ///< nothing had to be started
};

/// A script from resources/remote, run on the machine: `sh -s` with the variables and the script on stdin, so that nothing of it is
/// in argv. Understands the scripts' protocol: "nimbook:step", "nimbook:progress", "nimbook:result KEY VALUE", "nimbook:error".
class RemoteScript : public ValueJob<QMap<QString, QString>> {
    Q_OBJECT
public:
    /// \param name file name in resources/remote, e.g. "run-jupyter.sh"
    RemoteScript(ssh::Session &session, const QString &name, const QMap<QString, QString> &variables, QObject *parent);
    /// \param session null: fails with Network when started, so that a caller need not look first
    RemoteScript(ssh::Session *session, const QString &name, const QMap<QString, QString> &variables, QObject *parent);

Q_SIGNALS:
    void logReceived(const QString &text);  ///< everything that is not protocol, both streams, whole lines; secrets are not in it
    void stepStarted(const QString &name);

protected:
    void run() override;
    void abort() override;

private:
    QByteArray input() const;
    void handleLine(const QString &line);
    void log(const QString &line);
    void onCommandFinished();
    Error scriptError(int exitStatus) const;

    QPointer<ssh::Session> m_session; // may close while the script waits for its turn
    QString m_machine;
    QString m_name;
    QMap<QString, QString> m_variables;
    QMap<QString, QString> m_results;
    LineSplitter m_output;
    LineSplitter m_errorOutput;
    Redactor m_redactor;
    QStringList m_lastLines; // the end of the log, for the error's detail
    QString m_errorCode;
    QString m_errorText;
    QPointer<ssh::RemoteCommand> m_command;
};

/// Starts the container, or keeps the one that runs; done when Jupyter answers. Progress: the image pull.
class RunContainer : public ValueJob<Server> {
    Q_OBJECT
public:
    RunContainer(ssh::Session &session, ContainerSpec spec, QObject *parent);

Q_SIGNALS:
    void logReceived(const QString &text);
    void stepStarted(const QString &name);

protected:
    void run() override;
    void abort() override;

private:
    void onScriptFinished();

    QPointer<ssh::Session> m_session;
    ContainerSpec m_spec;
    QPointer<RemoteScript> m_script;
};

/// What `pip install -r` did in the container; the log streams while it works.
RemoteScript *installRequirements(ssh::Session *session, const QString &requirementsPath, QObject *parent);
RemoteScript *stopContainer(ssh::Session *session, QObject *parent);
RemoteScript *containerLogs(ssh::Session *session, int lines, QObject *parent);

} // namespace nimbook::jupyter
