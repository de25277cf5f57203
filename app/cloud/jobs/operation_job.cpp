// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/operation_job.h"

#include "base/backoff.h"
#include "base/logging.h"

namespace nimbook::cloud {

namespace {

/// What the net and the far side do now and then, and what says nothing about the operation.
bool isPassing(const Error &error)
{
    return error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::ServerError
        || error.kind == ErrorKind::RateLimited;
}

} // namespace

OperationJob::OperationJob(ComputeClient &client, QString project, QString purpose, Call call, QObject *parent, OperationPolling polling)
    : ValueJob(parent), m_client(client), m_project(std::move(project)), m_purpose(std::move(purpose)), m_call(std::move(call)),
      m_polling(polling)
{
    m_nextWait.setSingleShot(true);
    connect(&m_nextWait, &QTimer::timeout, this, &OperationJob::wait);
    m_progressTimer.setInterval(m_polling.progressEvery);
    connect(&m_progressTimer, &QTimer::timeout, this, &OperationJob::askProgress);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        fail({ErrorKind::Timeout,
              tr("Could not %1: Google has not finished it after %2 minutes.")
                  .arg(m_purpose).arg(std::chrono::ceil<std::chrono::minutes>(m_polling.deadline).count()),
              tr("It may still succeed: refresh the list in some minutes."), QStringLiteral("operation %1").arg(m_operation.name), {}});
    });
}

void OperationJob::run()
{
    m_deadline.start(m_polling.deadline);
    m_waiting.wait(m_call(this), [this](ValueJob<Operation> &call) {
        const auto operation = call.result();
        if (!operation)
            return failAs(call);
        follow(*operation);
        if (!isRunning())
            return;
        m_progressTimer.start();
        wait();
    });
}

void OperationJob::abort()
{
    stopAsking();
}

void OperationJob::aboutToFinish()
{
    stopAsking();
}

void OperationJob::stopAsking()
{
    m_deadline.stop();
    m_nextWait.stop();
    m_progressTimer.stop();
    m_waiting.cancel();
    m_asking.cancel();
}

void OperationJob::follow(const Operation &operation)
{
    if (operation.name.isEmpty()) {
        return fail({ErrorKind::Protocol, tr("Could not %1: the answer names no operation.").arg(m_purpose),
                     tr("Refresh the list to see what became of it."), {}, {}});
    }
    m_operation = operation;
    setProgress({operation.isDone() ? 100 : operation.progress, 100, Progress::Unit::Percent, {}});
    if (!operation.isDone())
        return;
    // HTTP 200 and DONE says only that it is over.
    if (!operation.problems.isEmpty() || operation.httpErrorStatusCode >= 400)
        return fail(errorFromOperation(operation, m_purpose));
    succeedWith(operation);
}

void OperationJob::wait()
{
    m_waitBegan.start();
    auto *look = m_waitWorks ? m_client.waitOperation(m_project, m_operation, this) : m_client.getOperation(m_project, m_operation, this);
    m_waiting.wait(look, [this](ValueJob<Operation> &job) { onWaitEnded(job.result()); });
}

void OperationJob::onWaitEnded(const Result<Operation> &result)
{
    if (result) {
        follow(*result);
    } else if (m_waitWorks) {
        qCInfo(lcCloud) << "wait failed, going on with get:" << result.error();
        m_waitWorks = false;
    } else if (!isPassing(result.error())) {
        Error error = result.error();
        error.message = tr("Could not %1: what became of it cannot be asked. %2").arg(m_purpose, error.message);
        return fail(std::move(error));
    }
    if (!isRunning())
        return;
    const auto pause = Backoff{m_polling.floor, 1.5, m_polling.ceiling}.delay(m_rounds++);
    const std::chrono::milliseconds waited(m_waitBegan.elapsed());
    m_nextWait.start(std::max(pause - waited, std::chrono::milliseconds(0)));
}

void OperationJob::askProgress()
{
    if (m_asking.isWaiting() || !m_waitWorks)
        return;
    m_asking.wait(m_client.getOperation(m_project, m_operation, this), [this](ValueJob<Operation> &job) {
        if (const auto operation = job.result())
            follow(*operation);
    });
}

} // namespace nimbook::cloud
