// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrlQuery>

#include <functional>
#include <utility>

namespace nimbook::sandbox {

struct HttpRequest {
    QByteArray method;
    QByteArray target;    ///< as it came: path and query, still encoded
    QStringList segments; ///< the path cut at '/', each piece decoded by itself
    QUrlQuery query;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QByteArray body;

    QByteArray header(const QByteArray &lowerCaseName) const
    {
        for (const auto &[name, value] : headers) {
            if (name == lowerCaseName)
                return value;
        }
        return {};
    }
    QString parameter(const QString &name) const { return query.queryItemValue(name, QUrl::FullyDecoded); }
};

struct HttpReply {
    int status = 200;
    QByteArray contentType = QByteArrayLiteral("application/json; charset=UTF-8");
    QByteArray body;
    bool cut = false; ///< close the connection instead of answering

    static HttpReply json(const QJsonObject &object, int status = 200);
};

/// May be called later, and at most once; harmless when the client has gone meanwhile.
using ReplyHandler = std::function<void(HttpReply)>;

} // namespace nimbook::sandbox
