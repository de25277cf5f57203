// SPDX-License-Identifier: Apache-2.0
#include "bench/place.h"

namespace nimbook::bench {

QString quoted(const QString &word)
{
    QString inner = word;
    return QLatin1Char('\'') + inner.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QStringList Place::sshOptions() const
{
    QStringList words{QStringLiteral("-F"), QStringLiteral("none"), QStringLiteral("-i"), identity};
    for (const QString &option : {QStringLiteral("IdentitiesOnly=yes"), QStringLiteral("BatchMode=yes"), QStringLiteral("LogLevel=ERROR"),
                                  QStringLiteral("StrictHostKeyChecking=yes"), QStringLiteral("UserKnownHostsFile=") + knownHosts,
                                  QStringLiteral("GlobalKnownHostsFile=none"), QStringLiteral("ControlPath=none"),
                                  QStringLiteral("Compression=no"), QStringLiteral("Ciphers=aes128-gcm@openssh.com")})
        words << QStringLiteral("-o") << option;
    return words;
}

QStringList Place::ssh() const
{
    return QStringList{QStringLiteral("ssh")} + sshOptions() + QStringList{QStringLiteral("-p"), QString::number(port), userAtHost()};
}

QString Place::sshProgram() const
{
    QStringList words{QStringLiteral("ssh")};
    for (const QString &word : sshOptions() + QStringList{QStringLiteral("-p"), QString::number(port)})
        words << (word.contains(QLatin1Char(' ')) ? quoted(word) : word);
    return words.join(QLatin1Char(' '));
}

RunResult Place::run(const QString &command, const QByteArray &input) const
{
    return runProgram(ssh() + QStringList{command}, std::chrono::minutes(5), input);
}

ssh::ConnectionSettings Place::settings() const
{
    ssh::ConnectionSettings settings;
    settings.host = host;
    settings.port = port;
    settings.user = user;
    settings.privateKeyPath = identity;
    settings.machineName = host;
    settings.hostKeys.alias = QStringLiteral("bench");
    // ssh-keygen knows all that such a file may hold: hashed names, ports, patterns.
    const QString name = port == 22 ? host : QStringLiteral("[%1]:%2").arg(host).arg(port);
    const RunResult found = runProgram({QStringLiteral("ssh-keygen"), QStringLiteral("-F"), name, QStringLiteral("-f"), knownHosts},
                                       std::chrono::seconds(10));
    for (const QByteArray &line : found.output.split('\n')) {
        const QList<QByteArray> words = line.split(' ');
        if (words.size() >= 3 && !line.startsWith('#'))
            settings.hostKeys.trusted << ssh::HostKey{QString::fromLatin1(words[1]), words[2].trimmed()};
    }
    return settings;
}

QStringList Place::arguments() const
{
    return {QStringLiteral("--host"), host, QStringLiteral("--port"), QString::number(port), QStringLiteral("--user"), user,
            QStringLiteral("--identity"), identity, QStringLiteral("--known-hosts"), knownHosts};
}

} // namespace nimbook::bench
