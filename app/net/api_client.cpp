// SPDX-License-Identifier: Apache-2.0
#include "net/api_client.h"

#include "net/api_call_job.h"
#include "net/api_pages_job.h"

namespace nimbook::net {

ApiClient::ApiClient(HttpTransport &transport, TokenSource &tokens, Backoff backoff, int maxAttempts)
    : m_transport(transport), m_tokens(tokens), m_backoff(backoff), m_maxAttempts(maxAttempts)
{
}

ValueJob<QJsonObject> *ApiClient::call(const ApiRequest &request, QObject *parent)
{
    return new ApiCallJob(m_transport, m_tokens, request, m_backoff, m_maxAttempts, parent);
}

ValueJob<QList<QJsonObject>> *ApiClient::callAllPages(const ApiRequest &request, QObject *parent)
{
    // The parts are captured, not this: a page job may outlive the client that made it by one turn of the event loop.
    return new ApiPagesJob(
        [&transport = m_transport, &tokens = m_tokens, backoff = m_backoff, attempts = m_maxAttempts](const ApiRequest &page, QObject *owner) -> ValueJob<QJsonObject> * {
            return new ApiCallJob(transport, tokens, page, backoff, attempts, owner);
        },
        request, parent);
}

} // namespace nimbook::net
