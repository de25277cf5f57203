// SPDX-License-Identifier: Apache-2.0
#include "bench/tunnel_bench.h"

#include "bench/peers.h"

#include <algorithm>
#include <thread>

namespace nimbook::bench {

static constexpr int manyConnections = 32;

static QString nameOf(Door::Kind kind)
{
    return kind == Door::Kind::Ours ? QStringLiteral("nimbook") : QStringLiteral("ssh -L");
}

TunnelBench::TunnelBench(const Options &options, const Grounds &grounds, Sources &sources, Report &report)
    : m_options(options), m_grounds(grounds), m_sources(sources), m_report(report), m_shuffle(options.seed)
{
}

std::unique_ptr<FarService> TunnelBench::service() const
{
    return m_grounds.isOwnServer() ? std::make_unique<FarService>() : std::make_unique<FarService>(m_grounds.direct());
}

bool TunnelBench::answers(const Door &door)
{
    if (door.port() != 0 && firstByte(door.port(), std::chrono::steady_clock::now(), 20) >= 0)
        return true;
    m_report.fail(QStringLiteral("The tunnel of %1 does not answer.").arg(nameOf(door.kind())));
    return false;
}

void TunnelBench::run()
{
    const auto far = service();
    if (far->port() == 0) {
        m_report.fail(QStringLiteral("The far end of the tunnels could not be started; it needs python3 there."));
        return;
    }
    for (const Place &place : m_grounds.places()) {
        if (isInterrupted())
            return;
        measureRates(place, *far);
        measureUnderUpload(place, *far);
    }
}

namespace {

/// One figure of a tunnel: how it is taken, and what is asked of it against ssh -L.
struct Quantity {
    QString name;
    int connections;
    enum class Kind { Down, Up, Latency } kind;
    double nearGoal; ///< ratio; 0: none
    double farGoal;
};

/// What one door showed for one quantity: MB/s, or latencies in ms.
struct Seen {
    std::vector<double> rates;
    std::vector<double> milliseconds;
    double cpu = 0;
    qint64 bytes = 0;
};

} // namespace

void TunnelBench::measureRates(const Place &place, const FarService &service)
{
    using Kind = Quantity::Kind;
    const QList<Quantity> quantities{
        {QStringLiteral("1 connection down"), 1, Kind::Down, 1.0, 3.0},
        {QStringLiteral("1 connection up"), 1, Kind::Up, 1.0, 0.98},
        {QStringLiteral("32 connections down"), manyConnections, Kind::Down, 1.0, 0.95},
        {QStringLiteral("32 connections up"), manyConnections, Kind::Up, 1.0, 0.95},
        {QStringLiteral("1 connection"), 1, Kind::Latency, 0, 0},
        {QStringLiteral("32 connections"), manyConnections, Kind::Latency, 1.0, 0},
    };
    m_report.heading(QStringLiteral("Tunnel, %1").arg(place.label));
    Door ours(Door::Kind::Ours, place, service.port());
    Door theirs(Door::Kind::OpenSsh, place, service.port());
    if (!answers(ours) || !answers(theirs))
        return;

    const DelayProxy plainWay(service.port(), std::chrono::milliseconds(place.addedMilliseconds));
    const quint16 plainPort = place.addedMilliseconds > 0 ? plainWay.port() : service.port();
    QList<QPair<int, int>> runs; // quantity, way: 0 ours, 1 theirs, 2 plain TCP
    for (int quantity = 0; quantity < quantities.size(); ++quantity) {
        for (int way = 0; way < (m_grounds.isOwnServer() ? 3 : 2); ++way)
            runs << QPair(quantity, way);
    }
    // One connection far away moves a window per round trip: half of the bytes takes longer all the same.
    const qint64 bytesOfOne = m_options.tunnelBytes / (place.isFar ? 2 : 1);
    std::vector<std::array<Seen, 3>> seen(size_t(quantities.size()));
    int rounds = 0;
    for (int round = 0; round < m_options.tunnelRounds && (round == 0 || !m_options.isLate()); ++round, ++rounds) {
        m_report.progress(QStringLiteral("tunnel, %1, round %2 of %3").arg(place.label).arg(round + 1).arg(m_options.tunnelRounds));
        std::shuffle(runs.begin(), runs.end(), m_shuffle);
        for (const auto &[index, way] : std::as_const(runs)) {
            if (isInterrupted())
                return;
            const Quantity &quantity = quantities[index];
            Seen &into = seen[size_t(index)][size_t(way)];
            const Door *door = way == 0 ? &ours : way == 1 ? &theirs : nullptr;
            const quint16 port = door ? door->port() : plainPort;
            const double cpuBefore = door ? door->cpuSeconds() : 0;
            const qint64 bytes = quantity.connections == 1 ? bytesOfOne : m_options.tunnelBytes;
            if (quantity.kind == Kind::Latency) {
                const auto seconds = latencies(port, quantity.connections, std::max(1, m_options.samples / (quantity.connections > 1 ? 4 : 1)), 2);
                if (seconds.empty())
                    return m_report.fail(QStringLiteral("%1 lost an echo").arg(door ? nameOf(door->kind()) : QStringLiteral("plain TCP")));
                for (double value : seconds)
                    into.milliseconds.push_back(value * 1000);
            } else {
                const double seconds = quantity.kind == Kind::Down ? receiveThrough(port, bytes, quantity.connections)
                                                                   : sendThrough(port, bytes, quantity.connections);
                if (seconds < 0)
                    return m_report.fail(QStringLiteral("wrong or missing bytes through %1").arg(door ? nameOf(door->kind()) : QStringLiteral("plain TCP")));
                into.rates.push_back(double(bytes) / 1e6 / seconds);
                into.bytes += bytes;
            }
            if (door)
                into.cpu += door->cpuSeconds() - cpuBefore;
        }
    }

    QList<QStringList> rows;
    const auto add = [&](const QString &what, const QString &unit, const std::array<double, 3> &values, const std::array<QString, 2> &cpu, double goal) {
        const bool isTime = unit == QLatin1String("ms");
        const double ratio = values[0] > 0 && values[1] > 0 ? (isTime ? values[1] / values[0] : values[0] / values[1]) : 0;
        rows << QStringList{what, unit, number(values[0]), number(values[1]), m_grounds.isOwnServer() ? number(values[2]) : QString(), number(ratio), cpu[0], cpu[1]};
        m_report.figure({{QStringLiteral("place"), place.label}, {QStringLiteral("what"), what}, {QStringLiteral("unit"), unit},
                         {QStringLiteral("nimbook"), values[0]}, {QStringLiteral("sshL"), values[1]}, {QStringLiteral("ratio"), ratio}});
        if (goal > 0 && (place.addedMilliseconds == 0 || place.addedMilliseconds == 50) && !m_options.host)
            m_report.target(QStringLiteral("tunnel, %1, %2, against ssh -L").arg(place.label, what), ratio, goal);
    };
    for (int index = 0; index < quantities.size(); ++index) {
        const Quantity &quantity = quantities[index];
        const auto &three = seen[size_t(index)];
        std::array<QString, 2> cpu;
        for (size_t way = 0; way < 2; ++way) {
            if (three[way].bytes > 0)
                cpu[way] = number(three[way].cpu / (double(three[way].bytes) / (1 << 30)));
        }
        const double goal = place.isFar ? quantity.farGoal : quantity.nearGoal;
        const auto each = [&](auto value) { return std::array<double, 3>{value(three[0]), value(three[1]), value(three[2])}; };
        if (quantity.kind != Kind::Latency) {
            add(quantity.name, QStringLiteral("MB/s"), each([](const Seen &s) { return median(s.rates); }), cpu, goal);
            continue;
        }
        add(quantity.name + QStringLiteral(", p50"), QStringLiteral("ms"), each([](const Seen &s) { return percentile(s.milliseconds, 50); }), {}, 0);
        add(quantity.name + QStringLiteral(", p99"), QStringLiteral("ms"), each([](const Seen &s) { return percentile(s.milliseconds, 99); }), {}, goal);
    }
    m_report.table({QString(), QString(), QStringLiteral("nimbook"), QStringLiteral("ssh -L"), QStringLiteral("plain TCP"), QStringLiteral("ratio"),
                    QStringLiteral("CPU s/GiB, nimbook"), QStringLiteral("ssh -L")}, rows);
    m_report.note(QStringLiteral("medians of %1 interleaved rounds, from the connect on; 1 connection: %2, 32 together: %3, every byte compared; latencies: a "
                                 "message of 256 bytes and its echo; CPU of the near end; ratio above 1: we are faster")
                      .arg(rounds).arg(sizeText(bytesOfOne), sizeText(m_options.tunnelBytes)));
}

void TunnelBench::measureUnderUpload(const Place &place, const FarService &service)
{
    const QString big = m_sources.file(place.isFar ? m_options.farBytes : m_options.nearBytes, false);
    const QString folder = m_grounds.farFolder() + QStringLiteral("/beside");
    if (big.isEmpty() || !m_grounds.direct().run(QStringLiteral("mkdir -p ") + quoted(folder)).isWell())
        return m_report.fail(QStringLiteral("no file to upload beside the tunnel"));
    const Errand errand{Errand::Direction::Up, false, big, folder};
    QList<Contender> uploaders{ours()};
    for (const Contender &peer : peers(false)) {
        if (peer.name == QLatin1String("sftp") && findProgram(peer.program))
            uploaders << peer;
    }
    std::array<std::vector<double>, 2> idle, loaded; // ms; ours beside ours, ssh -L beside sftp
    for (int round = 0; round < m_options.rounds && (round == 0 || !m_options.isLate()); ++round) {
        m_report.progress(QStringLiteral("tunnel beside an upload, %1, round %2").arg(place.label).arg(round + 1));
        for (size_t way = 0; way < size_t(uploaders.size()); ++way) {
            if (isInterrupted())
                return;
            Door door(way == 0 ? Door::Kind::Ours : Door::Kind::OpenSsh, place, service.port());
            if (!answers(door))
                return;
            const auto take = [&](std::vector<double> &into, double atMost) {
                for (double seconds : latencies(door.port(), 1, 100'000, atMost))
                    into.push_back(seconds * 1000);
            };
            take(idle[way], std::min(1.5, m_options.limit.count()));
            const Command command = uploaders[qsizetype(way)].command(place, errand);
            ChildProcess upload;
            if (!upload.start(command.words, command.input.isNull() ? QByteArray("") : command.input))
                return m_report.fail(QStringLiteral("the upload did not start"));
            // The middle of it: the login before is another matter, and after its end nothing is measured.
            std::this_thread::sleep_for(std::chrono::milliseconds(100 + 10 * place.addedMilliseconds));
            take(loaded[way], std::min(0.8, m_options.limit.count()));
            const RunResult result = upload.wait(m_options.limit);
            if (!result.isWell())
                return m_report.fail(QStringLiteral("the upload beside the tunnel failed: %1").arg(QString::fromLocal8Bit(result.lastWords)));
        }
    }
    QList<QStringList> rows;
    const std::array names{QStringLiteral("nimbook beside its own upload"), QStringLiteral("ssh -L beside sftp")};
    for (size_t way = 0; way < size_t(uploaders.size()); ++way) {
        const double factor = percentile(loaded[way], 99) / std::max(1e-9, percentile(idle[way], 99));
        rows << QStringList{names[way], number(percentile(idle[way], 50)), number(percentile(loaded[way], 50)), number(percentile(idle[way], 99)),
                            number(percentile(loaded[way], 99)), number(factor)};
        m_report.figure({{QStringLiteral("place"), place.label}, {QStringLiteral("what"), names[way]}, {QStringLiteral("idleP99"), percentile(idle[way], 99)},
                         {QStringLiteral("loadedP99"), percentile(loaded[way], 99)}, {QStringLiteral("factor"), factor}});
        if (way == 0 && !m_options.host && (place.addedMilliseconds == 0 || place.addedMilliseconds == 50))
            m_report.target(QStringLiteral("tunnel, %1, p99 beside an upload / idle").arg(place.label), factor, place.isFar ? 1.2 : 2.0, true);
    }
    m_report.table({QStringLiteral("latency, ms"), QStringLiteral("p50 idle"), QStringLiteral("p50 beside"), QStringLiteral("p99 idle"),
                    QStringLiteral("p99 beside"), QStringLiteral("p99 beside / idle")}, rows);
    if (m_grounds.isOwnServer())
        m_report.note(QStringLiteral("both ends of both run on the %1 cores of this computer").arg(std::thread::hardware_concurrency()));
}

void TunnelBench::runConnect()
{
    const auto far = service();
    if (far->port() == 0)
        return m_report.fail(QStringLiteral("The far end of the tunnels could not be started; it needs python3 there."));
    m_report.heading(QStringLiteral("From the start of the program to the first byte of a page through the tunnel"));
    std::map<int, std::array<std::vector<double>, 2>> seconds; // by place
    for (int round = 0; round < m_options.connects; ++round) {
        for (int index = 0; index < m_grounds.places().size(); ++index) {
            std::array kinds{Door::Kind::Ours, Door::Kind::OpenSsh};
            std::shuffle(kinds.begin(), kinds.end(), m_shuffle);
            for (Door::Kind kind : kinds) {
                if (isInterrupted())
                    return;
                Door door(kind, m_grounds.places()[index], far->port());
                const double took = door.port() ? firstByte(door.port(), door.started(), 20) : -1;
                if (took < 0)
                    return m_report.fail(QStringLiteral("%1 brought no byte").arg(nameOf(kind)));
                seconds[index][kind == Door::Kind::Ours ? 0 : 1].push_back(took * 1000);
            }
        }
    }
    QList<QStringList> rows;
    const std::array base{median(seconds[0][0]), median(seconds[0][1])};
    for (const auto &[index, both] : seconds) {
        const Place &place = m_grounds.places()[index];
        QStringList row{place.label, number(median(both[0])), number(median(both[1])), number(median(both[1]) / median(both[0]))};
        if (place.addedMilliseconds > 0 && m_grounds.places()[0].addedMilliseconds == 0) {
            const double ourTrips = (median(both[0]) - base[0]) / place.addedMilliseconds;
            const double theirTrips = (median(both[1]) - base[1]) / place.addedMilliseconds;
            row << number(ourTrips) << number(theirTrips);
            if (place.addedMilliseconds == 50)
                m_report.target(QStringLiteral("first byte of a page, 50 ms, round trips fewer than ssh -L"), theirTrips - ourTrips, 0.5);
        } else {
            row << QString() << QString();
        }
        rows << row;
        m_report.figure({{QStringLiteral("place"), place.label}, {QStringLiteral("nimbookMs"), median(both[0])}, {QStringLiteral("sshLMs"), median(both[1])}});
    }
    m_report.table({QStringLiteral("ms"), QStringLiteral("nimbook"), QStringLiteral("ssh -L"), QStringLiteral("ratio"),
                    QStringLiteral("round trips, nimbook"), QStringLiteral("ssh -L")}, rows);
    m_report.note(QStringLiteral("medians of %1; with TCP's own handshake; round trips: what the delay adds, divided by it").arg(m_options.connects));
}

} // namespace nimbook::bench
