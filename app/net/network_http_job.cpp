// SPDX-License-Identifier: Apache-2.0
#include "net/network_http_job.h"

#include "base/logging.h"
#include "net/proxy_choice.h"

#include <QNetworkAccessManager>
#include <QNetworkRequest>

namespace nimbook::net {

namespace {

QNetworkRequest networkRequest(const HttpRequest &request)
{
    QNetworkRequest result(request.url);
    result.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    result.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    result.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    result.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    result.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    result.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    // A list of machines packs better than 40 to 1, which Qt would otherwise take for an archive bomb.
    result.setDecompressedSafetyCheckThreshold(256 * 1024 * 1024);
    for (const auto &[name, value] : request.headers)
        result.setRawHeader(name, value);
    return result;
}

/// Errors below 200 come from the wire or a proxy; those above repeat an HTTP status.
bool isWireError(QNetworkReply::NetworkError error)
{
    return error != QNetworkReply::NoError && error < QNetworkReply::ContentAccessDenied;
}

QString nextStepFor(QNetworkReply::NetworkError error, const QUrl &url)
{
    switch (error) {
    case QNetworkReply::SslHandshakeFailedError:
        return NetworkHttpJob::tr("Check the date of this computer, and whether a proxy inspects encrypted connections.");
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::UnknownProxyError:
        return NetworkHttpJob::tr("Check the proxy in the system's network settings.");
    default:
        // What a proxy refuses often looks like a broken connection.
        if (const QNetworkProxy proxy = proxyFor(url); proxy.type() != QNetworkProxy::NoProxy)
            return NetworkHttpJob::tr("Check the network connection and the proxy %1, then try again.").arg(proxy.hostName());
        return NetworkHttpJob::tr("Check the network connection, then try again.");
    }
}

} // namespace

NetworkHttpJob::NetworkHttpJob(QNetworkAccessManager &manager, HttpRequest request, QObject *parent)
    : HttpJob(parent), m_manager(&manager), m_request(std::move(request))
{
    m_silence.setSingleShot(true);
    m_silence.setInterval(m_request.timeout);
    connect(&m_silence, &QTimer::timeout, this, &NetworkHttpJob::onSilence);
}

NetworkHttpJob::~NetworkHttpJob()
{
    dropReply();
}

void NetworkHttpJob::run()
{
    if (!m_manager)
        return fail(Error{ErrorKind::Cancelled, tr("Cancelled."), {}, QStringLiteral("the transport is gone"), {}});
    m_reply = m_manager->sendCustomRequest(networkRequest(m_request), m_request.verb, m_request.body);
    const auto moved = [this] { m_silence.start(); };
    connect(m_reply, &QNetworkReply::uploadProgress, this, moved);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, moved);
    connect(m_reply, &QNetworkReply::downloadProgress, this, [this, moved](qint64 done, qint64 total) {
        moved();
        setProgress({done, total, Progress::Unit::Bytes, {}});
    });
    connect(m_reply, &QNetworkReply::finished, this, &NetworkHttpJob::onReplyFinished);
    connect(m_reply, &QObject::destroyed, this, [this] {
        if (isRunning())
            cancel();
    });
    m_silence.start();
}

void NetworkHttpJob::abort()
{
    m_silence.stop();
    dropReply();
}

void NetworkHttpJob::dropReply()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this); // abort() would report its end to us at once
    m_reply->abort();
    m_reply->deleteLater();
    m_reply.clear();
}

void NetworkHttpJob::onSilence()
{
    dropReply();
    const auto seconds = std::chrono::duration<double>(m_request.timeout).count();
    fail(Error{ErrorKind::Timeout, tr("%1 did not answer within %2 seconds.").arg(m_request.url.host()).arg(seconds),
               tr("Check the network connection, then try again."),
               QString::fromLatin1(m_request.verb) + QLatin1Char(' ') + m_request.url.path(), {}});
}

void NetworkHttpJob::onReplyFinished()
{
    m_silence.stop();
    QNetworkReply *reply = m_reply;
    reply->disconnect(this);
    reply->deleteLater();
    m_reply.clear();

    HttpResponse response;
    response.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    response.body = reply->readAll();
    const auto pairs = reply->rawHeaderPairs();
    for (const auto &pair : pairs)
        response.headers.append({pair.first, pair.second});
    qCDebug(lcNet).noquote() << m_request.verb << m_request.url.path() << response.status << response.body.size() << "bytes"
                             << reply->error();

    // Part of an answer is no answer: an HTTP status that was cut off later still counts as a network error.
    if (isWireError(reply->error()) || response.status == 0) {
        const auto kind = reply->error() == QNetworkReply::TimeoutError ? ErrorKind::Timeout : ErrorKind::Network;
        return fail(Error{kind, tr("%1 could not be reached: %2.").arg(m_request.url.host(), reply->errorString()),
                          nextStepFor(reply->error(), m_request.url),
                          QStringLiteral("%1 %2: QNetworkReply error %3, HTTP status %4")
                              .arg(QString::fromLatin1(m_request.verb), m_request.url.path())
                              .arg(int(reply->error())).arg(response.status), {}});
    }
    succeedWith(std::move(response));
}

} // namespace nimbook::net
