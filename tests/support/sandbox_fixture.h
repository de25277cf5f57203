// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

#include <memory>

namespace nimbook::testing {

/// Starts the built nimbook-sandbox on a free port with a state folder of its own, and ends it with the fixture.
///
///     SandboxFixture sandbox;                         // ready when the constructor returns
///     QVERIFY2(sandbox.isRunning(), qPrintable(sandbox.log()));
///     … sandbox.computeEndpoint(), sandbox.credentialsFile() …
///
/// For tests only: it waits. The seed's foreign machines are records here (--foreign records) unless the options
/// say otherwise, so that a test pays only for the machines it makes.
class SandboxFixture {
public:
    explicit SandboxFixture(QStringList options = {}) : m_options(std::move(options)) { start(); }
    ~SandboxFixture() { stop(); }
    Q_DISABLE_COPY_MOVE(SandboxFixture)

    bool isRunning() const { return m_process && m_process->state() == QProcess::Running && !m_url.isEmpty(); }
    QString log() const { return m_log; }

    QUrl url() const { return m_url; }                                     ///< "http://127.0.0.1:PORT"
    QUrl computeEndpoint() const { return at(QStringLiteral("/compute/v1/")); }
    QUrl resourceManagerEndpoint() const { return at(QStringLiteral("/")); } ///< followed by v1/projects, v3/projects:search
    QUrl relayEndpoint() const
    {
        QUrl url = at(QStringLiteral("/v4/"));
        url.setScheme(QStringLiteral("ws"));
        return url;
    }
    QUrl tokenEndpoint() const { return at(QStringLiteral("/token")); }
    QString stateDirectory() const { return m_state.path(); }
    QString credentialsFile() const { return m_state.filePath(QStringLiteral("credentials.json")); }
    QString authorizedUserFile() const { return m_state.filePath(QStringLiteral("authorized_user.json")); }
    QJsonObject endpoint() const { return readJson(m_state.filePath(QStringLiteral("endpoint.json"))); }
    /// For the /nimbook/… paths: "Authorization: Bearer " + adminToken().
    QByteArray adminToken() const { return endpoint().value(QStringLiteral("adminToken")).toString().toLatin1(); }
    qint64 pid() const { return m_process ? m_process->processId() : 0; }

    static QString fullProject() { return QStringLiteral("vision-lab"); } ///< some machines made by somebody else
    static QString emptyProject() { return QStringLiteral("empty-lab"); }

    void start()
    {
        m_url.clear();
        m_process = std::make_unique<QProcess>();
        QStringList arguments{QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"), QStringLiteral("--state"),
                              m_state.path(), QStringLiteral("--parent-pid"),
                              QString::number(QCoreApplication::applicationPid())};
        if (!m_options.contains(QStringLiteral("--foreign")))
            arguments << QStringLiteral("--foreign") << QStringLiteral("records");
        m_process->setProcessChannelMode(QProcess::SeparateChannels);
        m_process->start(program(), arguments + m_options);
        QByteArray line;
        // 20 s: a first start makes an RSA key, and the machine may be busy building.
        while (!line.endsWith('\n') && m_process->state() != QProcess::NotRunning && m_process->waitForReadyRead(20'000))
            line += m_process->readLine();
        static const QByteArray promise = "nimbook-sandbox ready ";
        if (line.startsWith(promise))
            m_url = QUrl(QString::fromLatin1(line.mid(promise.size()).trimmed()));
        m_log += QString::fromUtf8(line + m_process->readAllStandardError());
        if (m_process->state() == QProcess::NotRunning)
            m_log += program() + QStringLiteral(": ") + m_process->errorString();
    }

    /// SIGTERM: machines are stopped, the state is saved; start() goes on from there.
    void stop()
    {
        if (!m_process)
            return;
        m_process->terminate();
        if (!m_process->waitForFinished(15'000)) {
            m_process->kill();
            m_process->waitForFinished(5'000);
        }
        m_log += QString::fromUtf8(m_process->readAllStandardError());
        m_process.reset();
        m_url.clear();
    }

    /// SIGKILL, as a crash would be.
    void kill()
    {
        m_process->kill();
        m_process->waitForFinished(5'000);
        m_process.reset();
        m_url.clear();
    }

    static QString program() { return qEnvironmentVariable("NIMBOOK_BIN_DIR") + QStringLiteral("/nimbook-sandbox"); }

private:
    QUrl at(const QString &path) const
    {
        QUrl url = m_url;
        url.setPath(path);
        return url;
    }
    static QJsonObject readJson(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    }

    QTemporaryDir m_state;
    QStringList m_options;
    QString m_log;
    QUrl m_url;
    std::unique_ptr<QProcess> m_process;
};

} // namespace nimbook::testing
