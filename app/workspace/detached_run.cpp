// SPDX-License-Identifier: Apache-2.0
#include "workspace/detached_run.h"

#include "jupyter/container.h"
#include "workspace/machine_container.h"
#include "workspace/machine_session.h"

#include <QDateTime>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTimer>

namespace nimbook::workspace {

static QString newRunName()
{
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-")) + QString::number(QRandomGenerator::global()->bounded(0x1000, 0x10000), 16);
}

DetachedRun::DetachedRun(MachineSession &session, const QString &notebook, QObject *parent)
    : DetachedRun(session, KnownRun{notebook, newRunName()}, parent)
{
    m_wish = MachineContainer::RunWish::StartOrFollow;
}

DetachedRun::DetachedRun(MachineSession &session, const KnownRun &known, QObject *parent)
    : ValueJob(parent), m_session(session), m_notebook(known.notebook), m_wish(MachineContainer::RunWish::Follow), m_run(known.name)
{
    connect(&session, &MachineSession::connectionChanged, this, [this](bool connected) {
        if (connected && isRunning() && !m_script)
            follow();
    });
}

QString DetachedRun::output() const
{
    return QStringLiteral("/src/outputs/%1-%2.ipynb").arg(QFileInfo(m_notebook).completeBaseName(), m_run);
}

void DetachedRun::run()
{
    follow();
}

void DetachedRun::follow()
{
    m_script = m_session.container().runNotebook(m_notebook, m_run, m_wish, this);
    if (!m_script) {
        setProgress({progress().done, progress().total, Progress::Unit::Items, tr("not connected; it goes on by itself")});
        return;
    }
    connect(m_script, &Job::progressChanged, this, &DetachedRun::setProgress);
    connect(m_script, &Job::finished, this, &DetachedRun::onScriptFinished);
    m_script->start();
}

void DetachedRun::onScriptFinished()
{
    jupyter::RemoteScript *script = m_script;
    m_script = nullptr;
    script->deleteLater();
    if (!isRunning())
        return;
    if (script->state() == Job::State::Succeeded) {
        succeedWith(output());
        return;
    }
    // The connection went, not the run.
    const bool lost = !m_session.isConnected() || script->error().kind == ErrorKind::Network || script->error().kind == ErrorKind::Cancelled;
    if (!lost) {
        failAs(*script);
        return;
    }
    setProgress({progress().done, progress().total, Progress::Unit::Items, tr("not connected; it goes on by itself")});
    if (m_session.isConnected()) // it is back already
        QTimer::singleShot(std::chrono::seconds(2), this, [this] {
            if (isRunning() && !m_script)
                follow();
        });
}

void DetachedRun::abort()
{
    if (m_script) {
        m_script->disconnect(this);
        m_script->cancel();
    }
    if (auto *stop = m_session.container().runNotebook(m_notebook, m_run, MachineContainer::RunWish::Stop, &m_session))
        stop->startAndForget();
}

} // namespace nimbook::workspace
