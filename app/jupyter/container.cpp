// SPDX-License-Identifier: Apache-2.0
#include "jupyter/container.h"

#include "jupyter/script_job.h"

namespace nimbook::jupyter {

RunContainer::RunContainer(ssh::Session &session, ContainerSpec spec, QObject *parent)
    : ValueJob(parent), m_session(&session), m_spec(std::move(spec))
{
}

void RunContainer::run()
{
    if (!m_session) {
        fail({ErrorKind::Network, tr("The connection to the machine was closed."), tr("Connect to the machine again."), {}, {}});
        return;
    }
    m_script = new RemoteScript(*m_session, QStringLiteral("run-jupyter.sh"),
                                {{QStringLiteral("NIMBOOK_IMAGE"), m_spec.image},
                                 {QStringLiteral("NIMBOOK_CONTAINER"), m_spec.name},
                                 {QStringLiteral("NIMBOOK_PORT"), QString::number(m_spec.port)},
                                 {QStringLiteral("NIMBOOK_GPU"), m_spec.gpu ? QStringLiteral("auto") : QStringLiteral("none")},
                                 {QStringLiteral("NIMBOOK_SHM_SIZE"), m_spec.shmSize},
                                 {QStringLiteral("NIMBOOK_RESTART"), m_spec.startAnew ? QStringLiteral("yes") : QStringLiteral("no")},
                                 {QStringLiteral("NIMBOOK_PULL"), m_spec.asRecorded ? QStringLiteral("recorded") : m_spec.pullAnew ? QStringLiteral("always") : QStringLiteral("missing")}},
                                this);
    connect(m_script, &RemoteScript::logReceived, this, &RunContainer::logReceived);
    connect(m_script, &RemoteScript::stepStarted, this, &RunContainer::stepStarted);
    connect(m_script, &Job::progressChanged, this, &RunContainer::setProgress);
    connect(m_script, &Job::finished, this, &RunContainer::onScriptFinished);
    m_script->start();
}

void RunContainer::abort()
{
    if (m_script)
        m_script->cancel();
}

void RunContainer::onScriptFinished()
{
    const auto result = m_script->result();
    if (!result) {
        failAs(*m_script);
        return;
    }
    Server server;
    server.token = Secret(result->value(QStringLiteral("token")).toUtf8());
    server.port = quint16(result->value(QStringLiteral("port"), QString::number(m_spec.port)).toUInt());
    server.image = result->value(QStringLiteral("image"), m_spec.image);
    server.digest = knownDigest(*result);
    server.wasRunning = result->value(QStringLiteral("container")) == QLatin1String("kept");
    if (server.token.isEmpty() || server.port == 0) {
        fail({ErrorKind::Protocol, tr("Jupyter was started, but the machine did not say how to reach it."),
              tr("Try again; if it stays like this, look at the container's log."), QStringLiteral("run-jupyter.sh gave no token or port"), {}});
        return;
    }
    succeedWith(std::move(server));
}

} // namespace nimbook::jupyter
