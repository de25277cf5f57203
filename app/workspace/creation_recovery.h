// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"
#include "workspace/creation_journal.h"

#include <QPointer>

namespace nimbook::workspace {

/// What became of the machines that were being made when Nimbook ended, crashed or lost the network.
struct RecoveredCreations {
    QList<cloud::InstanceRef> made;         ///< they exist and cost money
    QList<cloud::InstanceRef> disksRemoved; ///< nothing but a disk was left, and it is gone now
    bool operator==(const RecoveredCreations &) const = default;
};

/// Looks for each of them, in every zone that was tried, and forgets the notes of those whose end is known. A question that failed
/// keeps its note for the next time, and so does one so young that Google may still be at it.
class CreationRecovery final : public ValueJob<RecoveredCreations> {
    Q_OBJECT
public:
    CreationRecovery(cloud::ComputeClient &compute, CreationJournal journal, QList<Creation> leftovers, QObject *parent);

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override { abort(); }

private:
    void next();
    void lookForMachine(const cloud::InstanceRef &ref);
    void lookForDisk(const cloud::InstanceRef &ref);
    void nextAttempt();

    cloud::ComputeClient &m_compute;
    CreationJournal m_journal;
    QList<Creation> m_leftovers;
    QPointer<Job> m_call;
    RecoveredCreations m_recovered;
    bool m_clear = true;  ///< every question about the current one was answered
    bool m_found = false; ///< something of it was there
};

} // namespace nimbook::workspace
