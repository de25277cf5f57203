// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/ssh_key_lines.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStringList>

namespace nimbook::cloud {

namespace {

struct SshKeyLinesText {
    Q_DECLARE_TR_FUNCTIONS(nimbook::cloud::SshKeyLinesText)
};

/// "user:type blob": what makes two lines the same key.
QString identityOf(const QString &line)
{
    return line.trimmed().section(QLatin1Char(' '), 0, 1, QString::SectionSkipEmpty);
}

/// When a google-ssh line ends; invalid: never, or its comment is not of that kind.
QDateTime expiryOf(const QString &line)
{
    const qsizetype mark = line.indexOf(QLatin1String(" google-ssh "));
    if (mark < 0)
        return {};
    const QJsonObject comment = QJsonDocument::fromJson(line.mid(mark + 12).trimmed().toUtf8()).object();
    QString text = comment.value(QStringLiteral("expireOn")).toString();
    static const QRegularExpression bareOffset(QStringLiteral("([+-]\\d\\d)(\\d\\d)$"));
    text.replace(bareOffset, QStringLiteral("\\1:\\2"));
    return QDateTime::fromString(text, Qt::ISODate).toUTC();
}

} // namespace

Result<QString> expiringSshKeyLine(const QString &user, const QByteArray &publicKey, const QDateTime &expires)
{
    static const QRegularExpression userRule(QStringLiteral("\\A[A-Za-z_][A-Za-z0-9._-]{0,31}\\z"));
    if (!userRule.match(user).hasMatch()) {
        return failure(ErrorKind::InvalidInput, SshKeyLinesText::tr("“%1” cannot be a user name on the machine.").arg(user),
                       SshKeyLinesText::tr("Use letters, digits, dot, _ and -, beginning with a letter."));
    }
    static const QRegularExpression keyRule(QStringLiteral("\\A\\s*(ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) ([A-Za-z0-9+/]+=*)(\\s[^\\n]*)?\\s*\\z"));
    const auto key = keyRule.match(QString::fromUtf8(publicKey));
    if (!key.hasMatch()) {
        return failure(ErrorKind::InvalidInput, SshKeyLinesText::tr("This is not a public SSH key in OpenSSH's one-line form."),
                       SshKeyLinesText::tr("Choose another key, or let Nimbook make one."));
    }
    return QStringLiteral("%1:%2 %3 google-ssh {\"userName\":\"%1\",\"expireOn\":\"%4\"}")
        .arg(user, key.captured(1), key.captured(2), expires.toUTC().toString(QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'+0000'")));
}

QString sshKeysWith(const QString &existing, const QString &line, const SshKeyTimes &times)
{
    QStringList kept;
    bool alreadyThere = false;
    const QStringList lines = existing.split(QLatin1Char('\n'));
    for (const QString &old : lines) {
        if (old.trimmed().isEmpty())
            continue;
        const QDateTime expiry = expiryOf(old);
        if (expiry.isValid() && expiry <= times.now)
            continue;
        if (identityOf(old) == identityOf(line)) {
            if (expiry.isValid() && expiry <= times.goodUntil)
                continue;
            alreadyThere = true;
        }
        kept.append(old);
    }
    if (alreadyThere)
        return existing;
    kept.append(line);
    return kept.join(QLatin1Char('\n'));
}

QString withoutOldestKeys(const QString &keys)
{
    QStringList lines = keys.split(QLatin1Char('\n'));
    while (lines.size() > 1 && lines.join(QLatin1Char('\n')).toUtf8().size() > longestSshKeys)
        lines.removeFirst();
    return lines.join(QLatin1Char('\n'));
}

} // namespace nimbook::cloud
