// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/credential_file.h"
#include "base/backoff.h"
#include "base/clock.h"
#include "base/job.h"
#include "net/http.h"

#include <QPointer>
#include <QTimer>

#include <memory>

namespace nimbook::auth {

struct AccessToken {
    Secret value;
    QDateTime expires; ///< UTC
};

/// Asks the token endpoint of a credential for an access token. Private to nb_auth.
///
/// Source: RFC 7523 (service accounts), RFC 6749 6 (refresh); what is repeated is what Google's own libraries repeat.
class TokenFetchJob final : public ValueJob<AccessToken> {
    Q_OBJECT
public:
    TokenFetchJob(CredentialFile credential, net::HttpTransport &transport, std::shared_ptr<const Clock> clock, Backoff backoff,
                  QObject *parent);

protected:
    void run() override;
    void abort() override;

private:
    void ask();
    void onAnswer(const net::HttpResponse &response);
    void retryOrFail(const Error &error);
    Result<QByteArray> form() const;
    Result<AccessToken> tokenFrom(const QByteArray &body) const;

    CredentialFile m_credential;
    net::HttpTransport &m_transport;
    std::shared_ptr<const Clock> m_clock;
    Backoff m_backoff;
    int m_failures = 0;
    QTimer m_pause;
    QPointer<Job> m_waiting;
};

} // namespace nimbook::auth
