// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/update_metadata_job.h"

#include "base/backoff.h"
#include "cloud/jobs/operation_job.h"
#include "net/mapped_job.h"

#include <QRandomGenerator>

namespace nimbook::cloud {

namespace {

constexpr int mostConflicts = 10;
constexpr Backoff conflictPause{std::chrono::milliseconds(50), 2.0, std::chrono::milliseconds(500)};

} // namespace

MetadataPlace metadataOfInstance(ComputeClient &client, const InstanceRef &ref)
{
    const auto read = [&client, ref](QObject *parent) {
        return net::mapValue<Metadata>(
            client.getInstance(ref, nullptr), [](const Instance &machine) { return Metadata{machine.metadata, machine.metadataFingerprint}; }, parent);
    };
    const auto write = [&client, ref](const QMap<QString, QString> &items, const QString &fingerprint, QObject *parent) {
        return client.setMetadata(ref, items, fingerprint, parent);
    };
    return {ref.text(), ref.project, read, write};
}

MetadataPlace metadataOfProject(ComputeClient &client, const QString &project)
{
    const auto read = [&client, project](QObject *parent) { return client.projectMetadata(project, parent); };
    const auto write = [&client, project](const QMap<QString, QString> &items, const QString &fingerprint, QObject *parent) {
        return client.setProjectMetadata(project, items, fingerprint, parent);
    };
    return {project, project, read, write};
}

UpdateMetadataJob::UpdateMetadataJob(ComputeClient &client, MetadataPlace place, Change change, QObject *parent)
    : ValueJob(parent), m_client(client), m_place(std::move(place)), m_change(std::move(change))
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
    m_waiting.cancel();
}

void UpdateMetadataJob::read()
{
    m_waiting.wait(m_place.read(this), [this](ValueJob<Metadata> &job) {
        if (const auto found = job.result())
            write(*found);
        else
            failAs(job);
    });
}

void UpdateMetadataJob::write(const Metadata &found)
{
    QMap<QString, QString> items = found.items;
    if (const auto allowed = m_change(items); !allowed)
        return fail(allowed.error());
    if (items == found.items)
        return succeedWith({});
    const auto call = [write = m_place.write, items, fingerprint = found.fingerprint](QObject *parent) { return write(items, fingerprint, parent); };
    m_waiting.wait(new OperationJob(m_client, m_place.project, tr("change the metadata of %1").arg(m_place.name), call, this),
                   [this](OperationJob &written) { onWritten(written); });
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
