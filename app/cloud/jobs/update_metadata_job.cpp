// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/update_metadata_job.h"

#include "base/backoff.h"
#include "cloud/jobs/operation_job.h"

#include <QRandomGenerator>

namespace nimbook::cloud {

namespace {

constexpr int mostConflicts = 10;
constexpr Backoff conflictPause{std::chrono::milliseconds(50), 2.0, std::chrono::milliseconds(500)};

} // namespace

UpdateMetadataJob::UpdateMetadataJob(ComputeClient &client, InstanceRef ref, Change change, QObject *parent)
    : ValueJob(parent), m_client(client), m_ref(std::move(ref)), m_change(std::move(change))
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &UpdateMetadataJob::read);
}

void UpdateMetadataJob::run()
{
    read();
}

void UpdateMetadataJob::abort()
{
    m_pause.stop();
    if (m_waiting)
        m_waiting->cancel();
}

template<typename JobType>
void UpdateMetadataJob::await(JobType *job, std::function<void(JobType &)> then)
{
    m_waiting = job;
    connect(job, &Job::finished, this, [this, job, then = std::move(then)] {
        job->deleteLater();
        if (isRunning())
            then(*job);
    });
    job->start();
}

void UpdateMetadataJob::read()
{
    await<ValueJob<Instance>>(m_client.getInstance(m_ref, this), [this](ValueJob<Instance> &job) {
        if (const auto machine = job.result())
            write(*machine);
        else
            failAs(job);
    });
}

void UpdateMetadataJob::write(const Instance &machine)
{
    QMap<QString, QString> metadata = machine.metadata;
    if (const auto allowed = m_change(metadata); !allowed)
        return fail(allowed.error());
    if (metadata == machine.metadata)
        return succeedWith({});
    const auto call = [this, metadata, fingerprint = machine.metadataFingerprint](QObject *parent) {
        return m_client.setMetadata(m_ref, metadata, fingerprint, parent);
    };
    auto *job = new OperationJob(m_client, m_ref.project, tr("change the metadata of %1").arg(m_ref.text()), call, this);
    await<OperationJob>(job, [this](OperationJob &written) { onWritten(written); });
}

void UpdateMetadataJob::onWritten(const Job &job)
{
    if (job.state() == State::Succeeded)
        return succeedWith({});
    if (job.error().kind != ErrorKind::Conflict || ++m_conflicts >= mostConflicts)
        return failAs(job);
    m_pause.start(conflictPause.delay(m_conflicts - 1, QRandomGenerator::global()->generateDouble()));
}

} // namespace nimbook::cloud
