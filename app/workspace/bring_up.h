// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"
#include "workspace/patience.h"

#include <QPointer>
#include <QTimer>

namespace nimbook::workspace {

/// Gets a machine to RUNNING from whatever state it is in; the value is the machine as it then is.
///
/// A machine that is stopping is waited for and then started. Error kinds: Unsupported (suspended), NotFound (being deleted),
/// Timeout, and those of cloud::startInstance (StockOut, QuotaExceeded …). Cancelling does not take a start back.
class BringUp : public ValueJob<cloud::Instance> {
    Q_OBJECT
public:
    BringUp(cloud::ComputeClient &compute, cloud::InstanceRef ref, Patience patience, QObject *parent);

    bool hadToWait() const { return m_waited; } ///< false: it was running at the first look

Q_SIGNALS:
    void machineSeen(const nimbook::cloud::Instance &machine);

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override;

private:
    void look();
    void decide(const cloud::Instance &machine);
    void startIt();
    void onDeadline();

    cloud::ComputeClient &m_compute;
    cloud::InstanceRef m_ref;
    Patience m_patience;
    QPointer<Job> m_call;
    QTimer m_pause;
    QTimer m_deadline;
    bool m_waited = false;
};

} // namespace nimbook::workspace
