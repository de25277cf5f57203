// SPDX-License-Identifier: Apache-2.0
// Any status with any body: an Error with words comes out, never a crash, and no address that is not https.
#include "net/google_error.h"
#include "net/google_fault.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdlib>

using namespace nimbook;

namespace {

void tryAnswer(int status, const QByteArray &body)
{
    net::HttpResponse response{status, {{"Content-Type", "application/json"}, {"Retry-After", body.left(40)}}, body};
    const Error error = net::errorFromResponse(response, QStringLiteral("fuzz"));
    const net::GoogleFault fault = net::parseGoogleFault(response);
    const QString url = fault.activationUrl();
    const bool hasWords = !error.message.isEmpty() && error.detail.size() < 10'000;
    const bool isSafe = url.isEmpty() || url.startsWith(QLatin1String("https://"));
    if (!hasWords || !isSafe || (error.retryAfter && *error.retryAfter < std::chrono::milliseconds(0)))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int statuses[] = {400, 401, 403, 404, 407, 408, 409, 412, 413, 429, 500, 502, 503, 504, 418, 302};
    const QByteArray body(reinterpret_cast<const char *>(data), qsizetype(size));
    tryAnswer(statuses[size == 0 ? 0 : (data[size - 1] + size) % std::size(statuses)], body);
    // Recordings wrap the body, with its status beside it.
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    if (json.contains(QStringLiteral("http_status")))
        tryAnswer(json.value(QStringLiteral("http_status")).toInt(), QJsonDocument(json.value(QStringLiteral("body")).toObject()).toJson());
    return 0;
}
