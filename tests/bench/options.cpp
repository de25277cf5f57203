// SPDX-License-Identifier: Apache-2.0
#include "bench/options.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <QDir>

#include <cstdio>

namespace nimbook::bench {

static const QStringList commands{QStringLiteral("all"), QStringLiteral("upload"), QStringLiteral("download"), QStringLiteral("tunnel"),
                                  QStringLiteral("connect"), QStringLiteral("models"), QStringLiteral("memory")};

QString usage()
{
    return QStringLiteral("Usage: nimbook-bench %1 [options]\n"
                          "Without --host it starts an OpenSSH server of its own, behind delays of its own. --help lists the options.\n")
        .arg(commands.join(QLatin1Char('|')));
}

/// A run that fits between two cups of coffee: 0 and 50 ms, fewer rounds, smaller files.
static void makeQuick(Options &options)
{
    options.roundTrips = {0, 50};
    options.rounds = 3;
    options.slowRounds = 1;
    options.nearBytes = 512 << 20;
    options.fewFiles = 20;
    options.tunnelBytes = 192 << 20;
    options.tunnelRounds = 4;
    options.connects = 5;
    options.memoryFiles = 100'000;
    options.enoughAt = std::chrono::steady_clock::now() + std::chrono::minutes(8);
    options.memorySeconds = 8;
    options.limit = std::chrono::seconds(30);
}

/// Whether everything runs; its figures mean nothing.
static void makeTiny(Options &options)
{
    options.roundTrips = {0, 2};
    options.rounds = options.slowRounds = options.tunnelRounds = options.connects = 1;
    options.nearBytes = options.farBytes = 1 << 20;
    options.files = 40;
    options.fewFiles = 10;
    options.tunnelBytes = 4 << 20;
    options.samples = 20;
    options.memoryFiles = 200;
    options.memorySeconds = 0.3;
    options.transferRows = 500;
    options.machineRows = 500;
    options.limit = std::chrono::seconds(30);
}

std::optional<Options> readOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Measures Nimbook's transfers and tunnel beside OpenSSH, rsync, rclone and lftp, in one run. Ratios are time of the peer / time of "
        "ours: above 1 we are faster."));
    parser.addPositionalArgument(QStringLiteral("what"), commands.join(QLatin1Char('|')));
    parser.addOptions({
        {QStringLiteral("host"), QStringLiteral("Measure against this machine instead of a server of our own."), QStringLiteral("host")},
        {QStringLiteral("port"), QStringLiteral("Its SSH port."), QStringLiteral("port"), QStringLiteral("22")},
        {QStringLiteral("user"), QStringLiteral("Its user."), QStringLiteral("user"), qEnvironmentVariable("USER")},
        {QStringLiteral("identity"), QStringLiteral("A private key without passphrase."), QStringLiteral("file")},
        {QStringLiteral("known-hosts"), QStringLiteral("A known_hosts file that has the machine's key."), QStringLiteral("file")},
        {QStringLiteral("rtt"), QStringLiteral("Round trips in ms, for our own server."), QStringLiteral("list"), QStringLiteral("0,20,50")},
        {QStringLiteral("rounds"), QStringLiteral("Interleaved rounds of which the medians are taken."), QStringLiteral("n")},
        {QStringLiteral("size"), QStringLiteral("MiB of the large file at 0 ms."), QStringLiteral("MiB")},
        {QStringLiteral("far-size"), QStringLiteral("MiB of the large file at a long round trip."), QStringLiteral("MiB")},
        {QStringLiteral("files"), QStringLiteral("Files in the tree."), QStringLiteral("n")},
        {QStringLiteral("limit"), QStringLiteral("Seconds until a tool is stopped."), QStringLiteral("s")},
        {QStringLiteral("only"), QStringLiteral("Peers to run, by name: \"rsync,tar | ssh\"."), QStringLiteral("names")},
        {QStringLiteral("folder"), QStringLiteral("Where files lie; /dev/shm if there is one."), QStringLiteral("folder")},
        {QStringLiteral("seed"), QStringLiteral("Of the order of runs and of the files."), QStringLiteral("n")},
        {QStringLiteral("quick"), QStringLiteral("0 and 50 ms, fewer rounds, smaller files: under 12 minutes for all.")},
        {QStringLiteral("tiny"), QStringLiteral("Only whether everything runs.")},
        {QStringLiteral("json"), QStringLiteral("Print JSON instead of tables.")},
    });
    parser.addHelpOption();
    parser.process(arguments);

    Options options;
    options.command = parser.positionalArguments().value(0);
    if (!commands.contains(options.command) || parser.positionalArguments().size() != 1) {
        std::fputs(qPrintable(usage()), stderr);
        return std::nullopt;
    }
    if (parser.isSet(QStringLiteral("quick")))
        makeQuick(options);
    if (parser.isSet(QStringLiteral("tiny")))
        makeTiny(options);
    const auto take = [&](const char *name, auto &into, auto unit) {
        if (parser.isSet(QLatin1String(name)))
            into = std::remove_reference_t<decltype(into)>(parser.value(QLatin1String(name)).toLongLong() * unit);
    };
    take("rounds", options.rounds, 1);
    take("rounds", options.slowRounds, 1);
    take("rounds", options.tunnelRounds, 1);
    take("rounds", options.connects, 1);
    take("size", options.nearBytes, 1 << 20);
    take("far-size", options.farBytes, 1 << 20);
    take("files", options.files, 1);
    take("seed", options.seed, 1);
    if (parser.isSet(QStringLiteral("limit")))
        options.limit = std::chrono::duration<double>(parser.value(QStringLiteral("limit")).toDouble());
    if (parser.isSet(QStringLiteral("rtt"))) {
        options.roundTrips.clear();
        for (const QString &word : parser.value(QStringLiteral("rtt")).split(QLatin1Char(',')))
            options.roundTrips << word.toInt();
    }
    options.fewFiles = std::min(options.fewFiles, options.files);
    if (parser.isSet(QStringLiteral("only")))
        options.only = parser.value(QStringLiteral("only")).split(QLatin1Char(','));
    options.folder = parser.value(QStringLiteral("folder"));
    if (options.folder.isEmpty())
        options.folder = QFileInfo(QStringLiteral("/dev/shm")).isWritable() ? QStringLiteral("/dev/shm") : QDir::tempPath();
    options.json = parser.isSet(QStringLiteral("json"));
    if (parser.isSet(QStringLiteral("host"))) {
        options.host = GivenHost{parser.value(QStringLiteral("host")), parser.value(QStringLiteral("port")).toUShort(),
                                 parser.value(QStringLiteral("user")), parser.value(QStringLiteral("identity")),
                                 parser.value(QStringLiteral("known-hosts"))};
        if (options.host->identity.isEmpty() || options.host->knownHosts.isEmpty() || options.host->user.isEmpty()) {
            std::fputs("--host needs --user, --identity and --known-hosts as well.\n", stderr);
            return std::nullopt;
        }
        options.roundTrips = {0}; // nothing is added to what the way there takes
    }
    if (options.rounds < 1 || options.files < 1 || options.nearBytes < 1 || options.roundTrips.isEmpty()) {
        std::fputs("Sizes and counts must be above zero.\n", stderr);
        return std::nullopt;
    }
    return options;
}

} // namespace nimbook::bench
