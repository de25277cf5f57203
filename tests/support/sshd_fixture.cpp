// SPDX-License-Identifier: Apache-2.0
#include "support/sshd_fixture.h"

#include "support/process_tree.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTcpSocket>

#include <csignal>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nimbook::testing {

namespace {

const QString sshdProgram = QStringLiteral("/usr/sbin/sshd");

quint16 freeLoopbackPort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost, 0) ? probe.serverPort() : 0;
}

bool answersOn(quint16 port)
{
    QTcpSocket probe;
    probe.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    return probe.waitForConnected(500) && probe.waitForReadyRead(2000); // the banner: the server is really there
}

// OpenSSH 9.8 began to shut out an address after failed logins; tests fail logins on purpose.
bool knowsSourcePenalties()
{
    QProcess process;
    process.start(sshdProgram, {QStringLiteral("-V")});
    process.waitForFinished(5000);
    static const QRegularExpression version(QStringLiteral("OpenSSH_(\\d+)\\.(\\d+)"));
    const auto match = version.match(QString::fromUtf8(process.readAllStandardError() + process.readAllStandardOutput()));
    return match.captured(1).toInt() * 100 + match.captured(2).toInt() >= 908;
}

bool run(const QString &program, const QStringList &arguments, QString &error)
{
    QProcess process;
    process.start(program, arguments);
    if (process.waitForFinished(20'000) && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0)
        return true;
    error = QStringLiteral("%1 failed: %2 %3")
                .arg(program, process.errorString(), QString::fromUtf8(process.readAllStandardError()));
    return false;
}

} // namespace

SshdFixture::SshdFixture(QStringList extraConfig) : m_extraConfig(std::move(extraConfig)) {}

SshdFixture::~SshdFixture()
{
    kill();
}

bool SshdFixture::start()
{
    if (!m_directory.isValid()) {
        m_error = m_directory.errorString();
        return false;
    }
    if (!makeKey(QStringLiteral("host_ed25519"), QStringLiteral("ed25519"))
        || !makeKey(QStringLiteral("host_ecdsa"), QStringLiteral("ecdsa"))
        || !makeKey(QStringLiteral("client"), QStringLiteral("ed25519"))
        || !makeKey(QStringLiteral("stranger"), QStringLiteral("ed25519")))
        return false;
    if (!QFile::copy(privateKeyPath() + QStringLiteral(".pub"), m_directory.filePath(QStringLiteral("authorized_keys")))) {
        m_error = QStringLiteral("cannot write authorized_keys");
        return false;
    }
    if (::geteuid() == 0)
        ::mkdir("/run/sshd", 0755); // where sshd's unprivileged half lives; a machine without a running sshd lacks it

    for (int attempt = 0; attempt < 5; ++attempt) { // somebody else may take the port in between
        m_port = freeLoopbackPort();
        if (writeConfig() && restart())
            return true;
    }
    return false;
}

bool SshdFixture::restart()
{
    kill();
    m_server = std::make_unique<QProcess>();
    m_server->setStandardOutputFile(QProcess::nullDevice());
    m_server->setStandardErrorFile(m_directory.filePath(QStringLiteral("log")), QIODevice::Append);
    m_server->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_server->start(sshdProgram, {QStringLiteral("-D"), QStringLiteral("-e"), QStringLiteral("-f"),
                                  m_directory.filePath(QStringLiteral("sshd_config"))});
    QElapsedTimer elapsed;
    elapsed.start();
    while (elapsed.elapsed() < 10'000 && m_server->state() != QProcess::NotRunning) {
        if (answersOn(m_port))
            return true;
        m_server->waitForFinished(20); // paces the loop, and sees at once that sshd gave up
    }
    m_error = QStringLiteral("sshd does not answer on port %1: %2 %3")
                  .arg(m_port)
                  .arg(m_server->errorString(), QString::fromUtf8(log()));
    return false;
}

void SshdFixture::kill()
{
    if (!m_server)
        return;
    signalAll(SIGKILL);
    m_server->waitForFinished(5000);
    m_server.reset();
}

void SshdFixture::cutSessions()
{
    for (qint64 pid : stopSessions())
        ::kill(pid_t(pid), SIGKILL);
}

void SshdFixture::freeze()
{
    signalAll(SIGSTOP);
}

void SshdFixture::thaw()
{
    signalAll(SIGCONT);
}

QByteArray SshdFixture::log() const
{
    QFile file(m_directory.filePath(QStringLiteral("log")));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

int SshdFixture::sessionProcessCount() const
{
    return int(sessionProcesses().size());
}

QString SshdFixture::user() const
{
    const passwd *entry = ::getpwuid(::geteuid());
    return entry ? QString::fromLocal8Bit(entry->pw_name) : QString();
}

QString SshdFixture::privateKeyPath() const
{
    return m_directory.filePath(QStringLiteral("client"));
}

QString SshdFixture::strangerKeyPath() const
{
    return m_directory.filePath(QStringLiteral("stranger"));
}

QList<ssh::HostKey> SshdFixture::hostKeys() const
{
    QList<ssh::HostKey> keys;
    for (const char *name : {"host_ed25519.pub", "host_ecdsa.pub"}) {
        QFile file(m_directory.filePath(QLatin1String(name)));
        if (!file.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> words = file.readAll().split(' ');
        keys.append({QString::fromLatin1(words.value(0)), words.value(1).trimmed()});
    }
    return keys;
}

QString SshdFixture::directory() const
{
    return m_directory.path();
}

ssh::ConnectionSettings SshdFixture::settings() const
{
    ssh::ConnectionSettings settings;
    settings.host = QStringLiteral("127.0.0.1");
    settings.port = m_port;
    settings.user = user();
    settings.privateKeyPath = privateKeyPath();
    settings.hostKeys = {QStringLiteral("compute.1"), hostKeys(), false};
    settings.machineName = QStringLiteral("test-machine");
    return settings;
}

bool SshdFixture::makeKey(const QString &name, const QString &type)
{
    const QString path = m_directory.filePath(name);
    if (QFile::exists(path))
        return true;
    return run(QStringLiteral("ssh-keygen"),
               {QStringLiteral("-q"), QStringLiteral("-t"), type, QStringLiteral("-N"), QString(), QStringLiteral("-C"),
                name, QStringLiteral("-f"), path},
               m_error);
}

bool SshdFixture::writeConfig()
{
    QStringList lines = m_extraConfig; // sshd keeps the first value it reads
    if (knowsSourcePenalties())
        lines << QStringLiteral("PerSourcePenalties no");
    lines << QStringLiteral("Port %1").arg(m_port)
          << QStringLiteral("ListenAddress 127.0.0.1")
          << QStringLiteral("HostKey %1").arg(m_directory.filePath(QStringLiteral("host_ed25519")))
          << QStringLiteral("HostKey %1").arg(m_directory.filePath(QStringLiteral("host_ecdsa")))
          << QStringLiteral("AuthorizedKeysFile %1").arg(m_directory.filePath(QStringLiteral("authorized_keys")))
          << QStringLiteral("PidFile none")
          << QStringLiteral("UsePAM no")
          << QStringLiteral("StrictModes no") // the temporary folder's parents belong to others
          << QStringLiteral("PermitRootLogin prohibit-password")
          << QStringLiteral("PasswordAuthentication no")
          << QStringLiteral("KbdInteractiveAuthentication no")
          << QStringLiteral("PrintMotd no")
          << QStringLiteral("LogLevel VERBOSE")
          << QStringLiteral("MaxStartups 200")
          // bash reads ~/.bashrc for every command that comes over SSH. What a developer's file does there (slow version managers
          // that take locks) is none of a test's business, and a test that kills sessions would leave such a lock behind.
          << QStringLiteral("SetEnv HOME=%1").arg(m_directory.path())
          << QStringLiteral("Subsystem sftp /usr/lib/openssh/sftp-server");
    QFile file(m_directory.filePath(QStringLiteral("sshd_config")));
    if (file.open(QIODevice::WriteOnly) && file.write(lines.join(u'\n').toUtf8() + '\n') > 0)
        return true;
    m_error = file.errorString();
    return false;
}

QList<qint64> SshdFixture::sessionProcesses() const
{
    return m_server ? descendantsOf(m_server->processId()) : QList<qint64>();
}

// sshd forks while it logs somebody in: a child born between the look and the kill would keep the connection alive.
QList<qint64> SshdFixture::stopSessions() const
{
    QList<qint64> stopped;
    for (bool isNew = true; isNew;) {
        isNew = false;
        for (qint64 pid : sessionProcesses()) {
            if (stopped.contains(pid))
                continue;
            ::kill(pid_t(pid), SIGSTOP);
            stopped << pid;
            isNew = true;
        }
    }
    return stopped;
}

void SshdFixture::signalAll(int signal)
{
    if (!m_server || m_server->processId() == 0)
        return;
    ::kill(pid_t(m_server->processId()), SIGSTOP);
    const QList<qint64> sessions = stopSessions(); // before the listener dies and they lose their parent
    ::kill(pid_t(m_server->processId()), signal);
    for (qint64 pid : sessions)
        ::kill(pid_t(pid), signal);
}

} // namespace nimbook::testing
