// SPDX-License-Identifier: Apache-2.0
#include "auth/token_fetch_job.h"

#include "auth/signed_assertion.h"

namespace nimbook::auth {

namespace {

constexpr qint64 assertionLife = 3600; // seconds; Google takes no more
// The audience is this constant, also when the file's token_uri names another address.
const QString googleAudience = QStringLiteral("https://oauth2.googleapis.com/token");

QString nextStepFor(const QString &description, const CredentialFile &credential)
{
    const bool isService = credential.type == CredentialFile::Type::ServiceAccount;
    if (description.contains(QLatin1String("short-lived token")))
        return TokenFetchJob::tr("Set the clock of this computer right, then try again.");
    if (isService)
        return TokenFetchJob::tr("The key may have been deleted: download a new key file for the service account.");
    const bool isRapt = description.contains(QLatin1String("rapt"));
    if (credential.isOurs()) {
        return isRapt ? TokenFetchJob::tr("Your organization asks for a fresh sign-in: sign in again.")
                      : TokenFetchJob::tr("The sign-in has expired or was withdrawn: sign in again.");
    }
    return isRapt ? TokenFetchJob::tr("Your organization asks for a fresh sign-in: run “gcloud auth application-default login”, then sign in again.")
                  : TokenFetchJob::tr("Run “gcloud auth application-default login”, then sign in again with the new file.");
}

} // namespace

TokenFetchJob::TokenFetchJob(CredentialFile credential, TokenMeans means, QObject *parent)
    : ValueJob(parent), m_credential(std::move(credential)), m_means(std::move(means))
{
}

void TokenFetchJob::run()
{
    auto *job = new TokenEndpointJob(m_means.transport, m_credential.tokenUri, [this] { return form(); }, m_means.backoff,
                                     TokenEndpointJob::Lost::Repeat, this);
    m_asking.wait(job, [this](TokenEndpointJob &ended) {
        if (const auto answer = ended.result())
            finishWith(accessTokenFrom(*answer, m_means.clock->now(), m_credential.tokenUri.host()));
        else
            fail(explained(answer.error(), ended.refusal()));
    });
}

void TokenFetchJob::abort()
{
    m_asking.cancel();
}

Result<QByteArray> TokenFetchJob::form() const
{
    if (m_credential.type == CredentialFile::Type::AuthorizedUser) {
        QList<QPair<QString, QByteArray>> fields{{QStringLiteral("grant_type"), "refresh_token"},
                                                 {QStringLiteral("client_id"), m_credential.clientId.toUtf8()},
                                                 {QStringLiteral("refresh_token"), m_credential.refreshToken.reveal()}};
        if (!m_credential.clientSecret.isEmpty()) // a public client has none, and an empty one would be refused
            fields.insert(2, {QStringLiteral("client_secret"), m_credential.clientSecret.reveal()});
        return oauthForm(fields);
    }
    const qint64 now = m_means.clock->now().toSecsSinceEpoch();
    const QJsonObject claims{{QStringLiteral("iss"), m_credential.account},
                             {QStringLiteral("aud"), googleAudience},
                             {QStringLiteral("scope"), cloudPlatformScope()},
                             {QStringLiteral("iat"), now},
                             {QStringLiteral("exp"), now + assertionLife}};
    const auto assertion = signedAssertion(m_credential.privateKeyId, m_credential.privateKey, claims);
    if (!assertion)
        return failure(assertion.error());
    return oauthForm({{QStringLiteral("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {QStringLiteral("assertion"), *assertion}});
}

Error TokenFetchJob::explained(Error error, const QJsonObject &refusal) const
{
    if (error.kind == ErrorKind::NotSignedIn) {
        error.nextStep = nextStepFor(refusal.value(QStringLiteral("error_description")).toString()
                                         + refusal.value(QStringLiteral("error_subtype")).toString(), m_credential);
    }
    return error;
}

} // namespace nimbook::auth
