// SPDX-License-Identifier: Apache-2.0
#include "workspace/bring_up.h"

#include "cloud/jobs/instance_jobs.h"

namespace nimbook::workspace {

BringUp::BringUp(cloud::ComputeClient &compute, cloud::InstanceRef ref, Patience patience, QObject *parent)
    : ValueJob(parent), m_compute(compute), m_ref(std::move(ref)), m_patience(patience)
{
    m_pause.setSingleShot(true);
    m_deadline.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &BringUp::look);
    connect(&m_deadline, &QTimer::timeout, this, &BringUp::onDeadline);
}

void BringUp::run()
{
    m_deadline.start(m_patience.power);
    look();
}

void BringUp::abort()
{
    m_pause.stop();
    m_deadline.stop();
    if (m_call)
        m_call->cancel();
}

void BringUp::aboutToFinish()
{
    abort();
}

void BringUp::look()
{
    auto *call = m_compute.getInstance(m_ref, this);
    m_call = call;
    connect(call, &Job::finished, this, [this, call] {
        call->deleteLater();
        if (!isRunning())
            return;
        const auto answer = call->result();
        if (!answer) {
            failAs(*call);
            return;
        }
        Q_EMIT machineSeen(*answer);
        if (isRunning())
            decide(*answer);
    });
    call->start();
}

void BringUp::decide(const cloud::Instance &machine)
{
    using cloud::MachineState;
    switch (machine.state()) {
    case MachineState::Running:
        succeedWith(machine);
        return;
    case MachineState::Stopped:
        startIt();
        return;
    case MachineState::Suspended:
        fail({ErrorKind::Unsupported, tr("%1 is suspended; this version of Nimbook cannot resume it.").arg(m_ref.text()),
              tr("Resume it in the Google Cloud console, then open the notebook again."), {}, {}});
        return;
    case MachineState::Deleting:
        fail({ErrorKind::NotFound, tr("%1 is being deleted.").arg(m_ref.text()), tr("Choose another machine or make a new one."), {}, {}});
        return;
    case MachineState::Starting:
        setProgress({0, -1, Progress::Unit::Percent, tr("It is starting already")});
        break;
    case MachineState::Stopping:
        setProgress({0, -1, Progress::Unit::Percent, tr("It is stopping; it is started again afterwards")});
        break;
    case MachineState::Repairing:
        setProgress({0, -1, Progress::Unit::Percent, tr("Google is repairing it")});
        break;
    case MachineState::Busy:
        setProgress({0, -1, Progress::Unit::Percent, tr("Its state is changing")});
        break;
    }
    m_waited = true;
    m_pause.start(m_patience.poll);
}

void BringUp::startIt()
{
    m_waited = true;
    setProgress({0, -1, Progress::Unit::Percent, tr("Starting")});
    auto *call = cloud::startInstance(m_compute, m_ref, this);
    m_call = call;
    connect(call, &Job::progressChanged, this, &BringUp::setProgress);
    connect(call, &Job::finished, this, [this, call] {
        call->deleteLater();
        if (!isRunning())
            return;
        if (call->state() == State::Succeeded)
            look();
        else
            failAs(*call);
    });
    call->start();
}

void BringUp::onDeadline()
{
    fail({ErrorKind::Timeout,
          tr("%1 did not reach the state RUNNING within %2 s.")
              .arg(m_ref.text())
              .arg(std::chrono::duration_cast<std::chrono::seconds>(m_patience.power).count()),
          tr("Look at the machine's state in the list; try again when it has settled."), {}, {}});
}

} // namespace nimbook::workspace
