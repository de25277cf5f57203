// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"
#include "cloud/gce/compute_client.h"
#include "workspace/machine_list.h"
#include "workspace/patience.h"

#include <QPointer>
#include <QTimer>

namespace nimbook::workspace {

/// Makes a machine: check what can be checked without cost, create with one requestId, wait until the list shows it.
///
/// Cancelling while it is created stops the waiting only: the machine is made, shown and can be deleted.
class CreateMachineFlow : public Flow {
    Q_OBJECT
public:
    CreateMachineFlow(cloud::ComputeClient &compute, MachineList &list, cloud::CreateSpec spec, Patience patience, QObject *parent);

    const cloud::CreateSpec &spec() const { return m_spec; }

protected:
    void abort() override;

private:
    void check();
    void checkImage();
    void checkAccelerator();
    void create();
    void appear();
    void lookInList();

    cloud::ComputeClient &m_compute;
    QPointer<MachineList> m_list;
    cloud::CreateSpec m_spec;
    Patience m_patience;
    QTimer m_deadline;
};

} // namespace nimbook::workspace
