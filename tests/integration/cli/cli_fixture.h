// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/sandbox_client.h"

#include <QDir>
#include <QProcessEnvironment>

namespace nimbook::testing {

/// nimbookctl as a shell starts it: nobody at a terminal, a home of its own.
class CliFixture {
public:
    explicit CliFixture(const QString &home) : m_environment(QProcessEnvironment::systemEnvironment())
    {
        const QStringList names = m_environment.keys();
        for (const QString &name : names) {
            if (name.startsWith(QLatin1String("CLOUDSDK_")) || name.startsWith(QLatin1String("GOOGLE_")))
                m_environment.remove(name); // what the developer has set up is nobody's business here
        }
        m_environment.insert(QStringLiteral("HOME"), home);
        m_environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home + QStringLiteral("/config"));
        m_environment.insert(QStringLiteral("XDG_STATE_HOME"), home + QStringLiteral("/state"));
        m_environment.insert(QStringLiteral("XDG_CACHE_HOME"), home + QStringLiteral("/cache"));
        const QString programs = qEnvironmentVariable("NIMBOOK_BIN_DIR");
        m_environment.insert(QStringLiteral("PATH"), programs + QLatin1Char(':') + m_environment.value(QStringLiteral("PATH")));
        m_folder = home;
    }

    void signInTo(const SandboxFixture &sandbox)
    {
        set(QStringLiteral("GOOGLE_APPLICATION_CREDENTIALS"), sandbox.credentialsFile());
        set(QStringLiteral("CLOUDSDK_CORE_PROJECT"), SandboxFixture::emptyProject());
        set(QStringLiteral("CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE"), sandbox.computeEndpoint().toString());
        set(QStringLiteral("CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER"), sandbox.resourceManagerEndpoint().toString());
        set(QStringLiteral("CLOUDSDK_API_ENDPOINT_OVERRIDES_OSLOGIN"), sandbox.resourceManagerEndpoint().toString());
    }
    void set(const QString &name, const QString &value) { m_environment.insert(name, value); }
    void unset(const QString &name) { m_environment.remove(name); }
    const QString &folder() const { return m_folder; }

    struct End {
        int status = -1;
        QByteArray output;
        QByteArray errorOutput;

        QJsonObject json() const { return QJsonDocument::fromJson(output).object(); }
        QByteArray why() const { return "status " + QByteArray::number(status) + "\n" + output + "\n" + errorOutput; }
    };

    std::unique_ptr<QProcess> start(const QString &program, const QStringList &arguments, const QString &input = QProcess::nullDevice()) const
    {
        auto process = std::make_unique<QProcess>();
        process->setProcessEnvironment(m_environment);
        process->setWorkingDirectory(m_folder);
        process->setStandardInputFile(input);
        process->start(program, arguments);
        return process;
    }

    static End endOf(QProcess &process, int milliseconds = 120'000)
    {
        if (!process.waitForFinished(milliseconds)) {
            process.kill();
            process.waitForFinished();
        }
        return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
                process.readAllStandardError()};
    }

    End run(const QStringList &arguments) const
    {
        const auto process = start(qEnvironmentVariable("NIMBOOK_BIN_DIR") + QStringLiteral("/nimbookctl"), arguments);
        return endOf(*process);
    }

    /// Makes something go wrong in the sandbox; empty: nothing any more. \return the HTTP status, 200 when it was taken
    static int fault(const SandboxFixture &sandbox, const QString &spec)
    {
        SandboxClient client(sandbox);
        return (spec.isEmpty() ? client.admin("DELETE", QStringLiteral("/nimbook/faults")) : client.fault(spec)).status;
    }

private:
    QProcessEnvironment m_environment;
    QString m_folder;
};

} // namespace nimbook::testing
