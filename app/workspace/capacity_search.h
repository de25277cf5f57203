// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "workspace/capacity_plan.h"

#include <QSet>

#include <optional>

namespace nimbook::workspace {

/// Which zone to ask next, from what the zones before have answered. Decides only; knows no network and no clock.
///
/// A stock-out is one zone's and passes: the zone is asked again in the next round. A region's quota closes the region, a zone that
/// does not offer the machine is closed too, and a quota over all regions ends the search, as does every error that another zone
/// would give as well.
class CapacitySearch {
public:
    enum class Verdict {
        TryNext,  ///< zone() names it
        RoundOver, ///< every zone that is left had none; startRound() asks them once more
        GiveUp,   ///< no zone can help
    };

    CapacitySearch(const QString &firstZone, const CapacityPlan &plan);

    QString zone() const { return m_queue.value(0); } ///< the one to ask now; empty after RoundOver or GiveUp
    qsizetype zonesLeft() const { return m_queue.size(); } ///< in this round, zone() included

    /// What zone() answered. \a zonesAvailable: Google's own suggestion, which goes first as far as it is in reach.
    Verdict refused(const Error &error, const QStringList &zonesAvailable = {});

    bool canStartRound() const { return !m_stockedOut.isEmpty(); }
    void startRound();

private:
    bool isInReach(const QString &zone) const;
    void closeRegion(const QString &region);

    QString m_firstZone;
    CapacityPlan::Reach m_reach;
    QStringList m_queue;
    QStringList m_stockedOut; ///< asked in this round, worth asking again
    QSet<QString> m_closed; ///< zones and regions that cannot help in any round
};

/// A quota counts over all regions ("GPUS_ALL_REGIONS", "… globally."): no other place helps.
bool isQuotaOfAllRegions(const Error &error);
QString regionOfZone(const QString &zone); ///< "us-central1-a" → "us-central1"

} // namespace nimbook::workspace
