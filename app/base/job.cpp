// SPDX-License-Identifier: Apache-2.0
#include "base/job.h"

#include <QMetaObject>

namespace nimbook {

Job::Job(QObject *parent) : QObject(parent) {}

Job::~Job() = default; // subclasses hold their waits as children or members, so destroying them is the silent cancel

void Job::start()
{
    if (m_state == State::Cancelled)
        return; // cancelled before it began: finished() is on its way
    Q_ASSERT_X(m_state == State::NotStarted, "Job::start", "a job runs once");
    if (m_state != State::NotStarted)
        return;
    m_state = State::Running;
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (isRunning())
                run();
        },
        Qt::QueuedConnection);
}

void Job::cancel()
{
    if (isFinished())
        return;
    m_state = State::Cancelled;
    m_error = Error{ErrorKind::Cancelled, tr("Cancelled."), {}, {}, {}};
    abort();
    // Queued, because callers cancel from inside a slot of the very object that would hear of it.
    QMetaObject::invokeMethod(this, [this] { Q_EMIT finished(QPrivateSignal()); }, Qt::QueuedConnection);
}

void Job::startAndForget()
{
    connect(this, &Job::finished, this, &QObject::deleteLater);
    start();
}

void Job::setProgress(const Progress &progress)
{
    if (!isRunning() || progress == m_progress)
        return;
    m_progress = progress;
    Q_EMIT progressChanged(m_progress);
}

void Job::succeed()
{
    finish(State::Succeeded);
}

void Job::fail(Error error)
{
    if (!isRunning())
        return;
    m_error = std::move(error);
    finish(m_error.kind == ErrorKind::Cancelled ? State::Cancelled : State::Failed);
}

void Job::finish(State state)
{
    // A late answer after cancel() ends here: the one finished() has been promised already.
    if (!isRunning())
        return;
    m_state = state;
    aboutToFinish();
    Q_EMIT finished(QPrivateSignal());
}

} // namespace nimbook
