// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_list.h"

#include "base/backoff.h"
#include "base/logging.h"

#include <QSet>

namespace nimbook::workspace {

namespace {

using namespace std::chrono_literals;

constexpr auto calmInterval = 15s;
constexpr auto busyInterval = 2s;
constexpr int hurrySeconds = 30;

bool isChanging(const cloud::Instance &machine)
{
    const auto state = machine.state();
    return state != cloud::MachineState::Running && state != cloud::MachineState::Stopped && state != cloud::MachineState::Suspended;
}

} // namespace

MachineList::MachineList(cloud::ComputeClient &compute, QString project, QObject *parent)
    : QObject(parent), m_compute(compute), m_project(std::move(project))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &MachineList::refresh);
}

QList<cloud::Instance> MachineList::machines() const
{
    QList<cloud::Instance> sorted = m_machines.values();
    std::sort(sorted.begin(), sorted.end(), [](const cloud::Instance &a, const cloud::Instance &b) {
        return std::tie(a.ref.name, a.ref.zone) < std::tie(b.ref.name, b.ref.zone);
    });
    return sorted;
}

const cloud::Instance *MachineList::find(const cloud::InstanceRef &ref) const
{
    const auto found = m_machines.constFind(ref);
    return found == m_machines.cend() ? nullptr : &*found;
}

bool MachineList::isRefreshing() const
{
    return m_listing && !m_listing->isFinished();
}

void MachineList::refresh()
{
    m_timer.stop();
    if (isRefreshing()) {
        // The running answer may have been made before what the caller just changed.
        m_again = true;
        return;
    }
    m_again = false;
    auto *listing = m_compute.listInstances(m_project, this);
    m_listing = listing;
    connect(listing, &Job::finished, this, &MachineList::onListed);
    listing->start();
}

void MachineList::refreshSoon()
{
    m_hurryUntil = QDateTime::currentDateTimeUtc().addSecs(hurrySeconds);
    refresh();
}

void MachineList::onListed()
{
    const auto answer = m_listing->result();
    m_listing->deleteLater();
    m_listing = nullptr;
    if (answer) {
        m_failures = 0;
        m_lastError.reset();
        m_loaded = true;
        const QPointer<MachineList> alive(this);
        apply(*answer);
        if (!alive)
            return;
    } else {
        ++m_failures;
        m_lastError = answer.error();
        qCInfo(lcWorkspace) << "listing" << m_project << "failed:" << answer.error();
    }
    scheduleNext();
    Q_EMIT refreshed();
}

void MachineList::apply(const cloud::InstanceListing &listing)
{
    m_unreachable = listing.unreachable;
    QSet<QString> silentZones;
    for (const QString &place : listing.unreachable)
        silentZones += place.section(QLatin1Char('/'), -1);

    QMap<cloud::InstanceRef, cloud::Instance> fresh;
    for (const auto &machine : listing.instances)
        fresh.insert(machine.ref, machine);

    // The map is complete before anybody hears of it: a listener may look up any machine.
    QList<cloud::Instance> added;
    QList<cloud::Instance> changed;
    QList<cloud::InstanceRef> removed;
    for (auto it = m_machines.cbegin(); it != m_machines.cend(); ++it) {
        if (!fresh.contains(it.key()) && silentZones.contains(it.key().zone))
            fresh.insert(it.key(), it.value());
        else if (!fresh.contains(it.key()))
            removed += it.key();
    }
    for (const auto &machine : std::as_const(fresh)) {
        const auto known = m_machines.constFind(machine.ref);
        if (known == m_machines.cend())
            added += machine;
        else if (known->id != machine.id) {
            // Deleted and made anew between two looks: another machine, whatever its name.
            removed += machine.ref;
            added += machine;
        } else if (*known != machine)
            changed += machine;
    }
    m_machines = fresh;

    const QPointer<MachineList> alive(this);
    for (const auto &ref : std::as_const(removed))
        if (alive)
            Q_EMIT machineRemoved(ref);
    for (const auto &machine : std::as_const(changed))
        if (alive)
            Q_EMIT machineChanged(machine);
    for (const auto &machine : std::as_const(added))
        if (alive)
            Q_EMIT machineAdded(machine);
}

void MachineList::learn(const cloud::Instance &machine)
{
    const auto known = m_machines.find(machine.ref);
    if (known == m_machines.end() || known->id != machine.id || *known == machine)
        return;
    *known = machine;
    Q_EMIT machineChanged(machine);
}

void MachineList::scheduleNext()
{
    if (m_again) {
        m_timer.start(0ms);
        return;
    }
    const bool hurry = m_hurryUntil.isValid() && QDateTime::currentDateTimeUtc() < m_hurryUntil;
    const bool changing = std::any_of(m_machines.cbegin(), m_machines.cend(), isChanging);
    if (m_failures > 0) {
        const auto named = m_lastError->retryAfter.value_or(0ms);
        m_timer.start(std::max(named, Backoff{2s, 2.0, 60s}.delay(m_failures - 1)));
    } else {
        m_timer.start(hurry || changing ? busyInterval : calmInterval);
    }
}

} // namespace nimbook::workspace
