// SPDX-License-Identifier: Apache-2.0
#include "workspace/host_key_change.h"

#include "workspace/host_trust.h"

#include <QCoreApplication>

#include <algorithm>

namespace nimbook::workspace {

namespace {

struct HostKeyText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::workspace::HostKeyText)
};

const ssh::HostKey *ofSameType(const QList<ssh::HostKey> &keys, const QString &type)
{
    const auto same = std::find_if(keys.cbegin(), keys.cend(), [&type](const ssh::HostKey &key) { return key.type == type; });
    return same != keys.cend() ? &*same : keys.isEmpty() ? nullptr : &keys.constFirst();
}

QString fingerprints(const QList<ssh::HostKey> &keys)
{
    QStringList all;
    for (const ssh::HostKey &key : keys)
        all += key.type + QLatin1Char(' ') + key.fingerprint();
    return all.isEmpty() ? QStringLiteral("none") : all.join(QStringLiteral(", "));
}

} // namespace

QString HostKeyChange::before() const
{
    const ssh::HostKey *key = ofSameType(known, shown.type);
    return key ? key->fingerprint() : QString();
}

QString HostKeyChange::text() const
{
    const ssh::HostKey *promised = ofSameType(vouched, shown.type);
    if (promised && !vouched.contains(shown)) {
        return HostKeyText::tr("The server that answers for %1 (%2) shows the host key %3. Google vouches for another one: %4. Nothing was sent to it.")
            .arg(machine.ref.name, place, shown.fingerprint(), promised->fingerprint());
    }
    return HostKeyText::tr("The host key of %1 has changed: it was %2 and is %3 now. Nothing was sent to the server that shows it.")
        .arg(machine.ref.name, before(), shown.fingerprint());
}

QString HostKeyChange::advice() const
{
    if (mayBeTrusted()) {
        return HostKeyText::tr("Google vouches for the new key: the machine with the number %1 published it over Google's own API. It is the same machine as "
                               "before and not one that was made anew under its name, so its keys were made anew, for example because its boot disk was "
                               "replaced. Trust the new key if you or whoever runs the machine did that.").arg(machine.id);
    }
    if (!vouched.isEmpty()) {
        return HostKeyText::tr("Somebody may be answering in the machine's place. It is the machine itself only if its SSH keys were replaced by hand, which Google "
                               "does not hear of: compare the fingerprint with the one on its serial port, or ask whoever runs it.");
    }
    return HostKeyText::tr("Google vouches for none of this machine's keys, so it cannot say whether they were made anew (a boot disk that was replaced; a machine "
                           "made anew under this name would have another number than %1) or somebody answers in its place. Compare the new fingerprint with "
                           "the one on the machine's serial port, or ask whoever runs it.").arg(machine.id);
}

Error HostKeyChange::error(const QString &hostKeyFile) const
{
    const QString detail = QStringLiteral("%1 at %2 showed %3 %4; pinned: %5; vouched for by the API: %6%7; pins: %8")
                               .arg(hostKeyAlias(machine), place, shown.type, shown.fingerprint(), fingerprints(known), fingerprints(vouched),
                                    notAsked.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(notAsked), hostKeyFile);
    if (mayBeTrusted()) {
        return {ErrorKind::HostKeyMismatch, HostKeyText::tr("The host key of %1 has changed; nothing was sent to it.").arg(machine.ref.name),
                HostKeyText::tr("Google vouches for the new key: trust it if you know why it changed."), detail, {}};
    }
    QString next = advice();
    if (!known.isEmpty() && !known.contains(shown) && vouched.isEmpty())
        next += HostKeyText::tr(" Only when it is the machine's, remove the lines of %1 from %2.").arg(hostKeyAlias(machine), hostKeyFile);
    return {ErrorKind::HostKeyMismatch, text(), next, detail, {}};
}

QList<ssh::HostKey> agreedHostKeys(const QList<ssh::HostKey> &known, const QList<ssh::HostKey> &vouched)
{
    if (known.isEmpty() || vouched.isEmpty())
        return known + vouched;
    QList<ssh::HostKey> agreed;
    std::copy_if(known.cbegin(), known.cend(), std::back_inserter(agreed), [&vouched](const ssh::HostKey &key) { return vouched.contains(key); });
    return agreed;
}

QList<ssh::HostKey> hostKeysToPin(const QList<ssh::HostKey> &known, const QList<ssh::HostKey> &vouched)
{
    const bool contradicted = agreedHostKeys(known, vouched).size() < known.size();
    return vouched.isEmpty() || contradicted ? known : vouched;
}

} // namespace nimbook::workspace
