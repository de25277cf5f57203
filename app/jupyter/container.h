// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/secret.h"
#include "jupyter/packages_state.h"
#include "jupyter/script_protocol.h"
#include "ssh/session.h"

#include <QMap>
#include <QPointer>
#include <QStringList>

#include <optional>

namespace nimbook::jupyter {

/// What the machine is asked to run.
struct ContainerSpec {
    QString image; ///< "quay.io/jupyter/tensorflow-notebook:cuda-latest"
    QString name = QStringLiteral("nimbook-jupyter");
    quint16 port = 8888; ///< on the machine's loopback
    bool gpu = false;    ///< hand the GPUs in when the machine has any
    QString shmSize = QStringLiteral("1g"); ///< unless the machine keeps a ContainerSettings
    bool startAnew = false; ///< a container that runs is restarted
    bool asRecorded = false; ///< the digest that nimbook.lock pins, even when the machine has the reference with another; nothing pinned: as usual
    bool pullAnew = false; ///< ask the registry even when the machine has the image: its tag may have moved
};

/// How the machine makes its containers; kept there by container-settings.sh.
struct ContainerSettings {
    QString shmSize = QStringLiteral("1g");
    QString restartPolicy = QStringLiteral("unless-stopped");
    QStringList variables; ///< names; the values do not leave the machine
    bool operator==(const ContainerSettings &) const = default;
};

/// What jupyter-status.sh sees.
struct ContainerStatus {
    QString docker;    ///< "ready", "missing", "not-ready"
    QString state;     ///< Docker's word: "running", "exited", …; "absent"
    QString image;
    QString digest;    ///< empty: the image is known to no registry
    QString address;   ///< the container's own, as the machine reaches it; empty while it does not run
    QDateTime started;
    int restarts = 0;
    bool answers = false; ///< something answers on Jupyter's port
    bool isRunning() const { return state == QLatin1String("running"); }
    bool operator==(const ContainerStatus &) const = default;
};

/// One look of container-usage.sh, in Docker's own words.
struct ContainerUsage {
    QString cpu;    ///< "12.50%" of one core
    QString memory; ///< "310MiB"
    QString limit;  ///< "15.6GiB"
    QString processes;
    bool operator==(const ContainerUsage &) const = default;
};

/// Jupyter as it answers on the machine's loopback.
struct Server {
    quint16 port = 8888;
    Secret token;
    QString image;
    QString digest; ///< "quay.io/…@sha256:…"; empty: the image is known to no registry
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

    void setLasting() { m_lasting = true; } ///< as ssh::RemoteCommand::setLasting()

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
    bool m_lasting = false;
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
RemoteScript *installFromLock(ssh::Session *session, QObject *parent); ///< what nimbook.lock recorded, in those versions
RemoteScript *stopContainer(ssh::Session *session, QObject *parent);
RemoteScript *containerLogs(ssh::Session *session, int lines, QObject *parent);
RemoteScript *followContainerLogs(ssh::Session *session, int lines, QObject *parent); ///< until it is cancelled or the container ends
/// \param source path on the machine: a Dockerfile, *.yml for conda, *.txt for pip; \param base what the last two build on
RemoteScript *buildImage(ssh::Session *session, const QString &source, const QString &base, const QString &tag, QObject *parent);
RemoteScript *watchUsage(ssh::Session *session, QObject *parent); ///< its log lines are for usageFromLine()

enum class Record {
    No,
    WhenNothingIsLost, ///< unless nimbook.lock names another image or packages that are not here, or came from another machine with another digest or other versions
    Yes,
};
ValueJob<PackagesState> *packagesState(ssh::Session *session, Record record, QObject *parent);
ValueJob<ContainerStatus> *containerStatus(ssh::Session *session, QObject *parent);
ValueJob<ContainerSettings> *containerSettings(ssh::Session *session, QObject *parent);
/// \param environment "NAME=VALUE", or "NAME" to keep the value that the machine has; what is not named goes.
ValueJob<ContainerSettings> *changeContainerSettings(ssh::Session *session, const ContainerSettings &settings, const QStringList &environment,
                                                     QObject *parent);
/// For a terminal on the machine: a login shell in the container, as the user that Jupyter runs as there.
QString containerShellCommand();
std::optional<ContainerUsage> usageFromLine(const QString &line);

} // namespace nimbook::jupyter
