// SPDX-License-Identifier: Apache-2.0
#include "sandbox/api/recorder.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUrlQuery>

namespace nimbook::sandbox {

namespace {

const QString blot = QStringLiteral("[redacted]");

/// A body as JSON where it is JSON, a form as its fields, else as text.
QJsonValue readable(const QByteArray &body, bool isForm)
{
    if (body.isEmpty())
        return QJsonValue::Null;
    const QJsonDocument document = QJsonDocument::fromJson(body);
    QJsonObject fields = document.object();
    if (isForm) {
        const auto items = QUrlQuery(QString::fromUtf8(body)).queryItems(QUrl::FullyDecoded);
        for (const auto &[name, value] : items)
            fields[name] = value;
    } else if (document.isNull()) {
        return QString::fromUtf8(body);
    }
    for (const char *secret : {"access_token", "assertion", "refresh_token", "client_secret", "id_token"}) {
        if (fields.contains(QLatin1String(secret)))
            fields[QLatin1String(secret)] = blot;
    }
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(fields);
}

} // namespace

bool Recorder::open(const QString &path)
{
    m_file.setFileName(path);
    return m_file.open(QIODevice::WriteOnly | QIODevice::Append);
}

void Recorder::record(const HttpRequest &request, const HttpReply &reply)
{
    if (!m_file.isOpen())
        return;
    const bool isForm = request.header("content-type").startsWith("application/x-www-form-urlencoded");
    const QJsonObject line{{QStringLiteral("verb"), QString::fromLatin1(request.method)},
                           {QStringLiteral("target"), QString::fromLatin1(request.target)},
                           {QStringLiteral("request"), readable(request.body, isForm)},
                           {QStringLiteral("status"), reply.status},
                           {QStringLiteral("type"), QString::fromLatin1(reply.contentType)},
                           {QStringLiteral("response"), readable(reply.body, false)},
                           {QStringLiteral("cut"), reply.cut},
                           {QStringLiteral("invalidOnPurpose"), !request.header("x-nimbook-test-invalid").isEmpty()},
                           {QStringLiteral("client"), QString::fromLatin1(request.header("user-agent"))}};
    // One write per line: lines of sandboxes that share the file stay whole.
    m_file.write(QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n');
    m_file.flush();
}

} // namespace nimbook::sandbox
