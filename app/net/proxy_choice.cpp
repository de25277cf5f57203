// SPDX-License-Identifier: Apache-2.0
#include "net/proxy_choice.h"

#include "base/logging.h"

#include <QHostAddress>

#include <optional>

namespace nimbook::net {

namespace {

QString firstOf(std::initializer_list<const char *> variables)
{
    for (const char *variable : variables) {
        if (const QString value = qEnvironmentVariable(variable).trimmed(); !value.isEmpty())
            return value;
    }
    return {};
}

bool isEncrypted(const QUrl &url)
{
    return url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("wss");
}

/// HTTP_PROXY in capitals can be set by a stranger's header where a program runs under CGI, so nobody reads it.
QString namedProxy(const QUrl &url)
{
    return isEncrypted(url) ? firstOf({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) : firstOf({"http_proxy", "all_proxy", "ALL_PROXY"});
}

bool isAlwaysDirect(const QString &host)
{
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback() || host == QLatin1String("169.254.169.254")
        || host == QLatin1String("metadata.google.internal");
}

std::optional<QNetworkProxy> proxyFrom(const QString &text)
{
    const QUrl url(text.contains(QLatin1String("://")) ? text : QStringLiteral("http://") + text);
    const bool isSocks = url.scheme().startsWith(QLatin1String("socks"));
    if (url.host().isEmpty() || (!isSocks && url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https"))) {
        qCWarning(lcNet) << "a proxy variable names no proxy"; // its value may hold a password
        return std::nullopt;
    }
    const int usual = isSocks ? 1080 : url.scheme() == QLatin1String("https") ? 443 : 80;
    return QNetworkProxy(isSocks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(), quint16(url.port(usual)),
                         url.userName(QUrl::FullyDecoded), url.password(QUrl::FullyDecoded));
}

} // namespace

bool isOutsideProxy(const QString &host, int port, const QString &noProxy)
{
    const QHostAddress address(host);
    const QStringList entries = noProxy.split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (QString entry : entries) {
        entry = entry.trimmed();
        if (entry == QLatin1String("*"))
            return true;
        if (entry.contains(QLatin1Char('/'))) {
            const auto subnet = QHostAddress::parseSubnet(entry);
            if (!address.isNull() && subnet.second >= 0 && address.isInSubnet(subnet))
                return true;
            continue;
        }
        const qsizetype colon = entry.count(QLatin1Char(':')) == 1 ? entry.indexOf(QLatin1Char(':')) : -1; // more of them: IPv6
        if (colon >= 0) {
            if (entry.mid(colon + 1).toInt() != port)
                continue;
            entry.truncate(colon);
        }
        if (entry.startsWith(QLatin1String("*.")))
            entry.remove(0, 1);
        const QString bare = entry.startsWith(QLatin1Char('.')) ? entry.mid(1) : entry;
        if (bare.isEmpty())
            continue;
        if (host.compare(bare, Qt::CaseInsensitive) == 0 || host.endsWith(QLatin1Char('.') + bare, Qt::CaseInsensitive))
            return true;
    }
    return false;
}

QNetworkProxy proxyFor(const QUrl &url)
{
    const QString host = url.host();
    if (isAlwaysDirect(host))
        return QNetworkProxy::NoProxy;
    if (const QString named = namedProxy(url); !named.isEmpty()) {
        if (isOutsideProxy(host, url.port(isEncrypted(url) ? 443 : 80), firstOf({"no_proxy", "NO_PROXY"})))
            return QNetworkProxy::NoProxy;
        return proxyFrom(named).value_or(QNetworkProxy::NoProxy);
    }
    const QList<QNetworkProxy> system = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(url));
    return system.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : system.first();
}

QList<QNetworkProxy> ProxyChoice::queryProxy(const QNetworkProxyQuery &query)
{
    if (query.queryType() == QNetworkProxyQuery::UrlRequest)
        return {proxyFor(query.url())};
    // A socket tells no address but a name and a port. What goes to 443 is the web, such as a WebSocket; proxies let nothing else through.
    if (query.queryType() != QNetworkProxyQuery::TcpSocket || query.peerPort() != 443)
        return {QNetworkProxy::NoProxy};
    QUrl url;
    url.setScheme(QStringLiteral("https"));
    url.setHost(query.peerHostName());
    return {proxyFor(url)};
}

} // namespace nimbook::net
