// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/backoff.h"
#include "net/http.h"
#include "net/token_source.h"

#include <QJsonObject>
#include <QUrlQuery>

namespace nimbook::net {

/// One call of a Google REST API.
struct ApiRequest {
    enum class Retry {
        Safe,         ///< a read, or a write that carries a requestId or fingerprint: may be sent again
        OnlyUnsent,   ///< may have an effect each time: sent again only when it surely was not carried out (401, 403 rate limit, 503)
    };

    QByteArray verb = "GET";
    QUrl url;
    QUrlQuery query;
    QJsonObject body; ///< sent when not empty
    Retry retry = Retry::Safe;
    QString purpose;  ///< translated, for errors: "list the machines of vision-lab"
    std::chrono::milliseconds timeout{30'000};
};

/// Sends calls with a token, retries what may be retried, and turns every way of failing into an Error.
///
/// 401 → the token is invalidated and the call repeated once; rate limits (HTTP 403 rateLimitExceeded, 429) and 5xx → back-off
///; operation failures inside HTTP 200 are the business of cloud::WaitOperation.
class ApiClient {
public:
    ApiClient(HttpTransport &transport, TokenSource &tokens, Backoff backoff = {}, int maxAttempts = 5);

    /// Not started; owned by \a parent or the caller. An empty body is an empty object.
    ValueJob<QJsonObject> *call(const ApiRequest &request, QObject *parent);

    /// Follows nextPageToken until the end and gives the pages in order.
    ValueJob<QList<QJsonObject>> *callAllPages(const ApiRequest &request, QObject *parent);

    HttpTransport &transport() { return m_transport; }
    TokenSource &tokens() { return m_tokens; }

private:
    HttpTransport &m_transport;
    TokenSource &m_tokens;
    Backoff m_backoff;
    int m_maxAttempts;
};

} // namespace nimbook::net
