// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_container.h"

#include "workspace/machine_link.h"
#include "workspace/remote_text_file.h"

namespace nimbook::workspace {

MachineContainer::MachineContainer(MachineLink &link, QObject *parent) : QObject(parent), m_link(link) {}

template<typename JobType>
JobType *MachineContainer::started(JobType *job)
{
    job->startAndForget();
    return job;
}

ValueJob<jupyter::PackagesState> *MachineContainer::packages(jupyter::Record record)
{
    return started(jupyter::packagesState(m_link.session(), record, this));
}

ValueJob<QString> *MachineContainer::readLock()
{
    if (!m_link.session())
        return started(new ReadyJob<QString>(failure(ErrorKind::Network, tr("There is no connection to %1.").arg(m_link.machine().ref.text()), tr("Connect to it first.")), this));
    return started(readRemoteText(*m_link.session(), QStringLiteral("/src/nimbook.lock"), this));
}

jupyter::RemoteScript *MachineContainer::installRequirements()
{
    return started(jupyter::installRequirements(m_link.session(), QStringLiteral("/src/requirements.txt"), this));
}

jupyter::RemoteScript *MachineContainer::installFromLock()
{
    return started(jupyter::installFromLock(m_link.session(), this));
}

ValueJob<jupyter::ContainerStatus> *MachineContainer::status()
{
    return started(jupyter::containerStatus(m_link.session(), this));
}

ValueJob<jupyter::ContainerSettings> *MachineContainer::settings()
{
    return started(jupyter::containerSettings(m_link.session(), this));
}

ValueJob<jupyter::ContainerSettings> *MachineContainer::changeSettings(const jupyter::ContainerSettings &settings, const QStringList &environment)
{
    return started(jupyter::changeContainerSettings(m_link.session(), settings, environment, this));
}

jupyter::RemoteScript *MachineContainer::stop()
{
    auto *script = jupyter::stopContainer(m_link.session(), this);
    connect(script, &Job::finished, this, [this, script] {
        if (script->state() == Job::State::Succeeded)
            Q_EMIT stopped();
    });
    return started(script);
}

jupyter::RemoteScript *MachineContainer::runNotebook(const QString &notebook, const QString &run, RunWish wish, QObject *parent)
{
    if (!m_link.session())
        return nullptr;
    auto *script = new jupyter::RemoteScript(m_link.session(), QStringLiteral("run-notebook.sh"),
                                     {{QStringLiteral("NIMBOOK_NOTEBOOK"), notebook},
                                      {QStringLiteral("NIMBOOK_RUN"), run},
                                      {QStringLiteral("NIMBOOK_FOLLOW"), wish == RunWish::Follow ? QStringLiteral("1") : QString()},
                                      {QStringLiteral("NIMBOOK_STOP"), wish == RunWish::Stop ? QStringLiteral("1") : QString()}},
                                     parent);
    if (wish != RunWish::Stop)
        script->setLasting();
    return script;
}

jupyter::RemoteScript *MachineContainer::logs(int lines)
{
    return started(jupyter::containerLogs(m_link.session(), lines, this));
}

jupyter::RemoteScript *MachineContainer::followLogs(int lines)
{
    return started(jupyter::followContainerLogs(m_link.session(), lines, this));
}

jupyter::RemoteScript *MachineContainer::watchUsage()
{
    return started(jupyter::watchUsage(m_link.session(), this));
}

jupyter::RemoteScript *MachineContainer::build(const QString &source, const QString &base)
{
    return started(jupyter::buildImage(m_link.session(), source, base, builtImage(), this));
}

} // namespace nimbook::workspace
