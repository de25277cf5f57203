// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/setup_progress.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace nimbook::workspace {

/// Looks on while a machine boots and sets itself up: its guest attributes and what its startup script prints on the serial port.
///
/// A look that fails is left out; the machine's own words are a help, nothing waits for them. Looks every 6 s, because Google allows
/// ten reads of guest attributes a minute. Stops when it is deleted. Thread: the one that made it.
class BootWatch : public QObject {
    Q_OBJECT
public:
    BootWatch(cloud::ComputeClient &compute, cloud::InstanceRef ref, QObject *parent);
    ~BootWatch() override;

    const SetupProgress &progress() const { return m_progress; }

Q_SIGNALS:
    void progressChanged();
    void linesPrinted(const QString &text); ///< by the startup script, one or more whole lines

private:
    void look();
    void askAttributes();
    void askSerial();

    cloud::ComputeClient &m_compute;
    cloud::InstanceRef m_ref;
    SetupProgress m_progress;
    SerialReader m_serial;
    QTimer m_timer;
    QPointer<Job> m_attributes;
    QPointer<Job> m_output;
};

} // namespace nimbook::workspace
