// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace nimbook::testing {

/// Starts a job and waits for its one finished(). False: it did not end in time.
inline bool finish(Job &job, std::chrono::milliseconds within = std::chrono::seconds(10))
{
    QSignalSpy spy(&job, &Job::finished);
    if (job.state() == Job::State::NotStarted)
        job.start();
    return !spy.isEmpty() || spy.wait(int(within.count()));
}

/// The result of a job that is deleted here; an unfinished one gives an Error of kind Internal.
template<typename T>
Result<T> resultOf(ValueJob<T> *job, std::chrono::milliseconds within = std::chrono::seconds(10))
{
    const std::unique_ptr<ValueJob<T>> owned(job);
    finish(*owned, within);
    return owned->result();
}

} // namespace nimbook::testing
