// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "jupyter/container.h"
#include "ssh/session.h"

#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <unistd.h>

namespace nimbook::testing {

/// A machine with a real Docker Engine of its own (tests/engine/engine-machine), an image of notebook-image in it, and a session to it.
///
/// Only root can make one. Where it cannot be, unavailable() says why, and the test skips with that word.
class EngineFixture {
public:
    /// \param suite "bookworm" or "trixie"; the image is then called image()
    explicit EngineFixture(const QString &suite) : m_suite(suite) {}

    ~EngineFixture()
    {
        m_session.reset();
        m_machine.closeWriteChannel(); // it ends with its standard input, and takes all of it down
        if (!m_machine.waitForFinished(20'000))
            m_machine.kill();
    }
    Q_DISABLE_COPY_MOVE(EngineFixture)

    QString unavailable() const
    {
        if (::geteuid() != 0)
            return QStringLiteral("a Docker Engine of its own needs root: run packaging/test as root for this one");
        for (const char *program : {"dockerd", "iptables", "socat", "nsenter", "unshare"})
            if (QStandardPaths::findExecutable(QLatin1String(program), {QStringLiteral("/usr/sbin"), QStringLiteral("/sbin"), QStringLiteral("/usr/bin")}).isEmpty())
                return QLatin1String(program) + QStringLiteral(" is not installed");
        if (!QFileInfo(imageFile()).isFile())
            return imageFile() + QStringLiteral(" was not made; the test engine_image_%1 says why").arg(m_suite);
        return {};
    }

    QString cannotRun() const { return m_cannotRun; } ///< after start(): the kernel or a container around us does not allow it; empty: it runs

    /// Empty: the machine is there, with the image, unless cannotRun(). Otherwise what went wrong.
    QString start()
    {
        const QString key = m_directory.filePath(QStringLiteral("key"));
        if (QProcess::execute(QStringLiteral("ssh-keygen"), {QStringLiteral("-q"), QStringLiteral("-t"), QStringLiteral("ed25519"), QStringLiteral("-N"), QString(), QStringLiteral("-f"), key}) != 0)
            return QStringLiteral("ssh-keygen failed");
        QTcpServer probe;
        probe.listen(QHostAddress::LocalHost);
        m_settings.host = QStringLiteral("127.0.0.1");
        m_settings.port = probe.serverPort();
        probe.close();
        m_settings.user = QStringLiteral("root");
        m_settings.privateKeyPath = key;
        m_settings.machineName = QStringLiteral("engine");
        m_machine.setProcessChannelMode(QProcess::MergedChannels);
        m_machine.start(source(QStringLiteral("engine-machine")), {disk(), QString::number(m_settings.port), key + QStringLiteral(".pub")});
        QByteArray said;
        const bool ready = QTest::qWaitFor([&] {
            said += m_machine.readAll();
            return said.contains("ready\n") || m_machine.state() == QProcess::NotRunning;
        }, 90'000);
        if (ready && m_machine.state() == QProcess::NotRunning && m_machine.exitCode() == 77) {
            m_cannotRun = QString::fromUtf8(said).trimmed();
            return {};
        }
        if (!ready || !said.contains("ready\n"))
            return QStringLiteral("no engine: ") + QString::fromUtf8(said);
        if (const QString problem = connectTo(); !problem.isEmpty())
            return problem;
        return importImage();
    }

    QString disk() const { return m_directory.filePath(QStringLiteral("machine")); }
    static QString image() { return QStringLiteral("registry.example/notebook:1"); }
    ssh::Session &session() { return *m_session; }
    const ssh::ConnectionSettings &settings() const { return m_settings; }

    struct Answer {
        int status = -1;
        QByteArray out;
    };
    Answer run(const QString &command, const QByteArray &input = {}, int milliseconds = 120'000)
    {
        auto *job = m_session->run(command, input, nullptr);
        const std::unique_ptr<QObject> owner(job);
        if (job->state() == Job::State::NotStarted)
            job->start();
        (void)QTest::qWaitFor([job] { return job->isFinished(); }, milliseconds);
        const auto result = job->result();
        return result ? Answer{result->exitStatus, result->standardOutput + result->standardError} : Answer{-1, job->error().message.toUtf8()};
    }

    /// Waits for \a job, which it owns then; the value, or an empty one with *why.
    template<typename T>
    std::optional<T> valueOf(ValueJob<T> *job, QString *why = nullptr, int milliseconds = 120'000)
    {
        const std::unique_ptr<QObject> owner(job);
        if (job->state() == Job::State::NotStarted)
            job->start();
        (void)QTest::qWaitFor([job] { return job->isFinished(); }, milliseconds);
        const auto result = job->result();
        if (why && !result)
            *why = job->error().message + QStringLiteral(" | ") + job->error().detail;
        return result ? std::optional<T>(*result) : std::nullopt;
    }

private:
    static QString source(const QString &name) { return qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/tests/engine/") + name; }
    QString imageFile() const { return qEnvironmentVariable("NIMBOOK_ENGINE_IMAGES") + QLatin1Char('/') + m_suite + QStringLiteral(".tar"); }

    QString connectTo()
    {
        QFile hostKey(disk() + QStringLiteral("/etc/hostkey.pub"));
        if (!hostKey.open(QIODevice::ReadOnly))
            return QStringLiteral("no host key");
        const QList<QByteArray> words = hostKey.readAll().split(' ');
        m_settings.hostKeys = {QStringLiteral("compute.1"), {{QString::fromLatin1(words.value(0)), words.value(1).trimmed()}}, false};
        m_session = std::make_unique<ssh::Session>(m_settings);
        QString why;
        return valueOf(m_session->open(nullptr), &why, 20'000) ? QString() : why;
    }

    QString importImage()
    {
        QProcess process;
        process.setStandardInputFile(imageFile());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral("ssh"), {QStringLiteral("-F"), QStringLiteral("none"), QStringLiteral("-i"), m_settings.privateKeyPath, QStringLiteral("-p"), QString::number(m_settings.port),
                                              QStringLiteral("-o"), QStringLiteral("IdentitiesOnly=yes"), QStringLiteral("-o"), QStringLiteral("BatchMode=yes"), QStringLiteral("-o"),
                                              QStringLiteral("StrictHostKeyChecking=no"), QStringLiteral("-o"), QStringLiteral("UserKnownHostsFile=/dev/null"), QStringLiteral("-o"),
                                              QStringLiteral("LogLevel=ERROR"), QStringLiteral("root@127.0.0.1"), QStringLiteral("docker import - ") + image()});
        (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 240'000);
        return process.state() == QProcess::NotRunning && process.exitCode() == 0 ? QString() : QStringLiteral("docker import: ") + QString::fromUtf8(process.readAll());
    }

    QString m_suite;
    QString m_cannotRun;
    QTemporaryDir m_directory;
    QProcess m_machine;
    ssh::ConnectionSettings m_settings;
    std::unique_ptr<ssh::Session> m_session;
};

} // namespace nimbook::testing
