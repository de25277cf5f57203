// SPDX-License-Identifier: Apache-2.0
#include "net/google_fault.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QRegularExpression>

namespace nimbook::net {

namespace {

void readDetails(const QJsonArray &details, GoogleFault &fault)
{
    for (const QJsonValue &value : details) {
        const QJsonObject detail = value.toObject();
        const QString type = detail.value(QStringLiteral("@type")).toString();
        if (type.endsWith(QLatin1String("ErrorInfo"))) {
            fault.infoReason = detail.value(QStringLiteral("reason")).toString();
            const QJsonObject metadata = detail.value(QStringLiteral("metadata")).toObject();
            for (auto it = metadata.begin(); it != metadata.end(); ++it)
                fault.metadata.insert(it.key(), it.value().toString());
        } else if (type.endsWith(QLatin1String("Help")) && fault.helpUrl.isEmpty()) {
            const QJsonObject link = detail.value(QStringLiteral("links")).toArray().first().toObject();
            const QString url = link.value(QStringLiteral("url")).toString();
            if (url.startsWith(QLatin1String("https://")))
                fault.helpUrl = url;
        }
    }
}

void readEnvelope(const QJsonObject &error, GoogleFault &fault)
{
    fault.message = error.value(QStringLiteral("message")).toString();
    fault.statusWord = error.value(QStringLiteral("status")).toString();
    const QJsonObject first = error.value(QStringLiteral("errors")).toArray().first().toObject();
    fault.reason = first.value(QStringLiteral("reason")).toString();
    if (fault.message.isEmpty())
        fault.message = first.value(QStringLiteral("message")).toString();
    readDetails(error.value(QStringLiteral("details")).toArray(), fault);
}

QString capturedIn(const QString &text, const QString &pattern)
{
    return QRegularExpression(pattern).match(text).captured(1);
}

} // namespace

GoogleFault parseGoogleFault(const HttpResponse &response)
{
    GoogleFault fault;
    fault.httpStatus = response.status;
    const QJsonDocument document = QJsonDocument::fromJson(response.body);
    // Some endpoints wrap the object into a list of one.
    const QJsonObject json = document.isArray() ? document.array().first().toObject() : document.object();
    const QJsonValue error = json.value(QStringLiteral("error"));
    if (error.isObject()) {
        readEnvelope(error.toObject(), fault);
    } else if (error.isString()) {
        fault.reason = error.toString();
        fault.message = json.value(QStringLiteral("error_description")).toString();
        fault.infoReason = json.value(QStringLiteral("error_subtype")).toString();
        if (fault.message.isEmpty())
            fault.message = fault.reason;
    } else if (!document.isObject()) {
        const QByteArray start = response.body.left(512).trimmed().toLower();
        fault.isHtml = start.startsWith('<') || response.header("Content-Type").toLower().startsWith("text/html");
        if (!fault.isHtml)
            fault.message = QString::fromUtf8(response.body.left(300)).simplified();
    }
    return fault;
}

QString GoogleFault::missingPermission() const
{
    const QString inText = capturedIn(message, QStringLiteral("(?:Required|Permission) '([A-Za-z0-9_.-]+)'"));
    return inText.isEmpty() ? metadata.value(QStringLiteral("permission")) : inText;
}

QString GoogleFault::activationUrl() const
{
    const QString named = metadata.value(QStringLiteral("activationUrl"));
    if (named.startsWith(QLatin1String("https://")))
        return named;
    return capturedIn(message, QStringLiteral("(https://console\\.[A-Za-z0-9./?=&:_%-]+)"));
}

QString GoogleFault::apiName() const
{
    const QString title = metadata.value(QStringLiteral("serviceTitle"));
    if (!title.isEmpty())
        return title;
    const QString inText = capturedIn(message, QStringLiteral("([A-Z][A-Za-z ]*API) has not been used"));
    return inText.isEmpty() ? metadata.value(QStringLiteral("service")) : inText;
}

std::optional<std::chrono::milliseconds> retryAfterOf(const HttpResponse &response, const QDateTime &now)
{
    const QByteArray value = response.header("Retry-After").trimmed();
    if (value.isEmpty())
        return std::nullopt;
    bool isNumber = false;
    const qint64 seconds = value.toLongLong(&isNumber);
    if (isNumber)
        return seconds >= 0 ? std::optional(std::chrono::milliseconds(std::min<qint64>(seconds, 86'400) * 1000)) : std::nullopt;
    // Qt's RFC 2822 parser does not know the "GMT" that HTTP dates end with.
    QDateTime moment = QLocale::c().toDateTime(QString::fromLatin1(value), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    moment.setTimeSpec(Qt::UTC);
    if (!moment.isValid())
        return std::nullopt;
    return std::chrono::milliseconds(std::clamp<qint64>(now.msecsTo(moment), 0, 86'400'000));
}

} // namespace nimbook::net
