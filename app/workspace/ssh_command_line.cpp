// SPDX-License-Identifier: Apache-2.0
#include "workspace/ssh_command_line.h"

#include <QRegularExpression>

namespace nimbook::workspace {

QStringList sshCommandLine(const ssh::ConnectionSettings &settings, const QString &hostKeyFile, const QString &proxyCommand)
{
    const auto option = [](const QString &name, const QString &value) { return QStringList{QStringLiteral("-o"), name + QLatin1Char('=') + value}; };
    QStringList words{QStringLiteral("ssh"), QStringLiteral("-F"), QStringLiteral("none")};
    if (!settings.useAgent)
        words += QStringList{QStringLiteral("-i"), settings.privateKeyPath} + option(QStringLiteral("IdentitiesOnly"), QStringLiteral("yes"));
    // Quoted, because the value is a list of files that blanks would take apart.
    words += option(QStringLiteral("UserKnownHostsFile"), QLatin1Char('"') + hostKeyFile + QLatin1Char('"'));
    words += option(QStringLiteral("HostKeyAlias"), settings.hostKeys.alias);
    words += option(QStringLiteral("StrictHostKeyChecking"), QStringLiteral("yes"));
    words += option(QStringLiteral("CheckHostIP"), QStringLiteral("no"));
    if (settings.route && !proxyCommand.isEmpty())
        words += option(QStringLiteral("ProxyCommand"), proxyCommand);
    words += {QStringLiteral("-p"), QString::number(settings.port), settings.user + QLatin1Char('@') + settings.host};
    return words;
}

QString shellText(const QStringList &words)
{
    static const QRegularExpression harmless(QStringLiteral("^[A-Za-z0-9_./:=,@%+-]+$"));
    QStringList quoted;
    for (const QString &word : words)
        quoted += harmless.match(word).hasMatch() ? word : QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
    return quoted.join(QLatin1Char(' '));
}

} // namespace nimbook::workspace
