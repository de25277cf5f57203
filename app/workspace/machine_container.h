// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jupyter/container.h"

namespace nimbook::workspace {

class MachineLink;

/// The container of one machine, beyond starting it: what is installed, its settings, logs, use, and images built there.
///
/// Every job is started, owned by this object and deleted after finished(). Without a connection they fail with Network.
class MachineContainer : public QObject {
    Q_OBJECT
public:
    MachineContainer(MachineLink &link, QObject *parent);

    /// What requirements.txt wants, what is installed, what nimbook.lock recorded. The container must run.
    ValueJob<jupyter::PackagesState> *packages(jupyter::Record record);
    ValueJob<QString> *readLock(); ///< /src/nimbook.lock as it is, for which no container need run; empty text when there is none
    jupyter::RemoteScript *installRequirements();
    jupyter::RemoteScript *installFromLock();

    ValueJob<jupyter::ContainerStatus> *status();
    ValueJob<jupyter::ContainerSettings> *settings();
    /// Used by the next openNotebook(), which replaces a container that was made otherwise. \see jupyter::changeContainerSettings
    ValueJob<jupyter::ContainerSettings> *changeSettings(const jupyter::ContainerSettings &settings, const QStringList &environment);
    jupyter::RemoteScript *stop();
    jupyter::RemoteScript *logs(int lines);
    jupyter::RemoteScript *followLogs(int lines);
    jupyter::RemoteScript *watchUsage();
    enum class RunWish {
        StartOrFollow,
        Follow, ///< one that the machine does not know fails with NotFound, instead of being started a second time
        Stop,
    };
    /// A notebook that runs detached; null without a connection. Not started; owned by \a parent.
    jupyter::RemoteScript *runNotebook(const QString &notebook, const QString &run, RunWish wish, QObject *parent);

    /// Builds from a file of the project; the image is then called builtImage().
    jupyter::RemoteScript *build(const QString &source, const QString &base);
    static QString builtImage() { return QStringLiteral("nimbook.local/project"); }

Q_SIGNALS:
    void stopped(); ///< by stop()

private:
    template<typename JobType>
    JobType *started(JobType *job);

    MachineLink &m_link;
};

} // namespace nimbook::workspace
