// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http.h"

#include <QDateTime>
#include <QMap>
#include <QString>

namespace nimbook::net {

/// What a non-2xx answer says, whatever envelope it came in.
struct GoogleFault {
    int httpStatus = 0;
    QString message;     ///< the server's own sentence; empty when the body held none
    QString reason;      ///< errors[0].reason, "notFound"; for OAuth the "error" word
    QString statusWord;  ///< "PERMISSION_DENIED"
    QString infoReason;  ///< ErrorInfo.reason, "SERVICE_DISABLED"
    QMap<QString, QString> metadata; ///< ErrorInfo.metadata
    QString helpUrl;     ///< the first https link of a Help detail
    bool isHtml = false; ///< a page for people: a proxy's, a captive portal's, a front end's

    bool says(const QString &word) const { return reason == word || infoReason == word || statusWord == word; }
    QString missingPermission() const; ///< "compute.instances.create"; empty: none named
    QString activationUrl() const;     ///< the console page that enables a disabled API, https only
    QString apiName() const;           ///< "Compute Engine API", else its host name, else empty
};

/// Source: Google's JSON error envelopes (classic "errors[]" and google.rpc.Status with details), RFC 6749 5.2.
GoogleFault parseGoogleFault(const HttpResponse &response);

/// Seconds or an HTTP date, as RFC 9110 10.2.3 allows; empty: no such header, or none that can be read.
std::optional<std::chrono::milliseconds> retryAfterOf(const HttpResponse &response, const QDateTime &now);

} // namespace nimbook::net
