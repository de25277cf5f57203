// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <optional>

namespace nimbook::bench {

/// A machine named by hand.
struct GivenHost {
    QString host;
    quint16 port = 22;
    QString user;
    QString identity;
    QString knownHosts;
};

/// What was asked for on the command line.
struct Options {
    QString command; ///< "upload", "all", …
    std::optional<GivenHost> host; ///< none: a server of our own, behind delays of our own
    QList<int> roundTrips{0, 20, 50}; ///< ms; of our own server
    int rounds = 5;
    int slowRounds = 5;             ///< of peers that take several times longer than we do, or as long as another one
    qint64 nearBytes = 1024 << 20;  ///< the one large file at 0 ms
    qint64 farBytes = 128 << 20;    ///< at a long round trip
    int files = 10'000;             ///< of the tree
    int fewFiles = 200;             ///< of the smaller tree, for peers that would take hours
    qint64 tunnelBytes = 256 << 20; ///< one bulk measurement; half of it for one connection at a long round trip
    int tunnelRounds = 7;
    int samples = 1000;             ///< latencies per round at 0 ms; far: as many as two seconds hold
    int connects = 7;
    int memoryFiles = 1'000'000;
    double memorySeconds = 60;      ///< how long of the 100 GiB file is moved
    int transferRows = 100'000;
    int machineRows = 50'000;
    std::chrono::duration<double> limit{120}; ///< of one run of a tool
    quint32 seed = 1;
    QStringList only; ///< names of peers; empty: all
    QString folder;   ///< where files lie; in memory if possible
    bool json = false;
    std::chrono::steady_clock::time_point enoughAt = std::chrono::steady_clock::time_point::max();

    /// On a busy computer the last parts get one round each.
    bool isLate() const { return std::chrono::steady_clock::now() > enoughAt; }
};

/// \return none: a message was printed
std::optional<Options> readOptions(const QStringList &arguments);

QString usage();

} // namespace nimbook::bench
