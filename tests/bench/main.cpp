// SPDX-License-Identifier: Apache-2.0
// nimbook-bench: how fast Nimbook moves bytes beside the tools people use instead, in one run.
#include "bench/memory_bench.h"
#include "bench/models_bench.h"
#include "bench/ours.h"
#include "bench/peers.h"
#include "bench/transfer_bench.h"
#include "bench/tunnel_bench.h"

#include <QCoreApplication>

#include <cstdio>

using namespace nimbook::bench;

static bool areKnown(const QStringList &names)
{
    QStringList known;
    for (const Contender &peer : peers(false) + peers(true))
        known << peer.name;
    known.removeDuplicates();
    for (const QString &name : names) {
        if (known.contains(name))
            continue;
        std::fprintf(stderr, "nimbook-bench: no tool \"%s\"; there are: %s\n", qPrintable(name), qPrintable(known.join(QStringLiteral(", "))));
        return false;
    }
    return true;
}

static int measure(const Options &options)
{
    Report report(options.json);
    const auto wants = [&](const char *what) {
        return !isInterrupted() && (options.command == QLatin1String("all") || options.command == QLatin1String(what));
    };
    if (wants("upload") || wants("download") || wants("tunnel") || wants("connect") || wants("memory")) {
        Grounds grounds(options);
        if (!grounds.prepare()) {
            std::fprintf(stderr, "nimbook-bench: %s\n", qPrintable(grounds.errorString()));
            return 1;
        }
        Sources sources(grounds, options.seed);
        TransferBench transfers(options, grounds, sources, report);
        TunnelBench tunnels(options, grounds, sources, report);
        if (wants("upload"))
            transfers.run(Errand::Direction::Up);
        if (wants("download"))
            transfers.run(Errand::Direction::Down);
        if (wants("connect"))
            tunnels.runConnect();
        if (wants("tunnel"))
            tunnels.run();
        if (wants("memory"))
            benchMemory(options, grounds, report);
    }
    if (wants("models"))
        benchModels(options, report);
    report.finish();
    return report.hasFailed() || isInterrupted() ? 1 : 0;
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    app.setApplicationName(QStringLiteral("nimbook-bench"));
    const QStringList arguments = app.arguments();
    if (arguments.value(1) == QLatin1String("ours"))
        return playOurs(arguments);
    watchInterrupts();
    const std::optional<Options> options = readOptions(arguments);
    return options && areKnown(options->only) ? measure(*options) : 2;
}
