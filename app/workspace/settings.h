// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QMap>
#include <QSet>
#include <QSettings>
#include <QString>
#include <QStringList>

#include <chrono>

namespace nimbook::workspace {

/// Where Nimbook keeps things (XDG): settings in config, keys, pins and sandbox in state, nothing in ~/.nimbook.
struct Directories {
    QString config; ///< $XDG_CONFIG_HOME/nimbook
    QString state;  ///< $XDG_STATE_HOME/nimbook: ssh key, known_hosts, sandbox
    QString cache;  ///< $XDG_CACHE_HOME/nimbook

    static Directories standard(); ///< made with mode 700 when missing
};

/// Somebody who signed in here and has not signed out; the secret itself is in the SecretStore under \a key.
struct KnownAccount {
    QString key;
    QString name; ///< as the account list shows it
    QString kind; ///< Account::Kind by its own name
    QString path; ///< of the credential file; may be empty

    bool operator==(const KnownAccount &) const = default;
};

/// A port of a machine, or of its container, that the person wants on this computer whenever there is a tunnel.
struct KnownForward {
    QString name; ///< "TensorBoard"
    quint16 remotePort = 0;
    bool inContainer = false;
    quint16 localPort = 0; ///< the one it had last; 0: none yet

    bool operator==(const KnownForward &) const = default;
};

/// A notebook that runs on a machine by itself, and whose end nobody has been told yet.
struct KnownRun {
    QString notebook; ///< its path below /src
    QString name;     ///< of the run, on the machine

    bool operator==(const KnownRun &) const = default;
};

/// What the person chose, in an INI file without secrets.
class Settings {
public:
    explicit Settings(const QString &file); ///< e.g. Directories::config + "/nimbook.conf"

    QString lastAccountKey() const; ///< which SecretStore entry to sign in with at the next start; "sandbox"; empty: none
    void setLastAccountKey(const QString &key);
    QList<KnownAccount> knownAccounts() const; ///< the sandbox is not among them: it needs no sign-in
    KnownAccount knownAccount(const QString &key) const; ///< empty key: it is not known
    void remember(const KnownAccount &account);
    void forget(const QString &key); ///< the account, not its last project
    QString lastProject(const QString &account) const;
    void setLastProject(const QString &account, const QString &project);
    QString downloadFolder() const; ///< default: the desktop's download folder
    void setDownloadFolder(const QString &folder);
    QString localFolder() const; ///< where the local pane was last; default: home
    void setLocalFolder(const QString &folder);
    /// The port this machine had last, else the first from 18888 on that no other machine had. Of two that had the same, one has it.
    quint16 tunnelPort(const QString &instanceId) const;
    QSet<quint16> tunnelPortsOfOthers(const QString &instanceId) const;
    void setTunnelPort(const QString &instanceId, quint16 port);
    QList<KnownForward> forwards(const QString &instanceId) const;
    void setForwards(const QString &instanceId, const QList<KnownForward> &forwards);
    QList<KnownRun> detachedRuns(const QString &instanceId) const;
    void setDetachedRuns(const QString &instanceId, const QList<KnownRun> &runs);
    std::chrono::seconds monitorInterval() const; ///< how often a machine is sampled; default 5 s
    void setMonitorInterval(std::chrono::seconds interval);
    bool softwareRendering() const; ///< pages are drawn without the graphics card, from the next start on
    void setSoftwareRendering(bool software);

    /// Empty: Nimbook's own key; "agent": the SSH agent's; else the path of a private key of the person's.
    QString sshKey() const;
    void setSshKey(const QString &choice);
    bool publishesKeyToProject(const QString &project) const; ///< the key goes into the project's metadata; default: on each machine
    void setPublishesKeyToProject(const QString &project, bool toProject);

    /// For the window's own geometry and column widths.
    QSettings &raw() { return m_settings; }

private:
    void writeKnown(const QList<KnownAccount> &accounts);
    QMap<QString, quint16> tunnelPorts() const; ///< by machine, as the file names it

    QSettings m_settings;
};

} // namespace nimbook::workspace
