// SPDX-License-Identifier: Apache-2.0
#include "base/flow.h"

#include <QMetaObject>

namespace nimbook {

Step Flow::makeStep(const QString &id, const QString &title) const
{
    Step step;
    step.id = id;
    step.title = title;
    if (m_usual)
        step.usual = m_usual(id);
    return step;
}

void Flow::setUsualDurations(std::function<std::chrono::milliseconds(const QString &)> usual)
{
    m_usual = std::move(usual);
    for (Step &step : m_steps)
        step.usual = m_usual(step.id);
}

void Flow::addStep(const QString &id, const QString &title, std::function<void()> work)
{
    m_steps.append(makeStep(id, title));
    m_work.append(std::move(work));
    if (isRunning())
        Q_EMIT stepsInserted(int(m_steps.size()) - 1, 1);
}

void Flow::addNextStep(const QString &id, const QString &title, std::function<void()> work)
{
    if (m_nextPlace <= m_current)
        m_nextPlace = m_current + 1;
    m_steps.insert(m_nextPlace, makeStep(id, title));
    m_work.insert(m_nextPlace, std::move(work));
    Q_EMIT stepsInserted(m_nextPlace++, 1);
}

void Flow::run()
{
    startNextStep();
}

void Flow::aboutToFinish()
{
    // A subclass fails from anywhere; the mark on the running step is made here, once, before anybody hears of it.
    if (state() == State::Failed)
        endStep(Step::State::Failed, error().message);
    else if (state() == State::Cancelled) // an awaited job was cancelled by its own owner
        endStep(Step::State::Cancelled, {});
    cancelAwaited();
}

void Flow::abort()
{
    cancelAwaited();
    endStep(Step::State::Cancelled, {});
}

void Flow::cancelAwaited()
{
    for (const auto &job : std::as_const(m_awaited)) {
        if (job)
            job->cancel();
    }
}

void Flow::startNextStep()
{
    if (!isRunning())
        return;
    if (++m_current >= m_steps.size()) {
        m_current = int(m_steps.size()) - 1;
        allStepsDone();
        return;
    }
    m_steps[m_current].state = Step::State::Running;
    m_nextPlace = -1;
    m_stepTimer.start();
    Q_EMIT stepChanged(m_current);
    const auto work = m_work[m_current]; // a copy: the step may put others into the list
    work();
}

void Flow::stepDone(const QString &detail)
{
    if (endStep(Step::State::Done, detail))
        QMetaObject::invokeMethod(this, [this] { startNextStep(); }, Qt::QueuedConnection);
}

void Flow::stepSkipped(const QString &detail)
{
    if (endStep(Step::State::Skipped, detail))
        QMetaObject::invokeMethod(this, [this] { startNextStep(); }, Qt::QueuedConnection);
}

void Flow::stepFailed(const QString &detail)
{
    if (endStep(Step::State::Failed, detail))
        QMetaObject::invokeMethod(this, [this] { startNextStep(); }, Qt::QueuedConnection);
}

bool Flow::endStep(Step::State state, const QString &detail)
{
    if (m_current < 0 || m_steps[m_current].state != Step::State::Running)
        return false; // said twice, or said after the end: the next step must not start twice

    Step &step = m_steps[m_current];
    step.state = state;
    step.elapsed = std::chrono::milliseconds(m_stepTimer.elapsed());
    if (!detail.isEmpty())
        step.detail = detail;
    Q_EMIT stepChanged(m_current);
    return true;
}

void Flow::setStepDetail(const QString &detail)
{
    if (m_current < 0 || m_steps[m_current].detail == detail)
        return;
    m_steps[m_current].detail = detail;
    Q_EMIT stepChanged(m_current);
}

void Flow::setStepProgress(const Progress &progress)
{
    if (m_current < 0 || m_steps[m_current].progress == progress)
        return;
    m_steps[m_current].progress = progress;
    Q_EMIT stepChanged(m_current);
}

void Flow::awaitJob(Job *job, std::function<void()> then, Ends wanted)
{
    job->setParent(this);
    if (!isRunning()) { // a step that goes on after cancel() must not set anything going
        job->deleteLater();
        return;
    }
    m_awaited.removeAll(QPointer<Job>());
    m_awaited.append(job);
    connect(job, &Job::progressChanged, this, &Flow::setStepProgress);
    connect(job, &Job::finished, this, [this, job, then = std::move(then), wanted] {
        job->deleteLater();
        if (!isRunning())
            return;
        if (job->state() == Job::State::Succeeded || (wanted == Ends::AlsoFailed && job->state() == Job::State::Failed))
            then();
        else
            failAs(*job);
    });
    job->start();
}

} // namespace nimbook
