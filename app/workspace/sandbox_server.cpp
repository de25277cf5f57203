// SPDX-License-Identifier: Apache-2.0
#include "workspace/sandbox_server.h"

#include "base/logging.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPointer>
#include <QStandardPaths>
#include <QTimer>

namespace nimbook::workspace {

namespace {

using namespace std::chrono_literals;

constexpr auto readyDeadline = 10s;
constexpr qsizetype keptOutput = 8 * 1024;
const QByteArray promise = "nimbook-sandbox ready ";

/// Where a sandbox that somebody else has started serves that folder; empty: none does.
QUrl runningUnder(const QString &stateDirectory)
{
    QFile file(QDir(stateDirectory).filePath(QStringLiteral("endpoint.json")));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject endpoint = QJsonDocument::fromJson(file.readAll()).object();
    // A crash leaves the file behind, and its number may be another program's by now.
    QFile program(QStringLiteral("/proc/%1/comm").arg(endpoint.value(QLatin1String("pid")).toInteger()));
    if (!program.open(QIODevice::ReadOnly) || program.readAll().trimmed() != "nimbook-sandbox")
        return {};
    return QUrl(endpoint.value(QLatin1String("url")).toString());
}

} // namespace

/// Waits for the one line that the program prints when it serves.
class StartSandbox final : public ValueJob<SandboxAddress> {
public:
    StartSandbox(SandboxServer &server, QObject *parent) : ValueJob(parent), m_server(&server) {}

protected:
    void run() override
    {
        if (!m_server) {
            fail({ErrorKind::Internal, tr("The sandbox is closing."), {}, {}, {}});
            return;
        }
        connect(m_server, &SandboxServer::settled, this, &StartSandbox::look);
        connect(m_server, &QObject::destroyed, this, [this] { fail({ErrorKind::Internal, tr("The sandbox was closed."), {}, {}, {}}); });
        m_deadline.setSingleShot(true);
        connect(&m_deadline, &QTimer::timeout, this, [this] {
            fail({ErrorKind::Timeout, tr("The sandbox did not start within %1 s.").arg(readyDeadline.count()),
                  tr("Try again; the computer may be very busy."), m_server ? m_server->output() : QString(), {}});
        });
        m_deadline.start(readyDeadline);
        m_server->launch();
        look();
    }

    void aboutToFinish() override { m_deadline.stop(); }
    void abort() override { m_deadline.stop(); } // the server itself goes on: somebody else may wait for it

private:
    void look()
    {
        if (!isRunning() || !m_server)
            return;
        if (!m_server->m_address.root.isEmpty())
            succeedWith(m_server->m_address);
        else if (m_server->m_process.state() == QProcess::NotRunning)
            fail(m_server->startError());
    }

    QPointer<SandboxServer> m_server;
    QTimer m_deadline;
};

SandboxServer::SandboxServer(QString program, QString stateDirectory, QObject *parent)
    : QObject(parent), m_program(std::move(program)), m_stateDirectory(std::move(stateDirectory))
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &SandboxServer::onOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this, [this] { keep(m_process.readAllStandardError()); });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT settled();
    });
    connect(&m_process, &QProcess::finished, this, &SandboxServer::onEnded);
}

SandboxServer::~SandboxServer()
{
    m_process.disconnect(this);
    stop();
    // The machines inside are stopped by the sandbox in its own order; a hung one must not hold the window's end for long.
    if (m_process.state() != QProcess::NotRunning && !m_process.waitForFinished(5'000))
        m_process.kill();
}

ValueJob<SandboxAddress> *SandboxServer::start(QObject *parent)
{
    return new StartSandbox(*this, parent);
}

void SandboxServer::launch()
{
    if (m_process.state() != QProcess::NotRunning)
        return;
    m_stopping = false;
    // Two sandboxes on one folder would overwrite each other's machines.
    m_address = {runningUnder(m_stateDirectory), QDir(m_stateDirectory).filePath(QStringLiteral("credentials.json"))};
    if (!m_address.root.isEmpty())
        return;
    m_address = {};
    m_line.clear();
    m_output.clear();
    QDir().mkpath(m_stateDirectory);
    QFile::setPermissions(m_stateDirectory, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    m_process.start(m_program, {QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"), QStringLiteral("--state"), m_stateDirectory,
                                QStringLiteral("--parent-pid"), QString::number(QCoreApplication::applicationPid())});
}

void SandboxServer::onOutput()
{
    const QByteArray bytes = m_process.readAllStandardOutput();
    keep(bytes);
    if (!m_address.root.isEmpty())
        return;
    m_line += bytes;
    const qsizetype end = m_line.indexOf('\n');
    if (end < 0 || !m_line.startsWith(promise))
        return;
    m_address.root = QUrl(QString::fromUtf8(m_line.mid(promise.size(), end - promise.size()).trimmed()));
    m_address.credentialsPath = QDir(m_stateDirectory).filePath(QStringLiteral("credentials.json"));
    qCInfo(lcWorkspace) << "sandbox at" << m_address.root;
    Q_EMIT settled();
}

void SandboxServer::keep(const QByteArray &bytes)
{
    m_output = (m_output + bytes).right(keptOutput);
}

void SandboxServer::onEnded()
{
    const bool wasReady = !m_address.root.isEmpty();
    m_address = {};
    if (wasReady && !m_stopping) {
        Q_EMIT stoppedUnexpectedly({ErrorKind::Internal, tr("The sandbox on this computer ended by itself (status %1).").arg(m_process.exitCode()),
                                    tr("Sign in to the sandbox again: its machines keep their disks."), output(), {}});
    }
    Q_EMIT settled();
}

Error SandboxServer::startError() const
{
    const QString why = m_process.error() == QProcess::FailedToStart ? m_process.errorString()
                                                                     : tr("it ended with status %1").arg(m_process.exitCode());
    const QString said = output().trimmed().section(QLatin1Char('\n'), -1);
    return {ErrorKind::Internal,
            said.isEmpty() ? tr("Could not start the sandbox (%1): %2.").arg(m_program, why)
                           : tr("Could not start the sandbox (%1): %2. It said: %3").arg(m_program, why, said),
            tr("Check that nimbook-sandbox and bubblewrap are installed."), output(), {}};
}

QString SandboxServer::output() const
{
    return QString::fromUtf8(m_output);
}

void SandboxServer::stop()
{
    m_stopping = true;
    if (m_process.state() != QProcess::NotRunning)
        m_process.terminate();
}

bool SandboxServer::isRunning() const
{
    return !m_address.root.isEmpty();
}

QString SandboxServer::findProgram()
{
    const QString name = QStringLiteral("nimbook-sandbox");
    const QDir here(QCoreApplication::applicationDirPath());
    for (const QString &place : {here.filePath(name), here.filePath(QStringLiteral("../libexec/nimbook/") + name),
                                 here.filePath(QStringLiteral("../libexec/") + name)}) {
        if (QFileInfo(place).isExecutable())
            return QDir::cleanPath(place);
    }
    const QString onPath = QStandardPaths::findExecutable(name);
    return onPath.isEmpty() ? here.filePath(name) : onPath;
}

} // namespace nimbook::workspace
