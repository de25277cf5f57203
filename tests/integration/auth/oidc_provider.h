// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QUrl>

namespace nimbook::testing {

/// npm's oidc-provider on a free port of the loopback. For tests only: it waits.
class OidcProvider {
public:
    /// Empty: it runs. Else why this computer cannot have it, for QSKIP.
    QString start()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("npm")).isEmpty())
            return QStringLiteral("npm is not installed: the sign-in was not tried against a real authorization server");
        if (const QString problem = install(); !problem.isEmpty())
            return problem;
        m_process.setWorkingDirectory(folder().path());
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(QStringLiteral("node"), {QStringLiteral("server.mjs")});
        QByteArray line;
        while (!line.startsWith("ready ") && m_process.state() != QProcess::NotRunning && (m_process.canReadLine() || m_process.waitForReadyRead(30'000)))
            line = m_process.readLine();
        if (!line.startsWith("ready "))
            return QStringLiteral("the authorization server did not start: ") + QString::fromUtf8(line + m_process.readAll());
        m_issuer = QUrl(QString::fromLatin1(line.mid(6).trimmed()));
        return {};
    }
    ~OidcProvider()
    {
        m_process.closeWriteChannel(); // its sign to end
        if (!m_process.waitForFinished(5'000))
            m_process.kill();
        m_process.waitForFinished(5'000);
    }

    QUrl at(const QString &path) const
    {
        QUrl url = m_issuer;
        url.setPath(path);
        return url;
    }

private:
    static QDir folder() { return QDir(qEnvironmentVariable("NIMBOOK_BUILD_DIR") + QStringLiteral("/oidc-provider")); }

    static QByteArray contentOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    static QString install()
    {
        const QDir source(qEnvironmentVariable("NIMBOOK_SOURCE_DIR") + QStringLiteral("/tests/integration/auth/provider"));
        const QDir target = folder();
        const bool isThere = contentOf(source.filePath(QStringLiteral("package-lock.json"))) == contentOf(target.filePath(QStringLiteral("package-lock.json")))
            && QFile::exists(target.filePath(QStringLiteral("installed")));
        target.mkpath(QStringLiteral("."));
        for (const QString &name : source.entryList(QDir::Files)) {
            QFile::remove(target.filePath(name));
            QFile::copy(source.filePath(name), target.filePath(name));
        }
        if (isThere)
            return {};
        QFile::remove(target.filePath(QStringLiteral("installed")));
        QProcess npm;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("npm_config_cache"), target.filePath(QStringLiteral("cache")));
        npm.setProcessEnvironment(environment);
        npm.setWorkingDirectory(target.path());
        npm.setProcessChannelMode(QProcess::MergedChannels);
        npm.start(QStringLiteral("npm"), {QStringLiteral("ci"), QStringLiteral("--ignore-scripts"), QStringLiteral("--no-audit"), QStringLiteral("--no-fund"),
                                          QStringLiteral("--fetch-retries=1"), QStringLiteral("--fetch-timeout=20000")});
        const bool ended = npm.waitForFinished(120'000);
        const QString said = QString::fromUtf8(npm.readAll()).right(600);
        if (!ended || npm.exitStatus() != QProcess::NormalExit || npm.exitCode() != 0)
            return QStringLiteral("npm could not fetch oidc-provider from its registry: the sign-in was not tried against a real authorization server\n") + said;
        QFile mark(target.filePath(QStringLiteral("installed"))); // last: a fetch that was broken off is begun anew
        return mark.open(QIODevice::WriteOnly) ? QString() : mark.errorString();
    }

    QProcess m_process;
    QUrl m_issuer;
};

} // namespace nimbook::testing
