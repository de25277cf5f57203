// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/left_disk_job.h"

#include "cloud/gce/request_id.h"
#include "cloud/jobs/operation_job.h"

namespace nimbook::cloud {

namespace {

// A machine whose insert failed shows for a moment, and its disk with it as in use (googleapis/nodejs-compute #377).
constexpr int mostDiskLooks = 4;
constexpr std::chrono::milliseconds diskLookPause{2'000};

} // namespace

LeftDiskJob::LeftDiskJob(ComputeClient &client, InstanceRef ref, QString key, QString value, QObject *parent)
    : ValueJob(parent), m_client(client), m_ref(std::move(ref)), m_key(std::move(key)), m_value(std::move(value))
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &LeftDiskJob::look);
}

void LeftDiskJob::run()
{
    look();
}

void LeftDiskJob::abort()
{
    m_pause.stop();
    m_call.cancel();
}

void LeftDiskJob::look()
{
    m_call.wait(m_client.getDisk(m_ref.project, m_ref.zone, m_ref.name, this), [this](ValueJob<Disk> &call) {
        const auto disk = call.result();
        if (!disk && disk.error().kind == ErrorKind::NotFound)
            succeedWith(false);
        else if (!disk)
            failAs(call);
        else if (disk->labels.value(m_key) != m_value)
            succeedWith(false);
        else if (disk->users.isEmpty())
            remove();
        else if (++m_looks < mostDiskLooks)
            m_pause.start(diskLookPause);
        else
            succeedWith(false);
    });
}

void LeftDiskJob::remove()
{
    auto *removal = new OperationJob(
        m_client, m_ref.project, tr("delete the disk %1 that was left behind").arg(m_ref.text()),
        [this, requestId = newRequestId()](QObject *owner) {
            return m_client.deleteDisk(m_ref.project, m_ref.zone, m_ref.name, requestId, owner);
        },
        this);
    m_call.wait(removal, [this](OperationJob &ended) {
        if (ended.state() == State::Succeeded || ended.error().kind == ErrorKind::NotFound)
            succeedWith(true);
        else
            failAs(ended);
    });
}

} // namespace nimbook::cloud
