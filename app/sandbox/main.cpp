// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/sandbox_server.h"
#include "sandbox/process_watch.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QTimer>

#include <cstdio>

using namespace nimbook::sandbox;

namespace {

int complain(const QString &what)
{
    std::fprintf(stderr, "nimbook-sandbox: %s\n", qPrintable(what));
    return 2;
}

bool readListen(const QString &text, SandboxOptions *options)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool ok = false;
    options->port = text.mid(colon + 1).toUShort(&ok);
    QString host = text.left(colon);
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.mid(1, host.size() - 2);
    return colon > 0 && ok && options->address.setAddress(host);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("nimbook-sandbox"));
    QCoreApplication::setApplicationVersion(QStringLiteral(NIMBOOK_VERSION));

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("A small Google Cloud on this computer: Compute Engine's REST schema, with real machines behind it."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption listen(QStringLiteral("listen"), QStringLiteral("Loopback address and port; port 0 takes a free one."), QStringLiteral("ADDRESS:PORT"), QStringLiteral("127.0.0.1:0"));
    const QCommandLineOption state(QStringLiteral("state"), QStringLiteral("Folder that keeps machines and credentials."), QStringLiteral("DIR"));
    const QCommandLineOption instances(QStringLiteral("instances"), QStringLiteral("Adds N machines that exist on paper only."), QStringLiteral("N"), QStringLiteral("0"));
    const QCommandLineOption foreign(QStringLiteral("foreign"), QStringLiteral("Whether the machines of the seed really run: real or records."), QStringLiteral("KIND"), QStringLiteral("real"));
    const QCommandLineOption fault(QStringLiteral("fault"), QStringLiteral("NAME[=VALUE][@METHOD][:COUNT], e.g. stock-out=us-central1-a; may be repeated."), QStringLiteral("SPEC"));
    const QCommandLineOption speed(QStringLiteral("speed"), QStringLiteral("Operations take their usual time divided by FACTOR."), QStringLiteral("FACTOR"), QStringLiteral("1"));
    const QCommandLineOption record(QStringLiteral("record"), QStringLiteral("Appends every exchange to FILE, one JSON object a line."), QStringLiteral("FILE"));
    const QCommandLineOption parent(QStringLiteral("parent-pid"), QStringLiteral("Ends when that process ends."), QStringLiteral("PID"));
    parser.addOptions({listen, state, instances, foreign, fault, speed, record, parent});
    parser.process(app);

    SandboxOptions options;
    if (!readListen(parser.value(listen), &options))
        return complain(QStringLiteral("--listen wants ADDRESS:PORT, e.g. 127.0.0.1:0"));
    if (parser.value(state).isEmpty())
        return complain(QStringLiteral("--state wants the folder to keep machines and credentials in"));
    if (!QDir().mkpath(parser.value(state)))
        return complain(QStringLiteral("cannot make the folder %1").arg(parser.value(state)));
    options.directory = QDir(parser.value(state)).absolutePath();
    options.seed.records = parser.value(instances).toInt();
    options.seed.foreignMachinesAreReal = parser.value(foreign) != QLatin1String("records");
    options.faults = parser.values(fault);
    options.speed = parser.value(speed).toDouble();
    if (options.speed <= 0)
        return complain(QStringLiteral("--speed wants a number above 0"));
    options.recordFile = parser.value(record);
    const QString recordDirectory = qEnvironmentVariable("NIMBOOK_SANDBOX_RECORD_DIR");
    if (options.recordFile.isEmpty() && !recordDirectory.isEmpty() && QDir().mkpath(recordDirectory))
        options.recordFile = QDir(recordDirectory).filePath(QStringLiteral("exchanges-%1.jsonl").arg(QCoreApplication::applicationPid()));

    SandboxServer server(options);
    bool leaving = false;
    const auto leave = [&] {
        if (std::exchange(leaving, true))
            return;
        // 8 s: machines get a chance to end in order; what is left then dies with this process.
        QTimer::singleShot(std::chrono::seconds(8), &app, &QCoreApplication::quit);
        server.shutDown([] { QCoreApplication::quit(); });
    };
    ProcessWatch watch;
    QObject::connect(&watch, &ProcessWatch::terminationAsked, &app, leave);
    QObject::connect(&watch, &ProcessWatch::parentEnded, &app, leave);
    QObject::connect(&server, &SandboxServer::shutdownRequested, &app, leave);
    if (parser.isSet(parent) && !watch.watchProcess(parser.value(parent).toLongLong()))
        return complain(QStringLiteral("there is no process %1").arg(parser.value(parent)));

    QString why;
    if (!server.start(&why))
        return complain(why);
    std::printf("nimbook-sandbox ready %s\n", qPrintable(server.url()));
    std::fflush(stdout);
    return app.exec();
}
