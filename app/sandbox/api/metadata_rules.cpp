// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/metadata_rules.h"

#include "sandbox/api/google_words.h"

#include <QRegularExpression>

namespace nimbook::sandbox {

namespace {

constexpr qsizetype maxValueBytes = 262'144;
constexpr qsizetype maxAllBytes = 512 * 1024;
constexpr int maxLabels = 64;

} // namespace

std::optional<ApiError> checkMetadata(const QJsonObject &metadata, const QString &field)
{
    static const QRegularExpression keyRule(QStringLiteral("\\A[a-zA-Z0-9_-]{1,128}\\z"));
    QStringList seen;
    qsizetype bytes = 0;
    const QJsonArray items = metadata.value(QLatin1String("items")).toArray();
    for (const QJsonValue &value : items) {
        const QString key = value.toObject().value(QLatin1String("key")).toString();
        const QByteArray text = value.toObject().value(QLatin1String("value")).toString().toUtf8();
        if (!keyRule.match(key).hasMatch())
            return invalidField(field + QLatin1String(".items.key"), key,
                                QStringLiteral("Must be a match of regex '[a-zA-Z0-9-_]{1,128}'.")).value();
        if (seen.contains(key))
            return invalidField(field, key, QStringLiteral("Metadata has duplicate key: %1").arg(key)).value();
        if (text.size() > maxValueBytes)
            return invalidField(field + QLatin1String(".items.value"), QString(),
                                QStringLiteral("Metadata value for key '%1' is too large: %2 bytes, maximum %3.")
                                    .arg(key).arg(text.size()).arg(maxValueBytes)).value();
        seen << key;
        bytes += key.size() + text.size();
    }
    if (bytes > maxAllBytes)
        return invalidField(field, QString(), QStringLiteral("Total size of metadata is %1 bytes, maximum %2.").arg(bytes).arg(maxAllBytes)).value();
    return {};
}

std::optional<ApiError> checkLabels(const QJsonObject &labels, const QString &field)
{
    static const QRegularExpression keyRule(QStringLiteral("\\A[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}\\z"),
                                            QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression valueRule(QStringLiteral("\\A[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}\\z"),
                                              QRegularExpression::UseUnicodePropertiesOption);
    if (labels.size() > maxLabels)
        return invalidField(field, QString::number(labels.size()), QStringLiteral("Number of labels cannot exceed %1.").arg(maxLabels)).value();
    for (auto it = labels.begin(); it != labels.end(); ++it) {
        if (!keyRule.match(it.key()).hasMatch())
            return invalidField(field, it.key(),
                                QStringLiteral("Label keys must start with a lowercase letter and hold at most 63 lowercase "
                                               "letters, digits, '_' and '-'.")).value();
        if (!valueRule.match(it.value().toString()).hasMatch())
            return invalidField(QStringLiteral("%1.%2").arg(field, it.key()), it.value().toString(),
                                QStringLiteral("Label values hold at most 63 lowercase letters, digits, '_' and '-'.")).value();
    }
    return {};
}

QJsonObject metadataResource(const QJsonArray &items)
{
    QJsonObject metadata{{QStringLiteral("kind"), QStringLiteral("compute#metadata")},
                         {QStringLiteral("fingerprint"), fingerprint(QJsonObject{{QStringLiteral("items"), items}})}};
    if (!items.isEmpty())
        metadata[QStringLiteral("items")] = items;
    return metadata;
}

QMap<QString, QString> metadataMap(const QJsonObject &metadata)
{
    QMap<QString, QString> map;
    for (const QJsonValue &item : metadata.value(QLatin1String("items")).toArray())
        map.insert(item.toObject().value(QLatin1String("key")).toString(), item.toObject().value(QLatin1String("value")).toString());
    return map;
}

QMap<QString, QString> effectiveMetadata(const QJsonObject &instance, const QJsonObject &project)
{
    const QMap<QString, QString> own = metadataMap(instance);
    QMap<QString, QString> merged = metadataMap(project);
    const QString keys = QStringLiteral("ssh-keys");
    const bool blocked = own.value(QStringLiteral("block-project-ssh-keys")).compare(QLatin1String("true"), Qt::CaseInsensitive) == 0;
    QStringList lines;
    if (!blocked && !merged.value(keys).isEmpty())
        lines << merged.value(keys);
    if (!own.value(keys).isEmpty())
        lines << own.value(keys);
    merged.insert(own);
    if (lines.isEmpty())
        merged.remove(keys);
    else
        merged.insert(keys, lines.join(QLatin1Char('\n')));
    return merged;
}

QString labelFingerprint(const QJsonObject &labels)
{
    return fingerprint(QJsonObject{{QStringLiteral("labels"), labels}});
}

tl::unexpected<ApiError> staleFingerprint(const QString &what)
{
    return refuse(412, QStringLiteral("conditionNotMet"),
                  QStringLiteral("Supplied fingerprint does not match current %1 fingerprint.").arg(what));
}

OperationFault staleFault(const QString &what)
{
    return {412, QStringLiteral("PRECONDITION FAILED"), QStringLiteral("CONDITION_NOT_MET"),
            QStringLiteral("Supplied fingerprint does not match current %1 fingerprint.").arg(what), {}};
}

} // namespace nimbook::sandbox
