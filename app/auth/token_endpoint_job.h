// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/awaited.h"
#include "base/backoff.h"
#include "net/http.h"

#include <QJsonObject>
#include <QTimer>

#include <functional>

namespace nimbook::auth {

/// A form of fields, percent-encoded: what OAuth's endpoints take.
QByteArray oauthForm(const QList<QPair<QString, QByteArray>> &fields);

/// Whether \a url may be sent a secret: encrypted, or this very computer.
bool isSafeForSecrets(const QUrl &url);

/// Posts a form to an OAuth endpoint and gives its JSON; passing errors are repeated. Private to nb_auth.
///
/// Repeated as Google's own libraries do: HTTP 408, 429, 500, 503, 504 (and 502, a proxy's), or the words internal_failure, server_error,
/// temporarily_unavailable. Other answers are the end: refusal() is what they said.
class TokenEndpointJob final : public ValueJob<QJsonObject> {
    Q_OBJECT
public:
    enum class Lost { Repeat, GiveUp }; ///< when no answer came: an authorization code works once, so repeating it tells nothing
    using Form = std::function<Result<QByteArray>()>; ///< asked at each try: an assertion carries the time

    TokenEndpointJob(net::HttpTransport &transport, QUrl endpoint, Form form, Backoff backoff, Lost lost, QObject *parent);

    /// After a failure: what the endpoint said; empty when it did not answer.
    const QJsonObject &refusal() const { return m_refusal; }

protected:
    void run() override;
    void abort() override;

private:
    void ask();
    void onAnswer(const net::HttpResponse &response);
    void retryOrFail(const Error &error);

    net::HttpTransport &m_transport;
    QUrl m_endpoint;
    Form m_form;
    Backoff m_backoff;
    Lost m_lost;
    QJsonObject m_refusal;
    int m_failures = 0;
    QTimer m_pause;
    Awaited m_waiting{*this};
};

} // namespace nimbook::auth
