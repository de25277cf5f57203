// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace nimbook::testing {

/// One recorded answer, whatever way its recorder wrote it down.
struct Recording {
    QString name; ///< file, for failures
    int status = 200;
    QJsonObject body;
};

inline QByteArray fileContent(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// JSON files of a folder: the body alone, or {"headers":{"status"}, "body"}.
inline QList<Recording> jsonRecordings(const QString &folder)
{
    QList<Recording> recordings;
    QDirIterator files(folder, {QStringLiteral("*.json")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const QJsonObject json = QJsonDocument::fromJson(fileContent(path)).object();
        Recording recording{path.section(QLatin1Char('/'), -2), 200, json};
        if (json.value(QStringLiteral("body")).isObject()) {
            recording.body = json.value(QStringLiteral("body")).toObject();
            const QString status = json.value(QStringLiteral("headers")).toObject().value(QStringLiteral("status")).toString();
            recording.status = status.isEmpty() ? json.value(QStringLiteral("http_status")).toInt(200) : status.toInt();
        }
        recordings.append(recording);
    }
    return recordings;
}

/// Logs of whole conversations: request, blank line, "200 OK", headers, blank line, JSON; "---" between two.
inline QList<Recording> logRecordings(const QString &folder)
{
    QList<Recording> recordings;
    static const QRegularExpression statusLine(QStringLiteral("^(\\d{3}) [A-Z][A-Za-z ]*$"), QRegularExpression::MultilineOption);
    QDirIterator files(folder, {QStringLiteral("*.log")}, QDir::Files);
    while (files.hasNext()) {
        const QString path = files.next();
        const QStringList exchanges = QString::fromUtf8(fileContent(path)).split(QStringLiteral("\n---\n"));
        for (const QString &exchange : exchanges) {
            const auto status = statusLine.match(exchange);
            const qsizetype blank = exchange.indexOf(QStringLiteral("\n\n"), status.capturedEnd());
            if (!status.hasMatch() || blank < 0)
                continue;
            recordings.append({path.section(QLatin1Char('/'), -1) + QLatin1Char(' ') + exchange.trimmed().section(QLatin1Char('\n'), 0, 0), status.captured(1).toInt(),
                               QJsonDocument::fromJson(exchange.mid(blank).trimmed().toUtf8()).object()});
        }
    }
    return recordings;
}

inline net::HttpResponse asResponse(const Recording &recording)
{
    return {recording.status, {}, QJsonDocument(recording.body).toJson()};
}

} // namespace nimbook::testing
