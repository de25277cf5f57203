// SPDX-License-Identifier: Apache-2.0
#include "bench/ours.h"

#include "base/open_files.h"
#include "bench/place.h"
#include "ssh/tunnel.h"
#include "transfer/transfer_queue.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFile>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QTimer>

#include <csignal>
#include <cstdio>
#include <sys/signalfd.h>

namespace nimbook::bench {

static int complain(const QString &text)
{
    std::fputs(qPrintable(text + QLatin1Char('\n')), stderr);
    return 1;
}

/// For the memory bench: a short run is over before anybody has looked at it from outside.
static void printPeak()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            std::printf("%lld\n", line.mid(6).simplified().split(' ').value(0).toLongLong());
    }
}

static int transfer(const Place &place, bool isUp, bool verify, const QString &source, const QString &folder)
{
    using namespace nimbook::transfer;
    allowManyOpenFiles(); // as the desktop program
    const QTemporaryDir journal; // as the desktop program does it
    QueueOptions options;
    options.journalDirectory = journal.path();
    options.verify = verify;
    TransferQueue queue(place.settings(), options);
    QObject::connect(&queue, &TransferQueue::finished, &queue, [&](TransferId id) {
        const Transfer *transfer = queue.find(id);
        for (const Error &error : transfer->errors)
            complain(error.message + QLatin1Char(' ') + error.detail);
        const bool isProven = !verify || transfer->filesVerified == transfer->filesDone;
        if (!isProven)
            complain(QStringLiteral("not all files were verified: ") + transfer->verificationNote);
        QCoreApplication::exit(transfer->state == Transfer::State::Done && isProven ? 0 : 1);
    });
    if (isUp)
        queue.upload({source}, folder, ConflictAnswer::Overwrite);
    else
        queue.download({source}, folder, ConflictAnswer::Overwrite);
    const int status = QCoreApplication::exec();
    printPeak();
    return status;
}

static int tunnel(const Place &place, quint16 port)
{
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &ending, nullptr); // before the tunnel's thread is born
    QSocketNotifier onEnd(::signalfd(-1, &ending, SFD_CLOEXEC), QSocketNotifier::Read);
    QObject::connect(&onEnd, &QSocketNotifier::activated, [] { QCoreApplication::exit(0); });

    ssh::Tunnel tunnel(place.settings(), port);
    quint16 told = 0;
    const auto look = [&] {
        if (tunnel.state() == ssh::Tunnel::State::Failed)
            QCoreApplication::exit(complain(tunnel.error().message + QLatin1Char(' ') + tunnel.error().detail));
        if (tunnel.localPort() == 0 || told != 0)
            return;
        told = tunnel.localPort();
        std::printf("%d\n", told);
        std::fflush(stdout);
    };
    QObject::connect(&tunnel, &ssh::Tunnel::stateChanged, &tunnel, look);
    QObject::connect(&tunnel, &ssh::Tunnel::trafficChanged, &tunnel, look);
    tunnel.setOpenToPrograms(true); // the load comes from the bench
    tunnel.open(0);
    return QCoreApplication::exec();
}

int playOurs(const QStringList &arguments)
{
    QCommandLineParser parser;
    for (const char *name : {"host", "port", "user", "identity", "known-hosts"})
        parser.addOption({QLatin1String(name), QString(), QLatin1String(name)});
    parser.addOption({QStringLiteral("no-verify"), QString()});
    parser.process(arguments);
    const auto value = [&](const char *name) { return parser.value(QLatin1String(name)); };
    const Place place{value("host"), value("port").toUShort(), value("user"), value("identity"), value("known-hosts"), 0, {}, false};
    const QStringList words = parser.positionalArguments(); // "ours", role, …
    const QString role = words.value(1);
    if (role == QLatin1String("tunnel") && words.size() == 3)
        return tunnel(place, words[2].toUShort());
    if ((role == QLatin1String("up") || role == QLatin1String("down")) && words.size() == 4)
        return transfer(place, role == QLatin1String("up"), !parser.isSet(QStringLiteral("no-verify")), words[2], words[3]);
    return complain(QStringLiteral("not a role"));
}

} // namespace nimbook::bench
