// SPDX-License-Identifier: Apache-2.0
#include "workspace/creation_recovery.h"

#include "base/logging.h"
#include "cloud/jobs/left_disk_job.h"
#include "workspace/machine_marks.h"

namespace nimbook::workspace {

namespace {

/// An insert that was on its way when the app ended is at Google by then.
constexpr qint64 settledSeconds = 120;

} // namespace

CreationRecovery::CreationRecovery(cloud::ComputeClient &compute, CreationJournal journal, QList<Creation> leftovers, QObject *parent)
    : ValueJob(parent), m_compute(compute), m_journal(std::move(journal)), m_leftovers(std::move(leftovers))
{
}

void CreationRecovery::run()
{
    nextAttempt();
}

void CreationRecovery::abort()
{
    if (m_call)
        m_call->cancel();
}

void CreationRecovery::nextAttempt()
{
    if (m_leftovers.isEmpty()) {
        succeedWith(m_recovered);
        return;
    }
    Creation &creation = m_leftovers.first();
    if (creation.attempts.isEmpty()) {
        next();
        return;
    }
    lookForMachine({creation.project, creation.attempts.takeLast().zone, creation.name});
}

void CreationRecovery::next()
{
    const Creation creation = m_leftovers.takeFirst();
    const bool settled = creation.began.secsTo(QDateTime::currentDateTimeUtc()) > settledSeconds;
    if (m_clear && (m_found || settled))
        m_journal.forget(creation.id);
    m_clear = true;
    m_found = false;
    nextAttempt();
}

void CreationRecovery::lookForMachine(const cloud::InstanceRef &ref)
{
    auto *call = m_compute.getInstance(ref, this);
    m_call = call;
    connect(call, &Job::finished, this, [this, call, ref] {
        call->deleteLater();
        if (!isRunning())
            return;
        const auto machine = call->result();
        if (machine && machine->labels.value(creationLabelKey()) == m_leftovers.first().id) {
            m_recovered.made.append(ref);
            m_found = true;
            nextAttempt();
        } else if (!machine && machine.error().kind != ErrorKind::NotFound) {
            qCInfo(lcWorkspace) << "what became of" << ref.text() << "cannot be asked:" << machine.error();
            m_clear = false;
            nextAttempt();
        } else {
            lookForDisk(ref);
        }
    });
    call->start();
}

void CreationRecovery::lookForDisk(const cloud::InstanceRef &ref)
{
    auto *call = new cloud::LeftDiskJob(m_compute, ref, creationLabelKey(), m_leftovers.first().id, this);
    m_call = call;
    connect(call, &Job::finished, this, [this, call, ref] {
        call->deleteLater();
        if (!isRunning())
            return;
        const auto removed = call->result();
        m_clear = m_clear && removed.has_value();
        if (removed && *removed) {
            m_recovered.disksRemoved.append(ref);
            m_found = true;
        }
        nextAttempt();
    });
    call->start();
}

} // namespace nimbook::workspace
