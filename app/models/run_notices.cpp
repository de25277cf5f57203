// SPDX-License-Identifier: Apache-2.0
#include "models/run_notices.h"

#include "workspace/detached_run.h"
#include "workspace/workspace.h"

namespace nimbook::models {

RunNotices::RunNotices(workspace::Workspace &workspace, IsWatched isWatched, QObject *parent) : QObject(parent), m_isWatched(std::move(isWatched))
{
    connect(&workspace, &workspace::Workspace::sessionCreated, this, [this](workspace::MachineSession *session) { watchSession(*session); });
    if (const workspace::MachineList *machines = workspace.machines()) {
        for (const cloud::Instance &machine : machines->machines()) {
            if (workspace::MachineSession *session = workspace.existingSession(machine.ref))
                watchSession(*session);
        }
    }
}

void RunNotices::watchSession(workspace::MachineSession &session)
{
    connect(&session, &workspace::MachineSession::detachedRunStarted, this, [this, &session](workspace::DetachedRun *run) { watchRun(session, *run); });
    for (workspace::DetachedRun *run : session.detachedRuns())
        watchRun(session, *run);
}

void RunNotices::watchRun(workspace::MachineSession &session, workspace::DetachedRun &run)
{
    connect(&run, &Job::finished, this, [this, run = &run, machine = session.ref()] {
        if (run->state() == Job::State::Cancelled || m_isWatched(machine))
            return;
        if (run->state() == Job::State::Succeeded)
            Q_EMIT notice(tr("%1 has run to its end").arg(run->notebook()), tr("On %1. Its outputs are in %2.").arg(machine.name, run->output()), machine);
        else
            Q_EMIT notice(tr("%1 has stopped").arg(run->notebook()), run->error().message, machine);
    });
}

} // namespace nimbook::models
