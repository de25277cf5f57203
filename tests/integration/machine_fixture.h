// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sandbox/instances/instance_host.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace nimbook::testing {

/// How a program ended that ran while the event loop went on (the machine's metadata server lives in it).
struct Ended {
    int status = -1; ///< -1: killed, it took too long
    QByteArray out;
    QByteArray err;
    QByteArray both() const { return out + err; }
};

inline Ended runProgram(const QString &program, const QStringList &arguments, const QByteArray &input = {}, int milliseconds = 30000)
{
    QProcess process;
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool finished = QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, milliseconds);
    if (!finished)
        process.kill();
    process.waitForFinished(2000);
    return {finished && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

/// One machine and Debian's own ssh to reach it. Everything lies in a temporary directory with a space and a quote in its name.
class MachineFixture {
public:
    MachineFixture()
        : m_directory(QDir::tempPath() + QStringLiteral("/nimbook machine's XXXXXX"))
    {
        makeKey(QStringLiteral("key"));
        static int count = 0;
        spec.id = QStringLiteral("6412345678901234567");
        spec.name = QStringLiteral("trainer-%1").arg(++count);
        spec.project = QStringLiteral("vision-lab");
        spec.zone = QStringLiteral("us-central1-a");
        spec.directory = path(QStringLiteral("disk"));
        // Of this process alone: several tests run at a time.
        const auto process = quint32(QCoreApplication::applicationPid());
        spec.address = QHostAddress(0x7f4e0000u | (process & 0xffu) << 8 | quint32(1 + (process / 256 + count) % 250));
        spec.metadata = {{QStringLiteral("ssh-keys"), QStringLiteral("ada:") + publicKey(QStringLiteral("key"))},
                         {QStringLiteral("enable-guest-attributes"), QStringLiteral("TRUE")}};
    }

    QString path(const QString &name) const { return m_directory.filePath(name); }

    void makeKey(const QString &name) const
    {
        QVERIFY2(runProgram(QStringLiteral("ssh-keygen"),
                            {QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"), QStringLiteral("-N"), QString(), QStringLiteral("-C"),
                             QStringLiteral("someone@laptop"), QStringLiteral("-f"), path(name)}).status == 0, "ssh-keygen");
    }

    QString publicKey(const QString &name) const
    {
        QFile file(path(name + QStringLiteral(".pub")));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
    }

    /// True once the machine is on. Milliseconds are in bootTime.
    bool boot()
    {
        if (!host)
            host = std::make_unique<sandbox::InstanceHost>(spec);
        QSignalSpy on(host.get(), &sandbox::InstanceHost::poweredOn);
        QSignalSpy failed(host.get(), &sandbox::InstanceHost::failed);
        QElapsedTimer clock;
        clock.start();
        host->powerOn();
        const bool answered = QTest::qWaitFor([&] { return !on.isEmpty() || !failed.isEmpty(); }, 30000);
        bootTime = clock.elapsed();
        if (!failed.isEmpty())
            qWarning() << failed.first().first().value<Error>() << serial();
        return answered && !on.isEmpty();
    }

    bool shutDown()
    {
        QSignalSpy off(host.get(), &sandbox::InstanceHost::poweredOff);
        host->powerOff();
        return QTest::qWaitFor([&] { return !off.isEmpty(); }, 10000);
    }

    QByteArray serial() const { return host->serialOutput(0, nullptr, nullptr); }

    QStringList sshOptions(const QString &key = QStringLiteral("key")) const
    {
        QStringList options{QStringLiteral("-F"), QStringLiteral("none"), QStringLiteral("-i"), path(key)};
        for (const char *option : {"IdentitiesOnly=yes", "BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
                                   "ConnectTimeout=10"})
            options << QStringLiteral("-o") << QLatin1String(option);
        return options << QStringLiteral("-o") << QStringLiteral("Port=%1").arg(host->sshPort());
    }

    Ended ssh(const QString &command, const QByteArray &input = {}, const QString &user = QStringLiteral("ada"),
              const QString &key = QStringLiteral("key"), const QStringList &more = {}) const
    {
        return runProgram(QStringLiteral("ssh"), sshOptions(key) + more + QStringList{user + QLatin1Char('@') + spec.address.toString(), command}, input, 120'000); // Debian 13's Jupyter lets half a minute pass before a kernel answers
    }

    sandbox::InstanceSpec spec; ///< may be changed before the first boot()
    std::unique_ptr<sandbox::InstanceHost> host;
    qint64 bootTime = 0;

private:
    QTemporaryDir m_directory;
};

} // namespace nimbook::testing
