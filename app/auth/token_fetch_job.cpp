// SPDX-License-Identifier: Apache-2.0
#include "auth/token_fetch_job.h"

#include "auth/signed_assertion.h"
#include "base/logging.h"
#include "net/google_error.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QUrlQuery>

namespace nimbook::auth {

namespace {

constexpr int mostAttempts = 4;
constexpr qint64 assertionLife = 3600; // seconds; Google takes no more
const QString cloudPlatformScope = QStringLiteral("https://www.googleapis.com/auth/cloud-platform");
// The audience is this constant, also when the file's token_uri names another address.
const QString googleAudience = QStringLiteral("https://oauth2.googleapis.com/token");

QByteArray formOf(const QList<QPair<QString, QByteArray>> &fields)
{
    QByteArray form;
    for (const auto &[name, value] : fields)
        form += (form.isEmpty() ? "" : "&") + name.toLatin1() + '=' + value.toPercentEncoding();
    return form;
}

bool isPassing(int status, const QJsonObject &json)
{
    static const QList<int> statuses{408, 429, 500, 502, 503, 504};
    static const QStringList words{QStringLiteral("internal_failure"), QStringLiteral("server_error"), QStringLiteral("temporarily_unavailable")};
    return statuses.contains(status) || words.contains(json.value(QStringLiteral("error")).toString())
        || words.contains(json.value(QStringLiteral("error_description")).toString());
}

QString nextStepFor(const QString &description, CredentialFile::Type type)
{
    if (description.contains(QLatin1String("short-lived token")) || description.contains(QLatin1String("iat")))
        return TokenFetchJob::tr("Set the clock of this computer right, then try again.");
    if (description.contains(QLatin1String("rapt")))
        return TokenFetchJob::tr("Your organization asks for a fresh sign-in: run “gcloud auth application-default login”, then sign in again.");
    if (type == CredentialFile::Type::AuthorizedUser)
        return TokenFetchJob::tr("Run “gcloud auth application-default login”, then sign in again with the new file.");
    return TokenFetchJob::tr("The key may have been deleted: download a new key file for the service account.");
}

} // namespace

TokenFetchJob::TokenFetchJob(CredentialFile credential, net::HttpTransport &transport, std::shared_ptr<const Clock> clock, Backoff backoff,
                             QObject *parent)
    : ValueJob(parent), m_credential(std::move(credential)), m_transport(transport), m_clock(std::move(clock)), m_backoff(backoff)
{
    m_pause.setSingleShot(true);
    connect(&m_pause, &QTimer::timeout, this, &TokenFetchJob::ask);
}

void TokenFetchJob::run()
{
    ask();
}

void TokenFetchJob::abort()
{
    m_pause.stop();
    if (m_waiting)
        m_waiting->cancel();
}

Result<QByteArray> TokenFetchJob::form() const
{
    if (m_credential.type == CredentialFile::Type::AuthorizedUser) {
        return formOf({{QStringLiteral("grant_type"), "refresh_token"},
                       {QStringLiteral("client_id"), m_credential.clientId.toUtf8()},
                       {QStringLiteral("client_secret"), m_credential.clientSecret.reveal()},
                       {QStringLiteral("refresh_token"), m_credential.refreshToken.reveal()}});
    }
    const qint64 now = m_clock->now().toSecsSinceEpoch();
    const QJsonObject claims{{QStringLiteral("iss"), m_credential.account},
                             {QStringLiteral("aud"), googleAudience},
                             {QStringLiteral("scope"), cloudPlatformScope},
                             {QStringLiteral("iat"), now},
                             {QStringLiteral("exp"), now + assertionLife}};
    const auto assertion = signedAssertion(m_credential.privateKeyId, m_credential.privateKey, claims);
    if (!assertion)
        return failure(assertion.error());
    return formOf({{QStringLiteral("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {QStringLiteral("assertion"), *assertion}});
}

void TokenFetchJob::ask()
{
    const auto body = form();
    if (!body)
        return fail(body.error());
    net::HttpRequest request;
    request.verb = "POST";
    request.url = m_credential.tokenUri;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                       {"Accept", "application/json"},
                       {"User-Agent", "Nimbook/" NIMBOOK_VERSION}};
    request.body = *body;
    net::HttpJob *job = m_transport.send(request, this);
    m_waiting = job;
    connect(job, &Job::finished, this, [this, job] {
        job->deleteLater();
        if (!isRunning())
            return;
        if (const auto response = job->result()) {
            onAnswer(*response);
        } else {
            Error error = response.error();
            error.message = tr("Could not sign in: %1").arg(error.message);
            retryOrFail(error);
        }
    });
    job->start();
}

void TokenFetchJob::onAnswer(const net::HttpResponse &response)
{
    if (response.status == 200)
        return finishWith(tokenFrom(response.body));
    Error error = net::errorFromResponse(response, tr("sign in"));
    const QJsonObject json = QJsonDocument::fromJson(response.body).object();
    if (isPassing(response.status, json))
        return retryOrFail(error);
    if (error.kind == ErrorKind::NotSignedIn) {
        error.nextStep = nextStepFor(json.value(QStringLiteral("error_description")).toString()
                                         + json.value(QStringLiteral("error_subtype")).toString(), m_credential.type);
    }
    fail(std::move(error));
}

void TokenFetchJob::retryOrFail(const Error &error)
{
    if (error.kind == ErrorKind::Cancelled || ++m_failures >= mostAttempts)
        return fail(error);
    qCInfo(lcAuth) << "token: try" << m_failures + 1 << "of" << mostAttempts << error;
    m_pause.start(m_backoff.delay(m_failures - 1, QRandomGenerator::global()->generateDouble()));
}

Result<AccessToken> TokenFetchJob::tokenFrom(const QByteArray &body) const
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    const QByteArray token = json.value(QStringLiteral("access_token")).toString().toUtf8();
    const QJsonValue life = json.value(QStringLiteral("expires_in")); // a number; some servers write text
    const qint64 seconds = life.isString() ? life.toString().toLongLong() : life.toInteger();
    if (token.isEmpty() || seconds <= 0) {
        return failure(ErrorKind::Protocol, tr("Could not sign in: the answer of %1 holds no access token.").arg(m_credential.tokenUri.host()),
                       tr("A proxy or a log-in page of this network may stand in between: open a page in a browser, then try again."),
                       QStringLiteral("%1 bytes").arg(body.size()));
    }
    return AccessToken{Secret(token), m_clock->now().addSecs(seconds)};
}

} // namespace nimbook::auth
