// SPDX-License-Identifier: Apache-2.0
// ssh: OpenSSH's own client, with the key, the pins and the address that Nimbook has made sure of.
#include "cli/foreground_command.h"
#include "cli/session_verb.h"
#include "workspace/ssh_command_line.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace nimbook::cli {

namespace {

class SshVerb final : public SessionVerb {
public:
    using SessionVerb::SessionVerb;

    void interrupt() override
    {
        if (m_command.isRunning())
            m_command.terminate();
        else
            cancel();
    }

protected:
    void run() override
    {
        connectTo(Need::Files, [this] {
            connect(&m_command, &ForegroundCommand::ended, this, &SshVerb::succeedWithStatus);
            connect(&m_command, &ForegroundCommand::failed, this, &SshVerb::fail);
            m_command.start(commandLine());
        });
    }

private:
    QStringList commandLine() const
    {
        QStringList words = workspace::sshCommandLine(session()->connection(), workspace().hostKeyFile(), proxyCommand());
        const QString destination = words.takeLast();
        const QStringList forwards = arguments().options.value(QStringLiteral("local-forward"));
        for (const QString &forward : forwards)
            words += {QStringLiteral("-L"), forward};
        if (!forwards.isEmpty()) // a forward that cannot be had is the failure of it all
            words += {QStringLiteral("-o"), QStringLiteral("ExitOnForwardFailure=yes")};
        if (!forwards.isEmpty() && arguments().rest.isEmpty())
            words += QStringLiteral("-N");
        if (arguments().has(QStringLiteral("tty")))
            words += QStringLiteral("-t");
        return words + QStringList{destination} + arguments().rest;
    }

    /// This program once more, as whom and on what it was called: used where the machine has no address that ssh could reach.
    QString proxyCommand() const
    {
        QStringList words{QCoreApplication::applicationFilePath(), QStringLiteral("ssh-proxy"), QStringLiteral("--gcp-project-id"), ref().project,
                          QStringLiteral("--zone"), ref().zone, QStringLiteral("--instance-name"), ref().name};
        if (arguments().has(QStringLiteral("sandbox")))
            words += QStringLiteral("--sandbox");
        if (const QString file = arguments().value(QStringLiteral("credential-file")); !file.isEmpty())
            words += {QStringLiteral("--credential-file"), QFileInfo(file).absoluteFilePath()};
        return workspace::shellText(words).replace(QLatin1Char('%'), QStringLiteral("%%")); // ssh puts things in for %h and its like
    }

    ForegroundCommand m_command;
};

} // namespace

std::unique_ptr<Verb> makeSshVerb(const Context &context)
{
    return context.arguments.verb == QLatin1String("ssh") ? std::make_unique<SshVerb>(context) : nullptr;
}

} // namespace nimbook::cli
