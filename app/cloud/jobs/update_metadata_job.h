// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"

#include <QPointer>
#include <QTimer>

#include <functional>

namespace nimbook::cloud {

/// Read, change, write with the fingerprint, wait; again from the start when somebody else was faster.
class UpdateMetadataJob final : public ValueJob<Done> {
    Q_OBJECT
public:
    /// May refuse with an Error, which becomes the job's own.
    using Change = std::function<Result<Done>(QMap<QString, QString> &)>;

    UpdateMetadataJob(ComputeClient &client, InstanceRef ref, Change change, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void read();
    void write(const Instance &machine);
    void onWritten(const Job &job);
    template<typename JobType>
    void await(JobType *job, std::function<void(JobType &)> then);

    ComputeClient &m_client;
    InstanceRef m_ref;
    Change m_change;
    int m_conflicts = 0;
    QTimer m_pause;
    QPointer<Job> m_waiting;
};

} // namespace nimbook::cloud
