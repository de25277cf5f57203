// SPDX-License-Identifier: Apache-2.0
#include "net/api_call_job.h"

#include "base/logging.h"
#include "net/google_error.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace nimbook::net {

namespace {

constexpr std::chrono::milliseconds longestPause{60'000}; // a server that names more is not waited for
constexpr int timeoutsWorthWaiting = 2;

/// A token crosses the net only encrypted; the sandbox on loopback is the one exception.
bool isSafeForToken(const QUrl &url)
{
    if (url.scheme() == QLatin1String("https"))
        return !url.host().isEmpty();
    return url.scheme() == QLatin1String("http")
        && (url.host() == QLatin1String("localhost") || QHostAddress(url.host()).isLoopback());
}

QByteArray redirectTarget(const HttpResponse &response)
{
    return QUrl(QString::fromUtf8(response.header("Location"))).host().toUtf8();
}

} // namespace

ApiCallJob::ApiCallJob(HttpTransport &transport, TokenSource &tokens, ApiRequest request, Backoff backoff, int maxAttempts,
                       QObject *parent)
    : ValueJob(parent), m_transport(transport), m_tokens(&tokens), m_request(std::move(request)), m_backoff(backoff),
      m_maxAttempts(maxAttempts)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &ApiCallJob::fetchToken);
}

void ApiCallJob::run()
{
    if (!isSafeForToken(m_request.url)) {
        return fail(withPurpose({ErrorKind::InvalidInput, tr("the address “%1” is not an https address.").arg(m_request.url.toDisplayString()),
                                 tr("Check the endpoint settings and the names of project, zone and machine."), {}, {}}));
    }
    fetchToken();
}

void ApiCallJob::abort()
{
    m_pause.stop();
    m_waitingFor.cancel();
}

void ApiCallJob::fetchToken()
{
    if (!m_tokens)
        return fail(withPurpose({ErrorKind::NotSignedIn, tr("this account has been signed out."), tr("Sign in again."), {}, {}}));
    m_waitingFor.wait(m_tokens->accessToken(this), [this](ValueJob<Secret> &job) {
        if (const auto token = job.result())
            send(*token);
        else
            fail(withPurpose(token.error()));
    });
}

void ApiCallJob::send(const Secret &token)
{
    m_token = token;
    HttpRequest request;
    request.verb = m_request.verb;
    request.timeout = m_request.timeout;
    request.url = m_request.url;
    QUrlQuery query = m_request.query;
    query.addQueryItem(QStringLiteral("prettyPrint"), QStringLiteral("false"));
    request.url.setQuery(query);
    request.headers = {{"Authorization", "Bearer " + token.reveal()},
                       {"Accept", "application/json"},
                       {"User-Agent", "Nimbook/" NIMBOOK_VERSION}};
    if (m_tokens && !m_tokens->quotaProject().isEmpty())
        request.headers.emplaceBack("x-goog-user-project", m_tokens->quotaProject().toUtf8());
    if (m_request.verb != "GET" && m_request.verb != "DELETE")
        request.headers.emplaceBack("Content-Type", "application/json");
    if (!m_request.body.isEmpty())
        request.body = QJsonDocument(m_request.body).toJson(QJsonDocument::Compact);

    m_waitingFor.wait(m_transport.send(request, this), [this](HttpJob &job) {
        if (const auto response = job.result())
            onAnswer(*response);
        else
            onWireError(response.error());
    });
}

void ApiCallJob::onAnswer(const HttpResponse &response)
{
    if (response.status >= 200 && response.status < 300) {
        QJsonParseError problem;
        const QJsonDocument document = QJsonDocument::fromJson(response.body, &problem);
        if (response.body.trimmed().isEmpty())
            return succeedWith({});
        if (document.isObject())
            return succeedWith(document.object());
        return fail(withPurpose({ErrorKind::Protocol, tr("the answer is not JSON; a web page of this network may have come instead."),
                                 tr("Open a page in a browser to see whether the network wants a log-in, then try again."),
                                 problem.errorString() + QLatin1Char('\n') + QString::fromUtf8(response.body.left(1000)), {}}));
    }
    if (response.status >= 300 && response.status < 400) {
        return fail(withPurpose({ErrorKind::Protocol,
                                 tr("the server sends us on to “%1”, where the access token must not go.")
                                     .arg(QString::fromUtf8(redirectTarget(response))),
                                 tr("Check the endpoint settings, and whether this network wants a log-in."),
                                 QStringLiteral("HTTP %1").arg(response.status), {}}));
    }
    if (response.status == 401 && !m_tokenRefused && m_tokens) {
        m_tokenRefused = true;
        m_tokens->invalidate(m_token);
        return fetchToken();
    }
    const Error error = errorFromResponse(response, m_request.purpose);
    const bool surelyNotDone = error.kind == ErrorKind::RateLimited || response.status == 503;
    const bool passing = surelyNotDone || response.status == 408 || response.status >= 500;
    retryOrFail(error, surelyNotDone || (passing && m_request.retry == ApiRequest::Retry::Safe));
}

void ApiCallJob::onWireError(const Error &error)
{
    bool again = m_request.retry == ApiRequest::Retry::Safe;
    if (error.kind == ErrorKind::Timeout && ++m_timeouts >= timeoutsWorthWaiting)
        again = false;
    retryOrFail(withPurpose(error), again && error.kind != ErrorKind::Cancelled);
}

void ApiCallJob::retryOrFail(const Error &error, bool mayBeSentAgain)
{
    const auto pause = error.retryAfter.value_or(
        m_backoff.delay(m_failures, QRandomGenerator::global()->generateDouble()));
    if (!mayBeSentAgain || ++m_failures >= m_maxAttempts || pause > longestPause)
        return fail(error);
    qCInfo(lcNet) << "try" << m_failures + 1 << "of" << m_maxAttempts << "in" << pause.count() << "ms:" << error;
    m_pause.start(pause);
}

Error ApiCallJob::withPurpose(Error error) const
{
    if (!m_request.purpose.isEmpty())
        error.message = tr("Could not %1: %2").arg(m_request.purpose, error.message);
    return error;
}

} // namespace nimbook::net
