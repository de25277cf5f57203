// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "monitor/machine_sample.h"
#include "monitor/sample_parser.h"

#include <QObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

#include <chrono>

namespace nimbook::jupyter {
class RemoteScript;
}
namespace nimbook::ssh {
class Session;
}

namespace nimbook::workspace {

/// Samples a machine over its SSH session for as long as there is one, and keeps the last hour.
///
/// One script runs on the machine and streams; a script that ends is started again after a while. Thread: the one that made it.
class MachineMonitor : public QObject {
    Q_OBJECT
public:
    explicit MachineMonitor(std::chrono::seconds interval, QObject *parent = nullptr);
    ~MachineMonitor() override;

    void attach(ssh::Session *session); ///< null: the connection is gone
    bool isSampling() const { return m_script != nullptr; }
    std::chrono::seconds interval() const { return m_interval; }
    void setInterval(std::chrono::seconds interval); ///< 1 s … 1 h

    const QList<monitor::MachineSample> &history() const { return m_history; } ///< oldest first, an hour at most
    void add(const monitor::MachineSample &sample); ///< as if it had just been read

    QList<monitor::DiskSample> fullDisks() const; ///< of which diskNearlyFull() was told and that are so still
    const Error &lastError() const { return m_lastError; } ///< why the latest script ended; no message: it did not

Q_SIGNALS:
    void sampled(const nimbook::monitor::MachineSample &sample);
    void samplingChanged(bool sampling);
    /// Once for each disk and each time that it gets there; again only after it had room in between.
    void diskNearlyFull(const nimbook::monitor::DiskSample &disk);

private:
    void start();
    void stop();
    void onLine(const QString &line);
    void onScriptFinished();

    QPointer<ssh::Session> m_session;
    QPointer<jupyter::RemoteScript> m_script;
    monitor::SampleParser m_parser;
    QList<monitor::MachineSample> m_history;
    std::chrono::seconds m_interval;
    QTimer m_again;
    QSet<QString> m_told; ///< paths of disks
    Error m_lastError;
};

} // namespace nimbook::workspace
