// SPDX-License-Identifier: Apache-2.0
#include "bench/transfer_bench.h"

#include "bench/peers.h"
#include "bench/tunnel_load.h"

#include <algorithm>

namespace nimbook::bench {

static const QString plainName = QStringLiteral("plain TCP, no SSH");
static const QString ourName = QStringLiteral("nimbook");

TransferBench::TransferBench(const Options &options, const Grounds &grounds, Sources &sources, Report &report)
    : m_options(options), m_grounds(grounds), m_sources(sources), m_report(report), m_shuffle(options.seed)
{
}

double TransferBench::Times::estimate(double login) const
{
    const double measured = median(seconds);
    return scale == 1 ? measured : login + std::max(0.0, measured - login) * scale;
}

double TransferBench::login(const Place &place)
{
    if (!m_logins.contains(place.addedMilliseconds)) {
        std::vector<double> seconds;
        for (int i = 0; i < 3; ++i)
            seconds.push_back(place.run(QStringLiteral("true")).seconds);
        m_logins[place.addedMilliseconds] = median(seconds);
    }
    return m_logins[place.addedMilliseconds];
}

void TransferBench::run(Errand::Direction direction)
{
    for (const bool isTree : {false, true}) {
        QList<Score> scores;
        for (const Place &place : m_grounds.places()) {
            if (!isInterrupted())
                scores << measure(place, direction, isTree);
        }
        if (isInterrupted())
            return;
        print(direction, isTree, scores);
        for (qsizetype i = 0; i < scores.size(); ++i)
            judge(m_grounds.places()[i], direction, isTree, scores[i]);
    }
}

bool TransferBench::emptyFolder(const QString &folder, bool onMachine) const
{
    const QString line = QStringLiteral("rm -rf %1 && mkdir %1").arg(quoted(folder));
    if (onMachine && !m_grounds.isOwnServer())
        return m_grounds.direct().run(line).isWell();
    return runProgram({QStringLiteral("sh"), QStringLiteral("-c"), line}, std::chrono::minutes(5)).isWell();
}

TransferBench::Score TransferBench::measure(const Place &place, Errand::Direction direction, bool isTree)
{
    const bool isUp = direction == Errand::Direction::Up;
    const int few = place.isFar || m_options.host ? m_options.fewFiles : m_options.files;
    const Errand whole{direction, isTree, isTree ? m_sources.tree(m_options.files, !isUp) : m_sources.file(fileSize(place), !isUp),
                       (isUp ? m_grounds.farFolder() : m_grounds.nearFolder()) + QStringLiteral("/arrived")};
    Errand part = whole;
    if (isTree && few < m_options.files)
        part.source = m_sources.tree(few, !isUp);
    if (whole.source.isEmpty() || part.source.isEmpty()) {
        m_report.fail(QStringLiteral("The files to send could not be made: is there room in %1?").arg(m_options.folder));
        return {};
    }

    Score score;
    QList<Contender> contenders{ours(), oursUnverified()};
    for (const Contender &peer : peers(isTree)) {
        if (!m_options.only.isEmpty() && !m_options.only.contains(peer.name))
            continue;
        if (findProgram(peer.program))
            contenders << peer;
        else
            score[peer.name].trouble = QStringLiteral("not installed");
    }
    for (int round = 0; round < m_options.rounds && (round == 0 || !m_options.isLate()); ++round) {
        std::shuffle(contenders.begin(), contenders.end(), m_shuffle);
        m_report.progress(QStringLiteral("%1 %2, %3, round %4 of %5").arg(isTree ? QStringLiteral("tree") : QStringLiteral("file"),
                          isUp ? QStringLiteral("up") : QStringLiteral("down"), place.label).arg(round + 1).arg(m_options.rounds));
        for (const Contender &contender : std::as_const(contenders)) {
            Times &times = score[contender.name];
            if (isInterrupted())
                return score;
            times.isSlow = isTree && contender.isSlowOnTrees;
            const bool isRare = isTree ? contender.isSlowOnTrees : contender.isLikeOthers;
            if (!times.trouble.isEmpty() || (isRare && round >= m_options.slowRounds))
                continue;
            times.scale = times.isSlow && few < m_options.files ? m_options.files / few : 1;
            once(contender, place, times.scale > 1 ? part : whole, times, round == 0);
        }
        if (!isTree && m_grounds.isOwnServer())
            score[plainName].seconds.push_back(plainTcp(place, fileSize(place), isUp));
    }
    return score;
}

void TransferBench::once(const Contender &contender, const Place &place, Errand errand, Times &times, bool compare)
{
    if (!emptyFolder(errand.folder, errand.isUp())) {
        times.trouble = QStringLiteral("no folder to send to");
        return;
    }
    const double before = m_grounds.farCpuSeconds();
    const Command command = contender.command(place, errand);
    const RunResult result = runProgram(command.words, m_options.limit, command.input);
    if (result.end == RunResult::End::TimeLimit)
        times.trouble = QStringLiteral("stopped after %1 s").arg(m_options.limit.count());
    else if (!result.isWell())
        times.trouble = QStringLiteral("failed: %1").arg(QString::fromLocal8Bit(result.lastWords));
    else if (compare && !m_sources.areEqual(errand.isUp() ? errand.source : errand.target(), errand.isUp() ? errand.target() : errand.source))
        times.trouble = QStringLiteral("other bytes arrived");
    if (isInterrupted())
        return;
    if (!times.trouble.isEmpty()) {
        if (contender.program.isEmpty())
            m_report.fail(QStringLiteral("%1: %2").arg(contender.name, times.trouble));
        return;
    }
    times.seconds.push_back(result.seconds);
    times.cpu.push_back(result.cpuSeconds + m_grounds.farCpuSeconds() - before);
}

double TransferBench::plainTcp(const Place &place, qint64 bytes, bool isUp) const
{
    FarService service;
    const DelayProxy proxy(service.port(), std::chrono::milliseconds(place.addedMilliseconds));
    const quint16 port = place.addedMilliseconds > 0 ? proxy.port() : service.port();
    return isUp ? sendThrough(port, bytes, 1) : receiveThrough(port, bytes, 1);
}

void TransferBench::print(Errand::Direction direction, bool isTree, const QList<Score> &scores)
{
    const bool isUp = direction == Errand::Direction::Up;
    m_report.heading((isTree ? QStringLiteral("%1 files of 1–20 KiB ").arg(m_options.files) : QStringLiteral("One file "))
                     + (isUp ? QStringLiteral("up") : QStringLiteral("down")));
    QStringList names{ourName, oursUnverified().name};
    for (const Contender &peer : peers(isTree))
        names << peer.name;
    names << plainName;
    QStringList headers{QStringLiteral("tool")};
    QStringList troubles;
    QList<QStringList> rows;
    for (qsizetype column = 0; column < scores.size(); ++column) {
        const Place &place = m_grounds.places()[column];
        headers << (isTree ? place.label : place.label + QStringLiteral(", ") + sizeText(fileSize(place))) + QStringLiteral(": s")
                << (isTree ? QStringLiteral("files/s") : QStringLiteral("MB/s")) << QStringLiteral("CPU s") << QStringLiteral("ratio");
    }
    for (const QString &name : std::as_const(names)) {
        QStringList row{name};
        bool known = false;
        for (qsizetype column = 0; column < scores.size(); ++column) {
            const Score &score = scores[column];
            const Place &place = m_grounds.places()[column];
            if (!score.contains(name)) {
                row << QStringList{QString(), QString(), QString(), QString()};
                continue;
            }
            known = true;
            const Times &times = score[name];
            const double ourSeconds = median(score[ourName].seconds);
            const double seconds = times.estimate(m_logins.value(place.addedMilliseconds));
            QJsonObject figure{{QStringLiteral("tool"), name}, {QStringLiteral("place"), place.label},
                               {QStringLiteral("direction"), isUp ? QStringLiteral("up") : QStringLiteral("down")},
                               {QStringLiteral("work"), isTree ? QStringLiteral("tree") : QStringLiteral("file")}};
            if (times.seconds.empty()) {
                row << QStringLiteral("–") << QString() << QString() << QString();
                troubles << QStringLiteral("%1 at %2: %3").arg(name, place.label, times.trouble);
                figure.insert(QStringLiteral("trouble"), times.trouble);
            } else {
                const double amount = isTree ? m_options.files : double(fileSize(place)) / 1e6;
                row << (times.scale > 1 ? QStringLiteral("~") : QString()) + number(seconds) << number(amount / seconds)
                    << (times.cpu.empty() || times.scale > 1 ? QString() : number(median(times.cpu))) << number(seconds / ourSeconds);
                figure.insert(QStringLiteral("seconds"), seconds);
                figure.insert(QStringLiteral("ratio"), seconds / ourSeconds);
                figure.insert(QStringLiteral("cpuSeconds"), median(times.cpu));
                figure.insert(QStringLiteral("rounds"), qint64(times.seconds.size()));
                figure.insert(QStringLiteral("fewerFilesBy"), times.scale);
            }
            m_report.figure(figure);
        }
        if (known)
            rows << row;
    }
    m_report.table(headers, rows);
    qsizetype rounds = m_options.rounds;
    for (const Score &score : scores)
        rounds = std::min(rounds, qsizetype(score[ourName].seconds.size()));
    m_report.note(QStringLiteral("medians of %1 interleaved rounds%2, start and login included, bytes compared in the first; CPU: user + system of both ends; "
                                 "ratio: time of the tool / time of nimbook")
                      .arg(rounds)
                      .arg(m_options.slowRounds < rounds ? QStringLiteral(" (%1 for the slow peers)").arg(m_options.slowRounds) : QString()));
    if (isTree && std::any_of(scores.begin(), scores.end(), [](const Score &score) {
            return std::any_of(score.begin(), score.end(), [](const Times &times) { return times.scale > 1; });
        }))
        m_report.note(QStringLiteral("~: measured with %1 files, the time after the login multiplied by %2: the whole tree would take too long")
                          .arg(m_options.fewFiles).arg(m_options.files / m_options.fewFiles));
    for (const QString &trouble : std::as_const(troubles))
        m_report.note(trouble);
}

void TransferBench::judge(const Place &place, Errand::Direction direction, bool isTree, const Score &score)
{
    const bool isUp = direction == Errand::Direction::Up;
    if ((place.addedMilliseconds != 0 && place.addedMilliseconds != 50) || m_options.host || median(score[ourName].seconds) <= 0)
        return;
    const bool isFar = place.isFar;
    const auto against = [&](const QString &what, const QStringList &names, double goal) {
        double best = 0;
        for (const QString &name : names) {
            const Times times = score.value(name);
            const double seconds = times.seconds.empty() ? 0 : times.estimate(login(place));
            if (seconds > 0 && (best == 0 || seconds < best))
                best = seconds;
        }
        if (best > 0)
            m_report.target(QStringLiteral("%1 %2, %3, against %4").arg(isTree ? QStringLiteral("tree") : QStringLiteral("file"),
                            isUp ? QStringLiteral("up") : QStringLiteral("down"), place.label, what), best / median(score[ourName].seconds), goal);
    };
    const double unverified = median(score.value(oursUnverified().name).seconds);
    if (unverified > 0)
        m_report.target(QStringLiteral("%1 %2, %3, time with SHA-256 / without").arg(isTree ? QStringLiteral("tree") : QStringLiteral("file"),
                        isUp ? QStringLiteral("up") : QStringLiteral("down"), place.label), median(score[ourName].seconds) / unverified, isFar ? 1.05 : 1.15, true);
    QStringList others;
    for (const Contender &peer : peers(isTree))
        others << peer.name;
    if (isTree) {
        against(QStringLiteral("the better of tar | ssh and rsync"), {others[0], others[1]}, isUp ? (isFar ? 1.6 : 1.0) : (isFar ? 2.0 : 1.5));
        against(QStringLiteral("scp -r"), {QStringLiteral("scp")}, isFar ? 100 : 5);
    } else if (isUp) {
        against(QStringLiteral("the best of all"), others, isFar ? 2.5 : 1.2);
    } else {
        against(others.first(), {others.first()}, isFar ? 2.5 : 1.0);
        against(QStringLiteral("the best of the others"), others.mid(1), isFar ? 3.0 : 1.3);
    }
}

} // namespace nimbook::bench
