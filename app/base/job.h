// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/progress.h"
#include "base/result.h"

#include <QObject>

#include <optional>

namespace nimbook {

/// Anything that waits: a request, a boot, a copy, a whole flow.
///
///     NotStarted ──start()──► Running ──succeed()──► Succeeded ┐
///                                │──fail()─────────► Failed    ├─► finished(), exactly once
///                                └──cancel()───────► Cancelled ┘
///
/// start() only queues the work, so nothing is ever emitted inside it: connect before or after, as you like.
/// Deleting a running job cancels it silently. A job runs once. Thread: the one that created it.
class Job : public QObject {
    Q_OBJECT
public:
    enum class State { NotStarted, Running, Succeeded, Failed, Cancelled };
    Q_ENUM(State)

    explicit Job(QObject *parent = nullptr);
    ~Job() override;

    void start();

    /// Asks the job to stop. The state is Cancelled at once; finished() follows in the next event-loop turn.
    /// What was already done on the far side stays done. Harmless after the end.
    void cancel();

    /// Starts and deletes the job after its finished() has been delivered: for jobs that nobody keeps.
    void startAndForget();

    State state() const { return m_state; }
    bool isRunning() const { return m_state == State::Running; }
    bool isFinished() const { return m_state > State::Running; }
    const Error &error() const { return m_error; } ///< meaningful when Failed or Cancelled
    const Progress &progress() const { return m_progress; }

Q_SIGNALS:
    void progressChanged(const nimbook::Progress &progress);
    void finished(QPrivateSignal); ///< the end, whatever it was: look at state()

protected:
    virtual void run() = 0;    ///< the work begins; called from the event loop, once
    virtual void abort() {}    ///< stop timers, requests and child jobs; must not block
    virtual void aboutToFinish() {} ///< the state is final, finished() comes next: last changes to what it shows

    void setProgress(const Progress &progress);
    void succeed();
    void fail(Error error);

    /// Ends as \a child ended when that was no success; for a job that waits for another one.
    void failAs(const Job &child) { fail(child.error()); }

private:
    void finish(State state);

    State m_state = State::NotStarted;
    Error m_error;
    Progress m_progress;
};

/// A Job that ends with a value.
template<typename T>
class ValueJob : public Job {
public:
    using Job::Job;

    /// The value or the reason; call it after finished().
    Result<T> result() const
    {
        if (m_value)
            return *m_value;
        if (!isFinished())
            return failure(ErrorKind::Internal, tr("The work is not finished yet."));
        return failure(error());
    }

protected:
    void succeedWith(T value)
    {
        if (!isRunning())
            return; // a late answer must not turn a cancelled job into one with a value
        m_value = std::move(value);
        succeed();
    }

    void finishWith(Result<T> result)
    {
        if (result)
            succeedWith(std::move(*result));
        else
            fail(std::move(result.error()));
    }

private:
    std::optional<T> m_value;
};

/// A job whose answer is known already: bad input, a cache, a fake in a test.
template<typename T>
class ReadyJob final : public ValueJob<T> {
public:
    explicit ReadyJob(Result<T> result, QObject *parent = nullptr)
        : ValueJob<T>(parent), m_ready(std::move(result)) {}

protected:
    void run() override { this->finishWith(std::move(m_ready)); }

private:
    Result<T> m_ready;
};

/// Nothing to say beyond "it worked".
struct Done {
    bool operator==(const Done &) const = default;
};

} // namespace nimbook
