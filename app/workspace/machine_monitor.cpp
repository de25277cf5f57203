// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_monitor.h"

#include "jupyter/container.h"

#include <algorithm>

namespace nimbook::workspace {

static constexpr std::chrono::hours keptTime{1};
static constexpr std::chrono::seconds pauseAfterFailure{15};

MachineMonitor::MachineMonitor(std::chrono::seconds interval, QObject *parent) : QObject(parent), m_interval(interval)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &MachineMonitor::start);
}

MachineMonitor::~MachineMonitor()
{
    if (m_script)
        m_script->disconnect(this);
}

void MachineMonitor::attach(ssh::Session *session)
{
    if (m_session == session && (m_script || !session))
        return;
    stop();
    m_session = session;
    start();
}

void MachineMonitor::setInterval(std::chrono::seconds interval)
{
    interval = std::clamp<std::chrono::seconds>(interval, std::chrono::seconds(1), std::chrono::hours(1));
    if (interval == m_interval)
        return;
    m_interval = interval;
    stop();
    start();
}

void MachineMonitor::start()
{
    if (!m_session || m_script)
        return;
    m_parser = {};
    m_script = new jupyter::RemoteScript(m_session, QStringLiteral("sample-machine.sh"),
                                         {{QStringLiteral("NIMBOOK_INTERVAL"), QString::number(m_interval.count())}}, this);
    m_script->setLasting();
    connect(m_script, &jupyter::RemoteScript::logReceived, this, &MachineMonitor::onLine);
    connect(m_script, &Job::finished, this, &MachineMonitor::onScriptFinished);
    m_script->start();
    Q_EMIT samplingChanged(true);
}

void MachineMonitor::stop()
{
    m_again.stop();
    if (!m_script)
        return;
    m_script->disconnect(this);
    m_script->cancel();
    m_script->deleteLater();
    m_script = nullptr;
    Q_EMIT samplingChanged(false);
}

void MachineMonitor::onLine(const QString &line)
{
    if (const auto sample = m_parser.feed(line, QDateTime::currentDateTimeUtc())) {
        m_lastError = {};
        add(*sample);
    }
}

void MachineMonitor::add(const monitor::MachineSample &sample)
{
    const QDateTime oldest = sample.time.addDuration(-keptTime);
    const auto firstKept = std::find_if(m_history.begin(), m_history.end(), [&](const auto &old) { return old.time >= oldest; });
    m_history.erase(m_history.begin(), firstKept);
    m_history.append(sample);
    Q_EMIT sampled(sample);
    QSet<QString> full;
    const QList<monitor::DiskSample> disks = monitor::nearlyFullDisks(sample);
    for (const monitor::DiskSample &disk : disks)
        full.insert(disk.path);
    const QSet<QString> toldBefore = std::exchange(m_told, full);
    for (const monitor::DiskSample &disk : disks) {
        if (!toldBefore.contains(disk.path))
            Q_EMIT diskNearlyFull(disk);
    }
}

QList<monitor::DiskSample> MachineMonitor::fullDisks() const
{
    return m_history.isEmpty() ? QList<monitor::DiskSample>() : monitor::nearlyFullDisks(m_history.constLast());
}

void MachineMonitor::onScriptFinished()
{
    m_lastError = m_script->state() == Job::State::Failed ? m_script->error() : Error{};
    m_script->deleteLater();
    m_script = nullptr;
    Q_EMIT samplingChanged(false);
    if (m_session)
        m_again.start(pauseAfterFailure);
}

} // namespace nimbook::workspace
