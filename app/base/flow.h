// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QElapsedTimer>
#include <QList>
#include <QPointer>

#include <chrono>
#include <functional>

namespace nimbook {

/// One line of the list that ticks on the screen.
struct Step {
    enum class State { Pending, Running, Done, Skipped, Failed, Cancelled };

    QString id;    ///< stable, for code, logs and the durations that are learnt: "waitForSsh"
    QString title; ///< translated, as the person reads it: "Wait for SSH"
    State state = State::Pending;
    QString detail; ///< translated: what came of it, or what is happening ("port 18888")
    Progress progress;
    std::chrono::milliseconds elapsed{0}; ///< final once the state is past Running
    std::chrono::milliseconds usual{0};   ///< learnt from earlier runs; 0: not known

    bool operator==(const Step &) const = default;
};

/// A Job made of named steps, run one after the other; the same list is what the window shows.
///
/// A subclass calls addStep() in its constructor and, inside a step, exactly one of stepDone(), stepSkipped()
/// or fail(). Cancelling marks the running step and leaves the later ones Pending. A flow that has more than one way may put
/// steps behind the running one (addNextStep) and go on although that one failed (stepFailed).
class Flow : public Job {
    Q_OBJECT
public:
    using Job::Job;

    const QList<Step> &steps() const { return m_steps; }
    int currentStep() const { return m_current; } ///< -1 before the first

    /// How long a step of that id usually takes; asked for every step there is and every one that comes. Before start().
    void setUsualDurations(std::function<std::chrono::milliseconds(const QString &id)> usual);

Q_SIGNALS:
    void stepChanged(int index);
    void stepsInserted(int first, int count); ///< the ones behind them have moved

protected:
    void addStep(const QString &id, const QString &title, std::function<void()> work);

    /// Behind the running step and the ones that were put there before.
    void addNextStep(const QString &id, const QString &title, std::function<void()> work);

    void stepDone(const QString &detail = {});
    void stepSkipped(const QString &detail = {}); ///< nothing was missing here
    void stepFailed(const QString &detail);       ///< this way did not lead there; the next step tries another one
    void setStepDetail(const QString &detail);
    void setStepProgress(const Progress &progress);

    /// Starts \a job as the current step's wait: its progress becomes the step's, its failure the flow's, its
    /// cancellation follows ours; \a then is called only after it Succeeded. The flow owns the job.
    template<typename JobType>
    void await(JobType *job, std::function<void(JobType &)> then)
    {
        awaitJob(job, [job, then = std::move(then)] { then(*job); });
    }

    /// The same, but \a then is called after a failure too: look at the job's state.
    template<typename JobType>
    void awaitEnd(JobType *job, std::function<void(JobType &)> then)
    {
        awaitJob(job, [job, then = std::move(then)] { then(*job); }, Ends::AlsoFailed);
    }

    /// Called when all steps are done; the default succeeds.
    virtual void allStepsDone() { succeed(); }

    void run() override;
    void abort() override;
    void aboutToFinish() override;

private:
    enum class Ends { Succeeded, AlsoFailed };
    Step makeStep(const QString &id, const QString &title) const;
    void awaitJob(Job *job, std::function<void()> then, Ends wanted = Ends::Succeeded);
    void startNextStep();
    bool endStep(Step::State state, const QString &detail); ///< false: no step was running
    void cancelAwaited();

    QList<Step> m_steps;
    QList<std::function<void()>> m_work;
    int m_current = -1;
    int m_nextPlace = -1; ///< where addNextStep() puts the next one; -1: behind the running step
    std::function<std::chrono::milliseconds(const QString &)> m_usual;
    QElapsedTimer m_stepTimer;
    QList<QPointer<Job>> m_awaited;
};

} // namespace nimbook
