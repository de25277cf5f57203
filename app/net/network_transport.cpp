// SPDX-License-Identifier: Apache-2.0
#include "net/network_transport.h"

#include "net/network_http_job.h"
#include "net/proxy_choice.h"

#include <QNetworkAccessManager>

namespace nimbook::net {

NetworkTransport::NetworkTransport() : m_manager(std::make_unique<QNetworkAccessManager>())
{
    m_manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_manager->setAutoDeleteReplies(false);
    m_manager->setProxyFactory(new ProxyChoice); // owned by the manager
}

NetworkTransport::~NetworkTransport() = default;

HttpJob *NetworkTransport::send(const HttpRequest &request, QObject *parent)
{
    return new NetworkHttpJob(*m_manager, request, parent);
}

} // namespace nimbook::net
