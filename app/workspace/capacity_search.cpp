// SPDX-License-Identifier: Apache-2.0
#include "workspace/capacity_search.h"

#include <utility>

namespace nimbook::workspace {

QString regionOfZone(const QString &zone)
{
    return zone.section(QLatin1Char('-'), 0, -2);
}

bool isQuotaOfAllRegions(const Error &error)
{
    // Google gives the scope in words alone when insert is refused at once, and in quotaInfo only sometimes.
    const auto says = [&error](QLatin1String word) { return error.message.contains(word) || error.detail.contains(word); };
    return error.kind == ErrorKind::QuotaExceeded
        && (says(QLatin1String("ALL_REGIONS")) || says(QLatin1String("ALL-REGIONS")) || says(QLatin1String(" globally")));
}

CapacitySearch::CapacitySearch(const QString &firstZone, const CapacityPlan &plan)
    : m_firstZone(firstZone), m_reach(plan.reach), m_queue{firstZone}
{
    QStringList near;
    QStringList far;
    for (const QString &zone : plan.zones) {
        if (isInReach(zone))
            (regionOfZone(zone) == regionOfZone(firstZone) ? near : far) += zone;
    }
    m_queue += near + far; // the neighbours first: same price, same latency
    m_queue.removeDuplicates();
}

bool CapacitySearch::isInReach(const QString &zone) const
{
    switch (m_reach) {
    case CapacityPlan::Reach::ThisZone: return zone == m_firstZone;
    case CapacityPlan::Reach::Region: return regionOfZone(zone) == regionOfZone(m_firstZone);
    case CapacityPlan::Reach::Anywhere: return true;
    }
    return false;
}

void CapacitySearch::closeRegion(const QString &region)
{
    const auto inRegion = [&region](const QString &zone) { return regionOfZone(zone) == region; };
    m_queue.removeIf(inRegion);
    m_stockedOut.removeIf(inRegion);
    m_closed += region; // names of zones and regions never meet: a zone's ends in a letter
}

CapacitySearch::Verdict CapacitySearch::refused(const Error &error, const QStringList &zonesAvailable)
{
    const QString asked = zone();
    if (asked.isEmpty())
        return Verdict::GiveUp;
    m_queue.removeFirst();
    switch (error.kind) {
    case ErrorKind::StockOut:
        m_stockedOut += asked;
        for (auto it = zonesAvailable.crbegin(); it != zonesAvailable.crend(); ++it) {
            // Only what was not asked in this round: a suggestion is a snapshot, and two zones may name each other for ever.
            const bool closed = m_closed.contains(*it) || m_closed.contains(regionOfZone(*it));
            if (isInReach(*it) && !m_stockedOut.contains(*it) && !closed) {
                m_queue.removeAll(*it);
                m_queue.prepend(*it);
            }
        }
        break;
    case ErrorKind::QuotaExceeded:
        if (isQuotaOfAllRegions(error)) {
            m_queue.clear();
            m_stockedOut.clear();
            return Verdict::GiveUp;
        }
        closeRegion(regionOfZone(asked));
        break;
    case ErrorKind::Unsupported: // Google's word for a machine that was preempted while it was made, among others
    case ErrorKind::NotFound:    // the zone does not have this machine type or GPU
        m_closed += asked;
        break;
    default:
        m_queue.clear();
        m_stockedOut.clear();
        return Verdict::GiveUp;
    }
    if (!m_queue.isEmpty())
        return Verdict::TryNext;
    return m_stockedOut.isEmpty() ? Verdict::GiveUp : Verdict::RoundOver;
}

void CapacitySearch::startRound()
{
    m_queue = std::exchange(m_stockedOut, {});
}

} // namespace nimbook::workspace
