// SPDX-License-Identifier: Apache-2.0
#include "workspace/host_trust.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

namespace nimbook::workspace {

namespace {

bool isTrueInMetadata(const cloud::Instance &machine, const QString &key)
{
    return machine.metadata.value(key).compare(QLatin1String("true"), Qt::CaseInsensitive) == 0;
}

/// Google's form: TYPE BASE64 google-ssh {"userName":"ada","expireOn":"2026-11-23T10:00:00+0000"}
bool isGoodUntil(const QByteArray &comment, const QDateTime &until)
{
    static const QByteArray expiring = "google-ssh ";
    if (!comment.startsWith(expiring))
        return true; // a plain key has no end
    const QJsonObject json = QJsonDocument::fromJson(comment.mid(expiring.size())).object();
    QString text = json.value(QLatin1String("expireOn")).toString();
    if (text.endsWith(QLatin1String("+0000")))
        text.replace(text.size() - 5, 5, QStringLiteral("Z"));
    const QDateTime end = QDateTime::fromString(text, Qt::ISODate);
    return end.isValid() && end > until;
}

} // namespace

QString hostKeyAlias(const cloud::Instance &machine)
{
    return QStringLiteral("compute.") + machine.id;
}

QList<ssh::HostKey> hostKeysFromGuestAttributes(const QMap<QString, QString> &attributes)
{
    static const QSet<QString> types{QStringLiteral("ssh-ed25519"), QStringLiteral("ecdsa-sha2-nistp256"), QStringLiteral("ssh-rsa")};
    static const QString nameSpace = QStringLiteral("hostkeys/");
    QList<ssh::HostKey> keys;
    for (auto it = attributes.cbegin(); it != attributes.cend(); ++it) {
        const QString type = it.key().startsWith(nameSpace) ? it.key().mid(nameSpace.size()) : QString();
        const QByteArray blob = it.value().simplified().section(QLatin1Char(' '), 0, 0).toLatin1();
        if (types.contains(type) && !blob.isEmpty() && QByteArray::fromBase64(blob).toBase64() == blob)
            keys += {type, blob};
    }
    return keys;
}

bool publishesGuestAttributes(const cloud::Instance &machine)
{
    return isTrueInMetadata(machine, QStringLiteral("enable-guest-attributes"));
}

bool hasSshKey(const QMap<QString, QString> &metadata, const QString &user, const QByteArray &publicKey, const QDateTime &until)
{
    const QByteArray wanted = user.toUtf8() + ':' + publicKey;
    const QList<QByteArray> lines = metadata.value(QStringLiteral("ssh-keys")).toUtf8().split('\n');
    for (const QByteArray &line : lines) {
        const QByteArray entry = line.trimmed();
        if (entry == wanted || (entry.startsWith(wanted + ' ') && isGoodUntil(entry.mid(wanted.size() + 1).trimmed(), until)))
            return true;
    }
    return false;
}

bool takesProjectKeys(const cloud::Instance &machine)
{
    return !isTrueInMetadata(machine, QStringLiteral("block-project-ssh-keys")) && !machine.metadata.contains(QStringLiteral("sshKeys"));
}

std::optional<bool> usesOsLogin(const cloud::Instance &machine)
{
    if (!machine.metadata.contains(QStringLiteral("enable-oslogin")))
        return {};
    return isTrueInMetadata(machine, QStringLiteral("enable-oslogin"));
}

bool projectUsesOsLogin(const QMap<QString, QString> &projectMetadata)
{
    return projectMetadata.value(QStringLiteral("enable-oslogin")).compare(QLatin1String("true"), Qt::CaseInsensitive) == 0;
}

} // namespace nimbook::workspace
