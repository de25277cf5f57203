// SPDX-License-Identifier: Apache-2.0
#include "ssh/host_key_check.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace nimbook::ssh {

static QStringList algorithmsOf(const QString &keyType)
{
    if (keyType == u"ssh-rsa") // the key's type; signing with SHA-1 under the same name is not wanted
        return {QStringLiteral("rsa-sha2-512"), QStringLiteral("rsa-sha2-256")};
    return {keyType};
}

Result<void> checkHostKey(const ConnectionSettings &settings, const HostKey &key)
{
    const HostKeyPolicy &policy = settings.hostKeys;
    if (policy.trusted.contains(key) || (policy.trusted.isEmpty() && policy.acceptUnknown))
        return {};

    QStringList known;
    for (const HostKey &trusted : policy.trusted)
        known << trusted.type + u' ' + trusted.fingerprint();
    const QString detail = QStringLiteral("%1 port %2 (%3) presented %4 %5; trusted: %6")
                               .arg(settings.host)
                               .arg(settings.port)
                               .arg(policy.alias, key.type, key.fingerprint(),
                                    known.isEmpty() ? QStringLiteral("none") : known.join(QStringLiteral(", ")));
    if (known.isEmpty())
        return failure(ErrorKind::HostKeyMismatch,
                       QCoreApplication::translate("nimbook::ssh::HostKey", "The identity of %1 is not known yet: it shows the key %2.")
                           .arg(settings.machineName, key.fingerprint()),
                       QCoreApplication::translate("nimbook::ssh::HostKey", "Compare the fingerprint with the machine's serial output before you accept it."), detail);
    return failure(ErrorKind::HostKeyMismatch,
                   QCoreApplication::translate("nimbook::ssh::HostKey", "The server that answers for %1 is not the one that was promised: it shows the key %2.")
                       .arg(settings.machineName, key.fingerprint()),
                   QCoreApplication::translate("nimbook::ssh::HostKey", "Nothing was sent to it. Open the notebook again: that says whether Google vouches for "
                           "the new key, or somebody may be answering in the machine's place."),
                   detail);
}

QString hostKeyAlgorithms(const HostKeyPolicy &policy)
{
    static const QStringList wishes{QStringLiteral("ssh-ed25519"),         QStringLiteral("ecdsa-sha2-nistp256"),
                                    QStringLiteral("ecdsa-sha2-nistp384"), QStringLiteral("ecdsa-sha2-nistp521"),
                                    QStringLiteral("rsa-sha2-512"),        QStringLiteral("rsa-sha2-256")};
    QStringList trusted;
    for (const HostKey &key : policy.trusted)
        trusted << algorithmsOf(key.type);
    QStringList ordered = wishes;
    std::stable_partition(ordered.begin(), ordered.end(), [&](const QString &name) { return trusted.contains(name); });
    return ordered.join(u',');
}

} // namespace nimbook::ssh
