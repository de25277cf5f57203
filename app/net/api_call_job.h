// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "net/api_client.h"

#include <QPointer>
#include <QTimer>

namespace nimbook::net {

/// One call with its token and its retries. Private to nb_net.
class ApiCallJob final : public ValueJob<QJsonObject> {
    Q_OBJECT
public:
    ApiCallJob(HttpTransport &transport, TokenSource &tokens, ApiRequest request, Backoff backoff, int maxAttempts, QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void fetchToken();
    void send(const Secret &token);
    void onAnswer(const HttpResponse &response);
    void onWireError(const Error &error);
    void retryOrFail(const Error &error, bool mayBeSentAgain);
    Error withPurpose(Error error) const;

    HttpTransport &m_transport;
    QPointer<TokenSource> m_tokens;
    ApiRequest m_request;
    Backoff m_backoff;
    int m_maxAttempts;

    Secret m_token;
    int m_failures = 0;
    int m_timeouts = 0;
    bool m_tokenRefused = false;
    QTimer m_pause;
    Awaited m_waitingFor{*this};
};

} // namespace nimbook::net
