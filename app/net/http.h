// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QByteArray>
#include <QList>
#include <QPair>
#include <QUrl>

#include <chrono>

namespace nimbook::net {

struct HttpRequest {
    QByteArray verb = "GET";
    QUrl url;
    QList<QPair<QByteArray, QByteArray>> headers; ///< never logged
    QByteArray body;
    std::chrono::milliseconds timeout{30'000}; ///< without a byte moving
};

struct HttpResponse {
    int status = 0;
    QList<QPair<QByteArray, QByteArray>> headers;
    QByteArray body;

    QByteArray header(const QByteArray &name) const; ///< case-insensitive; empty when absent
};

/// Any HTTP status is a success here; Error kinds: Network, Timeout, Cancelled.
using HttpJob = ValueJob<HttpResponse>;

/// The seam under everything that speaks HTTP: QNetworkAccessManager in the product, recorded exchanges in tests.
class HttpTransport {
public:
    virtual ~HttpTransport() = default;

    /// The job is not started; the caller owns it (through \a parent or by hand).
    virtual HttpJob *send(const HttpRequest &request, QObject *parent) = 0;
};

} // namespace nimbook::net
