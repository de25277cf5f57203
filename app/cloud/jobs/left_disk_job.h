// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "cloud/gce/compute_client.h"

#include <QTimer>

namespace nimbook::cloud {

/// Removes the boot disk that a failed insert may leave behind; the value says whether there was one.
///
/// Deleted is only a disk that carries the label \a key = \a value and that no machine uses: what the person keeps is never touched.
/// Error kinds: those of the calls. Cancelling ends the waiting.
class LeftDiskJob final : public ValueJob<bool> {
    Q_OBJECT
public:
    /// \param ref the machine that was to be made: its boot disk has its name
    LeftDiskJob(ComputeClient &client, InstanceRef ref, QString key, QString value, QObject *parent);

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override { abort(); }

private:
    void look();
    void remove();

    ComputeClient &m_client;
    InstanceRef m_ref;
    QString m_key;
    QString m_value;
    QTimer m_pause;
    Awaited m_call{*this};
    int m_looks = 0;
};

} // namespace nimbook::cloud
