// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/errand.h"
#include "bench/grounds.h"
#include "bench/report.h"
#include "bench/sources.h"

#include <QMap>

#include <random>

namespace nimbook::bench {

/// Uploads or downloads of one file and of a tree, ours and everybody else's, at every place; the order of each round is shuffled.
class TransferBench {
public:
    TransferBench(const Options &options, const Grounds &grounds, Sources &sources, Report &report);

    void run(Errand::Direction direction);

private:
    /// What one contender took at one place.
    struct Times {
        std::vector<double> seconds;
        std::vector<double> cpu; ///< both ends
        int scale = 1;           ///< the tree was so many times smaller
        QString trouble;         ///< why there is no time
        bool isSlow = false;

        double estimate(double login) const; ///< for the whole tree
    };
    using Score = QMap<QString, Times>; ///< by contender

    Score measure(const Place &place, Errand::Direction direction, bool isTree);
    void once(const Contender &contender, const Place &place, Errand errand, Times &times, bool compare);
    double plainTcp(const Place &place, qint64 bytes, bool isUp) const;
    void print(Errand::Direction direction, bool isTree, const QList<Score> &scores);
    void judge(const Place &place, Errand::Direction direction, bool isTree, const Score &score);
    double login(const Place &place); ///< seconds of a bare "ssh host true"
    bool emptyFolder(const QString &folder, bool onMachine) const;
    qint64 fileSize(const Place &place) const { return place.isFar ? m_options.farBytes : m_options.nearBytes; }

    const Options &m_options;
    const Grounds &m_grounds;
    Sources &m_sources;
    Report &m_report;
    std::mt19937 m_shuffle;
    QMap<int, double> m_logins;
};

} // namespace nimbook::bench
