// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QNetworkProxyFactory>
#include <QUrl>

namespace nimbook::net {

/// Which way a request goes, as curl, gcloud and Google's libraries read the environment: https_proxy, http_proxy and all_proxy (also in
/// capitals, http_proxy only in small letters) with no_proxy; else what the system's settings say.
///
/// This computer's own loopback and Google's metadata server are always reached directly.
QNetworkProxy proxyFor(const QUrl &url);

/// Whether \a noProxy (comma-separated names, ".suffixes", addresses, networks such as 10.0.0.0/8, "*") takes \a host out.
bool isOutsideProxy(const QString &host, int port, const QString &noProxy);

/// The same for a QNetworkAccessManager, or for every socket of a program that makes it its application proxy factory.
class ProxyChoice final : public QNetworkProxyFactory {
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override;
};

} // namespace nimbook::net
