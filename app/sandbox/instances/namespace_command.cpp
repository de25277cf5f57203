// SPDX-License-Identifier: Apache-2.0
#include "sandbox/instances/namespace_command.h"

namespace nimbook::sandbox {
namespace {

/// What programs of the host's /usr expect to find in /etc. Missing ones are passed over.
const char *const sharedConfiguration[] = {
    "/etc/alternatives", "/etc/fonts", "/etc/inputrc", "/etc/ipython", "/etc/jupyter", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/matplotlibrc", "/etc/mime.types", "/etc/protocols", "/etc/python3", "/etc/python3.11", "/etc/python3.13", "/etc/services",
    "/etc/ssl", "/etc/terminfo",
};

QStringList words(const char *text)
{
    return QString::fromLatin1(text).split(QLatin1Char(' '));
}

} // namespace

QStringList namespaceArguments(const MachineDisk &disk, const MachineIdentity &identity, const QString &hostName, int listener)
{
    QStringList arguments = words("--unshare-pid --unshare-ipc --unshare-uts --unshare-net --die-with-parent --new-session");
    if (!identity.dropsRoot)
        arguments << QStringLiteral("--unshare-user");
    arguments << QStringLiteral("--hostname") << hostName;

    arguments << words("--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib"
                       " --symlink usr/lib64 /lib64");
    arguments << words("--proc /proc --dev /dev --perms 1777 --tmpfs /dev/shm --perms 1777 --tmpfs /tmp --perms 1777 --tmpfs /run");
    // The host's own additions to /usr/local are none of the machine's business.
    arguments << words("--tmpfs /usr/local");
    arguments << QStringLiteral("--ro-bind") << disk.path(QStringLiteral("bin")) << QStringLiteral("/usr/local/bin");
    arguments << QStringLiteral("--ro-bind") << disk.path(QStringLiteral("host")) << QStringLiteral("/run/host");

    arguments << QStringLiteral("--bind") << disk.path(QStringLiteral("etc")) << QStringLiteral("/etc");
    for (const char *shared : sharedConfiguration)
        arguments << QStringLiteral("--ro-bind-try") << QLatin1String(shared) << QLatin1String(shared);
    arguments << words("--remount-ro /etc");
    for (const char *own : {"src", "home", "root", "var"})
        arguments << QStringLiteral("--bind") << disk.path(QLatin1String(own)) << QLatin1Char('/') + QLatin1String(own);

    arguments << words("--chdir / --clearenv --setenv PATH /usr/local/bin:/usr/bin:/bin:/usr/sbin --setenv HOME /root --setenv LANG C.UTF-8"
                       " --setenv GCE_METADATA_HOST 127.0.0.1:8775");
    arguments << QStringLiteral("--setenv") << QStringLiteral("MACHINE_SSH_LISTENER") << QString::number(listener);
    arguments << QStringLiteral("--");
    if (identity.dropsRoot)
        arguments << QStringLiteral("setpriv") << QStringLiteral("--reuid") << QString::number(identity.uid) << QStringLiteral("--regid")
                  << QString::number(identity.gid) << words("--clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs");
    arguments << QStringLiteral("/usr/local/bin/machine-boot");
    return arguments;
}

} // namespace nimbook::sandbox
