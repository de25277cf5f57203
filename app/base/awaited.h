// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QPointer>

#include <utility>

namespace nimbook {

/// What a job waits for at the moment: one other job after the other. A member of the job that waits.
class Awaited {
public:
    explicit Awaited(Job &owner) : m_owner(owner) {}

    /// Starts \a job, which is the owner's child, and calls \a then(*job) at its end, however it ended; not when the owner has ended
    /// before. The job is deleted afterwards.
    template<typename JobType, typename Then>
    void wait(JobType *job, Then then)
    {
        m_job = job;
        QObject::connect(job, &Job::finished, &m_owner, [owner = &m_owner, job, then = std::move(then)] {
            job->deleteLater();
            if (owner->isRunning())
                then(*job);
        });
        job->start();
    }

    bool isWaiting() const { return m_job; }
    void cancel() ///< for the owner's abort()
    {
        if (m_job)
            m_job->cancel();
    }

private:
    Job &m_owner;
    QPointer<Job> m_job;
};

} // namespace nimbook
