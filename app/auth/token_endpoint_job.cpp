// SPDX-License-Identifier: Apache-2.0
#include "auth/token_endpoint_job.h"

#include "base/logging.h"
#include "net/google_error.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace nimbook::auth {

namespace {

constexpr int mostAttempts = 4;

bool isPassing(int status, const QJsonObject &json)
{
    static const QList<int> statuses{408, 429, 500, 502, 503, 504};
    static const QStringList words{QStringLiteral("internal_failure"), QStringLiteral("server_error"), QStringLiteral("temporarily_unavailable")};
    return statuses.contains(status) || words.contains(json.value(QStringLiteral("error")).toString())
        || words.contains(json.value(QStringLiteral("error_description")).toString());
}

} // namespace

QByteArray oauthForm(const QList<QPair<QString, QByteArray>> &fields)
{
    QByteArray form;
    for (const auto &[name, value] : fields)
        form += (form.isEmpty() ? "" : "&") + name.toLatin1() + '=' + value.toPercentEncoding();
    return form;
}

bool isSafeForSecrets(const QUrl &url)
{
    if (url.scheme() == QLatin1String("https"))
        return !url.host().isEmpty();
    return url.scheme() == QLatin1String("http") && QHostAddress(url.host()).isLoopback();
}

TokenEndpointJob::TokenEndpointJob(net::HttpTransport &transport, QUrl endpoint, Form form, Backoff backoff, Lost lost, QObject *parent)
    : ValueJob(parent), m_transport(transport), m_endpoint(std::move(endpoint)), m_form(std::move(form)), m_backoff(backoff), m_lost(lost)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &TokenEndpointJob::ask);
}

void TokenEndpointJob::run()
{
    ask();
}

void TokenEndpointJob::abort()
{
    m_pause.stop();
    m_waiting.cancel();
}

void TokenEndpointJob::ask()
{
    const auto form = m_form();
    if (!form)
        return fail(form.error());
    net::HttpRequest request;
    request.verb = "POST";
    request.url = m_endpoint;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"},
                       {"User-Agent", "Nimbook/" NIMBOOK_VERSION}};
    request.body = *form;
    m_waiting.wait(m_transport.send(request, this), [this](net::HttpJob &job) {
        if (const auto response = job.result())
            return onAnswer(*response);
        Error error = job.error();
        error.message = tr("Could not sign in: %1").arg(error.message);
        if (m_lost == Lost::GiveUp)
            return fail(std::move(error));
        retryOrFail(error);
    });
}

void TokenEndpointJob::onAnswer(const net::HttpResponse &response)
{
    const QJsonObject json = QJsonDocument::fromJson(response.body).object();
    if (response.status == 200)
        return succeedWith(json);
    m_refusal = json;
    const Error error = net::errorFromResponse(response, tr("sign in"));
    if (isPassing(response.status, json))
        return retryOrFail(error);
    fail(error);
}

void TokenEndpointJob::retryOrFail(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled || ++m_failures >= mostAttempts)
        return fail(error);
    qCInfo(lcAuth) << "token: try" << m_failures + 1 << "of" << mostAttempts << error;
    m_pause.start(m_backoff.delay(m_failures - 1, QRandomGenerator::global()->generateDouble()));
}

} // namespace nimbook::auth
