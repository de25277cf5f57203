// SPDX-License-Identifier: Apache-2.0
#include "workspace/settings.h"

#include <QDir>
#include <QStandardPaths>
#include <QUrl>

#include <algorithm>

namespace nimbook::workspace {

namespace {

constexpr quint16 firstTunnelPort = 18888;

QString xdgFolder(const char *variable, const QString &below)
{
    // Relative values are invalid by the XDG base directory specification and are ignored.
    const QString set = qEnvironmentVariable(variable);
    const QString base = QDir::isAbsolutePath(set) ? set : QDir::home().filePath(below);
    const QString path = QDir(base).filePath(QStringLiteral("nimbook"));
    if (!QDir().exists(path) && QDir().mkpath(path))
        QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return path;
}

/// QSettings cuts keys at '/': an account such as "a/b" must not become a group.
QString safeKey(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

} // namespace

Directories Directories::standard()
{
    return {xdgFolder("XDG_CONFIG_HOME", QStringLiteral(".config")), xdgFolder("XDG_STATE_HOME", QStringLiteral(".local/state")),
            xdgFolder("XDG_CACHE_HOME", QStringLiteral(".cache"))};
}

Settings::Settings(const QString &file) : m_settings(file, QSettings::IniFormat) {}

QString Settings::lastAccountKey() const
{
    return m_settings.value(QStringLiteral("account/last")).toString();
}

void Settings::setLastAccountKey(const QString &key)
{
    m_settings.setValue(QStringLiteral("account/last"), key);
}

QList<KnownAccount> Settings::knownAccounts() const
{
    QList<KnownAccount> accounts;
    const QStringList lines = m_settings.value(QStringLiteral("account/known")).toStringList();
    for (const QString &line : lines) {
        const QStringList parts = line.split(QLatin1Char('\n'));
        if (parts.size() == 4 && !parts.first().isEmpty())
            accounts.append({parts.at(0), parts.at(1), parts.at(2), parts.at(3)});
    }
    return accounts;
}

KnownAccount Settings::knownAccount(const QString &key) const
{
    const auto accounts = knownAccounts();
    for (const KnownAccount &account : accounts) {
        if (account.key == key)
            return account;
    }
    return {};
}

void Settings::remember(const KnownAccount &account)
{
    QList<KnownAccount> accounts = knownAccounts();
    const auto same = std::find_if(accounts.begin(), accounts.end(), [&](const KnownAccount &known) { return known.key == account.key; });
    if (same == accounts.end())
        accounts.append(account);
    else
        *same = account; // stays where it was: a list that jumps is hard to use
    writeKnown(accounts);
}

void Settings::forget(const QString &key)
{
    QList<KnownAccount> accounts = knownAccounts();
    accounts.removeIf([&key](const KnownAccount &known) { return known.key == key; });
    writeKnown(accounts);
}

void Settings::writeKnown(const QList<KnownAccount> &accounts)
{
    QStringList lines;
    for (const KnownAccount &account : accounts)
        lines.append(QStringList{account.key, account.name, account.kind, account.path}.join(QLatin1Char('\n')));
    m_settings.setValue(QStringLiteral("account/known"), lines);
}

QString Settings::lastProject(const QString &account) const
{
    return m_settings.value(QStringLiteral("project/") + safeKey(account)).toString();
}

void Settings::setLastProject(const QString &account, const QString &project)
{
    m_settings.setValue(QStringLiteral("project/") + safeKey(account), project);
}

QString Settings::downloadFolder() const
{
    return m_settings.value(QStringLiteral("files/downloads"), QStandardPaths::writableLocation(QStandardPaths::DownloadLocation)).toString();
}

void Settings::setDownloadFolder(const QString &folder)
{
    m_settings.setValue(QStringLiteral("files/downloads"), folder);
}

QString Settings::localFolder() const
{
    return m_settings.value(QStringLiteral("files/local"), QDir::homePath()).toString();
}

void Settings::setLocalFolder(const QString &folder)
{
    m_settings.setValue(QStringLiteral("files/local"), folder);
}

QString Settings::sshKey() const
{
    return m_settings.value(QStringLiteral("ssh/key")).toString();
}

void Settings::setSshKey(const QString &choice)
{
    m_settings.setValue(QStringLiteral("ssh/key"), choice);
}

bool Settings::publishesKeyToProject(const QString &project) const
{
    return m_settings.value(QStringLiteral("ssh/projects/") + safeKey(project), false).toBool();
}

void Settings::setPublishesKeyToProject(const QString &project, bool toProject)
{
    const QString key = QStringLiteral("ssh/projects/") + safeKey(project);
    if (toProject)
        m_settings.setValue(key, true);
    else
        m_settings.remove(key);
}

QMap<QString, quint16> Settings::tunnelPorts() const
{
    QMap<QString, quint16> ports;
    const QString group = QStringLiteral("tunnel/");
    const QStringList keys = m_settings.allKeys();
    for (const QString &key : keys) {
        const uint port = key.startsWith(group) ? m_settings.value(key).toUInt() : 0;
        if (port >= 1024 && port <= 65535)
            ports.insert(key.mid(group.size()), quint16(port));
    }
    return ports;
}

quint16 Settings::tunnelPort(const QString &instanceId) const
{
    const QMap<QString, quint16> known = tunnelPorts();
    const auto own = known.constFind(safeKey(instanceId));
    if (own != known.cend() && known.key(*own) == own.key()) // the first of those with this port
        return *own;
    quint16 port = firstTunnelPort;
    while (known.values().contains(port) && port < 65535)
        ++port;
    return port;
}

QSet<quint16> Settings::tunnelPortsOfOthers(const QString &instanceId) const
{
    QMap<QString, quint16> known = tunnelPorts();
    known.remove(safeKey(instanceId));
    return QSet<quint16>(known.cbegin(), known.cend());
}

QList<KnownForward> Settings::forwards(const QString &instanceId) const
{
    QList<KnownForward> forwards;
    const QStringList lines = m_settings.value(QStringLiteral("forwards/") + safeKey(instanceId)).toStringList();
    for (const QString &line : lines) {
        const QStringList parts = line.split(QLatin1Char('\n'));
        const KnownForward forward{parts.value(3), quint16(parts.value(0).toUShort()), parts.value(1) == QLatin1String("container"),
                                   quint16(parts.value(2).toUShort())};
        if (parts.size() == 4 && forward.remotePort > 0)
            forwards.append(forward);
    }
    return forwards;
}

void Settings::setForwards(const QString &instanceId, const QList<KnownForward> &forwards)
{
    QStringList lines;
    for (const KnownForward &one : forwards)
        lines.append(QStringLiteral("%1\n%2\n%3\n").arg(one.remotePort).arg(one.inContainer ? QStringLiteral("container") : QStringLiteral("machine")).arg(one.localPort)
                     + one.name.simplified());
    const QString key = QStringLiteral("forwards/") + safeKey(instanceId);
    if (lines.isEmpty())
        m_settings.remove(key);
    else
        m_settings.setValue(key, lines);
}

QList<KnownRun> Settings::detachedRuns(const QString &instanceId) const
{
    QList<KnownRun> runs;
    const QStringList lines = m_settings.value(QStringLiteral("runs/") + safeKey(instanceId)).toStringList();
    for (const QString &line : lines) {
        const KnownRun run{line.section(QLatin1Char('\n'), 1), line.section(QLatin1Char('\n'), 0, 0)};
        if (!run.name.isEmpty() && !run.notebook.isEmpty())
            runs.append(run);
    }
    return runs;
}

void Settings::setDetachedRuns(const QString &instanceId, const QList<KnownRun> &runs)
{
    QStringList lines;
    for (const KnownRun &run : runs)
        lines.append(run.name + QLatin1Char('\n') + run.notebook);
    const QString key = QStringLiteral("runs/") + safeKey(instanceId);
    if (lines.isEmpty())
        m_settings.remove(key);
    else
        m_settings.setValue(key, lines);
}

std::chrono::seconds Settings::monitorInterval() const
{
    return std::chrono::seconds(std::clamp(m_settings.value(QStringLiteral("monitor/interval"), 5).toInt(), 1, 3600));
}

void Settings::setMonitorInterval(std::chrono::seconds interval)
{
    m_settings.setValue(QStringLiteral("monitor/interval"), qint64(interval.count()));
}

bool Settings::softwareRendering() const
{
    return m_settings.value(QStringLiteral("notebook/softwareRendering"), false).toBool();
}

void Settings::setSoftwareRendering(bool software)
{
    m_settings.setValue(QStringLiteral("notebook/softwareRendering"), software);
}

void Settings::setTunnelPort(const QString &instanceId, quint16 port)
{
    m_settings.setValue(QStringLiteral("tunnel/") + safeKey(instanceId), port);
}

} // namespace nimbook::workspace
