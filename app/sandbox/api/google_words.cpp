// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/google_words.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTimeZone>

namespace nimbook::sandbox {

QString link(const QString &relativePath)
{
    return QStringLiteral("https://www.googleapis.com/compute/v1/") + relativePath;
}

QString relativePath(const QString &url, const QString &project)
{
    const qsizetype at = url.indexOf(QLatin1String("projects/"));
    if (at >= 0)
        return url.mid(at);
    return QStringLiteral("projects/%1/%2").arg(project, url.startsWith(QLatin1Char('/')) ? url.mid(1) : url);
}

QString lastSegment(const QString &url)
{
    return url.mid(url.lastIndexOf(QLatin1Char('/')) + 1);
}

QString pacificTime(const QDateTime &moment)
{
    static const QTimeZone pacific("America/Los_Angeles");
    // Without the time zone database the winter offset still is a Pacific offset.
    const int offset = pacific.isValid() ? pacific.offsetFromUtc(moment) : -8 * 3600;
    return moment.toOffsetFromUtc(offset).toString(Qt::ISODateWithMs);
}

QString newId()
{
    constexpr quint64 smallest = 1'000'000'000'000'000'000ULL;
    return QString::number(smallest + QRandomGenerator::global()->generate64() % (17 * smallest));
}

QString newOperationName()
{
    const auto hex = [](quint64 value, int digits) {
        return QStringLiteral("%1").arg(value, digits, 16, QLatin1Char('0')).right(digits);
    };
    QRandomGenerator *random = QRandomGenerator::global();
    return QStringLiteral("operation-%1-%2-%3-%4")
        .arg(QString::number(QDateTime::currentMSecsSinceEpoch()), hex(random->generate64(), 13),
             hex(random->generate(), 8), hex(random->generate(), 8));
}

QString fingerprint(const QByteArray &content)
{
    const QByteArray digest = QCryptographicHash::hash(content, QCryptographicHash::Sha256).left(8);
    return QString::fromLatin1(digest.toBase64(QByteArray::Base64UrlEncoding));
}

QString fingerprint(const QJsonObject &content)
{
    return fingerprint(QJsonDocument(content).toJson(QJsonDocument::Compact));
}

QString regionOfZone(const QString &zone)
{
    return zone.left(zone.lastIndexOf(QLatin1Char('-')));
}

bool isResourceName(const QString &name)
{
    static const QRegularExpression rule(QStringLiteral("\\A[a-z]([-a-z0-9]{0,61}[a-z0-9])?\\z"));
    return rule.match(name).hasMatch();
}

} // namespace nimbook::sandbox
