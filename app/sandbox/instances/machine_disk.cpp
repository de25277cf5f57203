// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/machine_disk.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

void nimbookInitMachineResources() // outside every namespace, as Q_INIT_RESOURCE demands
{
    Q_INIT_RESOURCE(sandbox_machine);
}

namespace nimbook::sandbox {
namespace {

tl::unexpected<Error> diskFailure(const QString &path, int reason)
{
    const ErrorKind kind = reason == ENOSPC || reason == EDQUOT ? ErrorKind::NoSpace : ErrorKind::FileSystem;
    return failure(kind, QCoreApplication::translate("Sandbox", "Could not write %1, part of a machine's disk: %2.")
                             .arg(path, QString::fromLocal8Bit(std::strerror(reason))));
}

QByteArray sshdConfig()
{
    // The machine's only uid is not root's: no PAM, no privilege separation by chroot, no check of owners.
    return "HostKey /var/lib/ssh/ssh_host_ed25519_key\n"
           "HostKey /var/lib/ssh/ssh_host_ecdsa_key\n"
           "HostKey /var/lib/ssh/ssh_host_rsa_key\n"
           "AuthorizedKeysFile .ssh/authorized_keys /etc/ssh/google_keys/%u\n"
           "UsePAM no\n"
           "StrictModes no\n"
           "PidFile none\n"
           "PasswordAuthentication no\n"
           "KbdInteractiveAuthentication no\n"
           "PermitRootLogin no\n"
           "AllowTcpForwarding yes\n"
           "X11Forwarding no\n"
           "UseDNS no\n"
           "PrintMotd no\n"
           "AcceptEnv LANG LC_*\n"
           "SetEnv PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin GCE_METADATA_HOST=127.0.0.1:8775\n"
           "Subsystem sftp /usr/lib/openssh/sftp-server\n";
}

} // namespace

MachineDisk::MachineDisk(QString directory, MachineIdentity identity)
    : m_directory(std::move(directory)), m_identity(identity)
{
}

Result<void> MachineDisk::prepare(const QString &hostName)
{
    if (!QDir().mkpath(m_directory))
        return diskFailure(m_directory, errno);

    const struct { const char *name; mode_t mode; bool ownedByMachine; } folders[] = {
        {"etc", 0755, false}, {"etc/ssh", 0755, false}, {"etc/ssh/google_keys", 0755, false}, {"bin", 0755, false},
        {"host", 0755, false}, {"home", 0755, false}, {"root", 0700, true}, {"var", 0755, true}, {"src", 0755, true},
    };
    for (const auto &folder : folders)
        if (auto made = makeDirectory(QLatin1String(folder.name), folder.mode, folder.ownedByMachine); !made)
            return made;

    const QByteArray name = hostName.toUtf8();
    const QList<std::pair<QString, QByteArray>> files{
        {QStringLiteral("etc/hostname"), name + '\n'},
        {QStringLiteral("etc/hosts"), "127.0.0.1 localhost " + name + "\n::1 localhost\n"},
        {QStringLiteral("etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\n"},
        {QStringLiteral("etc/resolv.conf"), "# This machine has no way out.\n"},
        {QStringLiteral("etc/shells"), "/bin/sh\n/bin/bash\n"},
        {QStringLiteral("etc/ssh/sshd_config"), sshdConfig()},
    };
    for (const auto &[file, content] : files)
        if (auto written = writeFile(file, content, 0644); !written)
            return written;
    return installPrograms();
}

Result<void> MachineDisk::installPrograms()
{
    nimbookInitMachineResources();
    const QDir programs(QStringLiteral(":/sandbox/machine"));
    for (const QString &name : programs.entryList(QDir::Files)) {
        QFile program(programs.filePath(name));
        if (!program.open(QIODevice::ReadOnly))
            return failure(ErrorKind::Internal, QCoreApplication::translate("Sandbox", "The sandbox lacks its own program %1.").arg(name));
        if (auto written = writeFile(QLatin1String("bin/") + name, program.readAll(), 0755); !written)
            return written;
    }
    return {};
}

Result<void> MachineDisk::applyLogins(const LoginKeys &logins)
{
    const QByteArray uid = QByteArray::number(m_identity.uid);
    const QByteArray gid = QByteArray::number(m_identity.gid);
    QByteArray passwd = "root:x:0:0:root:/root:/bin/bash\n";
    // sshd gives a terminal to the group "tty": only its own group can it give.
    QByteArray group = "root:x:0:\ntty:x:" + gid + ":\nnogroup:x:65534:\ngoogle-sudoers:x:" + gid + ":\n";

    const QDir keys(path(QStringLiteral("etc/ssh/google_keys")));
    for (const QString &file : keys.entryList(QDir::Files))
        if (!logins.authorizedKeys.contains(file))
            QFile::remove(keys.filePath(file));

    for (auto it = logins.authorizedKeys.cbegin(); it != logins.authorizedKeys.cend(); ++it) {
        const QByteArray user = it.key().toUtf8();
        passwd += user + ":x:" + uid + ':' + gid + ":," + ":/home/" + user + ":/bin/bash\n";
        group += user + ":x:" + gid + ":\n";
        if (auto home = makeDirectory(QLatin1String("home/") + it.key(), 0755, true); !home)
            return home;
        if (auto written = writeFile(QLatin1String("etc/ssh/google_keys/") + it.key(), it.value(), 0644); !written)
            return written;
    }
    if (logins.authorizedKeys.isEmpty())
        passwd += "machine:x:" + uid + ':' + gid + "::/root:/bin/bash\n"; // sshd, ssh-keygen and Python want a name for their uid
    passwd += "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n";

    if (auto written = writeFile(QStringLiteral("etc/group"), group, 0644); !written)
        return written;
    return writeFile(QStringLiteral("etc/passwd"), passwd, 0644);
}

void MachineDisk::remove()
{
    QDir(m_directory).removeRecursively();
}

Result<void> MachineDisk::makeDirectory(const QString &relative, mode_t mode, bool ownedByMachine)
{
    const QByteArray encoded = QFile::encodeName(path(relative));
    if (::mkdir(encoded.constData(), mode) != 0)
        return errno == EEXIST ? Result<void>() : diskFailure(path(relative), errno);
    if (::chmod(encoded.constData(), mode) != 0
        || (ownedByMachine && m_identity.dropsRoot && ::lchown(encoded.constData(), m_identity.uid, m_identity.gid) != 0))
        return diskFailure(path(relative), errno);
    return {};
}

Result<void> MachineDisk::writeFile(const QString &relative, const QByteArray &content, mode_t mode)
{
    // Replaced as a whole, so that sshd never reads half a file of keys.
    QSaveFile file(path(relative));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        return diskFailure(path(relative), errno);
    ::fchmod(file.handle(), mode);
    if (!file.commit())
        return diskFailure(path(relative), errno);
    return {};
}

} // namespace nimbook::sandbox
