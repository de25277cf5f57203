// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "net/http.h"

#include <memory>

class QNetworkAccessManager;

namespace nimbook::net {

/// HTTP by QNetworkAccessManager, through the proxy that the environment or the system names (proxyFor()). No redirects are followed with a token; no cookies, no cache.
class NetworkTransport final : public HttpTransport {
public:
    NetworkTransport();
    ~NetworkTransport() override;

    HttpJob *send(const HttpRequest &request, QObject *parent) override;

private:
    std::unique_ptr<QNetworkAccessManager> m_manager;
};

} // namespace nimbook::net
