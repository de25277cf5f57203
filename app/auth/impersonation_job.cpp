// SPDX-License-Identifier: Apache-2.0
#include "auth/impersonation_job.h"

#include "net/google_error.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

namespace nimbook::auth {

namespace {

constexpr int mostImpersonationTries = 3;

/// The API wants resource names; files hold those or plain e-mail addresses.
QString delegateName(const QString &delegate)
{
    return delegate.contains(QLatin1Char('/')) ? delegate : QStringLiteral("projects/-/serviceAccounts/") + delegate;
}

} // namespace

ImpersonationJob::ImpersonationJob(CredentialFile credential, TokenMeans means, QObject *parent)
    : ValueJob(parent), m_credential(std::move(credential)), m_means(std::move(means))
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &ImpersonationJob::run);
}

void ImpersonationJob::run()
{
    m_waiting.wait(new TokenFetchJob(*m_credential.source, m_means, this), [this](TokenFetchJob &job) {
        if (const auto token = job.result())
            exchange(token->value);
        else
            failAs(job);
    });
}

void ImpersonationJob::abort()
{
    m_pause.stop();
    m_waiting.cancel();
}

QString ImpersonationJob::purpose() const
{
    return tr("stand in for the service account %1").arg(m_credential.account);
}

void ImpersonationJob::exchange(const Secret &sourceToken)
{
    QJsonObject body{{QStringLiteral("scope"), QJsonArray{cloudPlatformScope()}}, {QStringLiteral("lifetime"), QStringLiteral("3600s")}};
    QJsonArray delegates;
    for (const QString &delegate : m_credential.delegates)
        delegates.append(delegateName(delegate));
    if (!delegates.isEmpty())
        body.insert(QStringLiteral("delegates"), delegates);
    net::HttpRequest request;
    request.verb = "POST";
    request.url = m_credential.impersonationUrl;
    request.headers = {{"Authorization", "Bearer " + sourceToken.reveal()},
                       {"Content-Type", "application/json"},
                       {"Accept", "application/json"},
                       {"User-Agent", "Nimbook/" NIMBOOK_VERSION}};
    request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    m_waiting.wait(m_means.transport.send(request, this), [this](net::HttpJob &job) {
        const auto response = job.result();
        const auto token = response ? tokenFrom(*response) : Result<AccessToken>(failure(response.error()));
        const bool passing = !token && (token.error().kind == ErrorKind::Network || token.error().kind == ErrorKind::Timeout
                                        || token.error().kind == ErrorKind::ServerError || token.error().kind == ErrorKind::RateLimited);
        if (passing && ++m_failures < mostImpersonationTries)
            m_pause.start(m_means.backoff.delay(m_failures - 1, QRandomGenerator::global()->generateDouble()));
        else
            finishWith(token);
    });
}

Result<AccessToken> ImpersonationJob::tokenFrom(const net::HttpResponse &response) const
{
    if (response.status != 200) {
        Error error = net::errorFromResponse(response, purpose());
        if (error.kind == ErrorKind::PermissionDenied)
            error.nextStep = tr("Ask for the role “Service Account Token Creator” on %1.").arg(m_credential.account);
        return failure(std::move(error));
    }
    const QJsonObject json = QJsonDocument::fromJson(response.body).object();
    const QByteArray token = json.value(QStringLiteral("accessToken")).toString().toUtf8();
    const QDateTime expires = QDateTime::fromString(json.value(QStringLiteral("expireTime")).toString(), Qt::ISODate).toUTC();
    if (token.isEmpty() || !expires.isValid()) {
        return failure(ErrorKind::Protocol, tr("Could not %1: the answer holds no access token.").arg(purpose()), tr("Try again later."),
                       QStringLiteral("fields: %1").arg(json.keys().join(QLatin1Char(' '))));
    }
    return AccessToken{Secret(token), expires, {}};
}

} // namespace nimbook::auth
