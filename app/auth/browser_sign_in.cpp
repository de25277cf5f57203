// SPDX-License-Identifier: Apache-2.0
#include "auth/browser_sign_in.h"

#include "base/logging.h"
#include "net/query.h"

namespace nimbook::auth {

namespace {

/// What the authorization server says on the way back instead of a code (RFC 6749 4.1.2.1, and Google's own words).
Error refusalError(const QString &word, const QString &description)
{
    const auto error = [&](const QString &message, const QString &next, ErrorKind kind = ErrorKind::PermissionDenied) {
        return Error{kind, BrowserSignIn::tr("Could not sign in: %1").arg(message), next, word + QLatin1Char(' ') + description, {}};
    };
    if (word == QLatin1String("access_denied"))
        return error(BrowserSignIn::tr("access was not allowed on the page in the browser."), BrowserSignIn::tr("Sign in again and choose “Allow”."));
    if (word == QLatin1String("admin_policy_enforced"))
        return error(BrowserSignIn::tr("your organization does not let this OAuth client use Google Cloud."),
                     BrowserSignIn::tr("Ask the administrator of your organization to trust the client ID, or sign in with a credential file."));
    if (word == QLatin1String("org_internal"))
        return error(BrowserSignIn::tr("this OAuth client is for members of another organization only."),
                     BrowserSignIn::tr("Sign in with an account of that organization, or use another client ID."));
    if (word == QLatin1String("invalid_scope"))
        return error(BrowserSignIn::tr("this OAuth client may not ask for access to Google Cloud."),
                     BrowserSignIn::tr("Add the scope “cloud-platform” to the client's consent screen, or use another client ID."));
    return error(description.isEmpty() ? word : description, BrowserSignIn::tr("Try again; if it stays so, use another client ID or a credential file."),
                 ErrorKind::NotSignedIn);
}

Error exchangeError(Error error, const QJsonObject &refusal)
{
    const QString word = refusal.value(QStringLiteral("error")).toString();
    if (word == QLatin1String("invalid_client") || word == QLatin1String("unauthorized_client"))
        error.nextStep = BrowserSignIn::tr("Check the client ID and its secret: they must belong to one client of the type “Desktop app”.");
    else if (word == QLatin1String("redirect_uri_mismatch"))
        error.nextStep = BrowserSignIn::tr("The client must be of the type “Desktop app”: make one in the Google Cloud console.");
    else if (word == QLatin1String("invalid_grant"))
        error.nextStep = BrowserSignIn::tr("The page was open for too long, or was used twice: sign in again.");
    return error;
}

bool mayUseGoogleCloud(const QJsonObject &answer)
{
    const QString granted = answer.value(QStringLiteral("scope")).toString();
    // RFC 6749 5.1: left out when it is what was asked for.
    return granted.isEmpty() || granted.split(QLatin1Char(' ')).contains(cloudPlatformScope());
}

} // namespace

BrowserSignIn::BrowserSignIn(Request request, TokenMeans means, QObject *parent)
    : ValueJob(parent), m_request(std::move(request)), m_means(std::move(means))
{
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, [this] {
        const auto minutes = std::chrono::ceil<std::chrono::minutes>(m_request.limit).count();
        fail({ErrorKind::Timeout, tr("Could not sign in: the browser did not come back within %n minute(s).", nullptr, int(minutes)),
              tr("If the page showed an error, its words say what is wrong with the account or the client ID. Otherwise sign in again."), {}, {}});
    });
}

void BrowserSignIn::run()
{
    m_listener = new RedirectListener(m_state, this);
    const auto address = m_listener->listen();
    if (!address)
        return fail(address.error());
    m_redirectUri = *address;
    m_page = authorizationPage();
    connect(m_listener, &RedirectListener::redirected, this, &BrowserSignIn::onRedirected);
    m_limit.start(m_request.limit);
    setProgress({0, -1, Progress::Unit::Percent, tr("Waiting for the browser")});
    Q_EMIT browserWanted(m_page);
}

void BrowserSignIn::abort()
{
    if (m_asking)
        m_asking->cancel();
    stopListening();
}

void BrowserSignIn::aboutToFinish()
{
    stopListening();
}

void BrowserSignIn::stopListening()
{
    m_limit.stop();
    if (m_listener)
        m_listener->close();
}

QUrl BrowserSignIn::authorizationPage() const
{
    QUrlQuery query(m_request.client.authUri);
    const auto add = [&query](const char *key, const QString &value) { net::addQuery(query, QLatin1String(key), value); };
    add("client_id", m_request.client.id);
    add("redirect_uri", m_redirectUri.toString(QUrl::FullyEncoded));
    add("response_type", QStringLiteral("code"));
    add("scope", signInScopes().join(QLatin1Char(' ')));
    add("state", QString::fromLatin1(m_state));
    add("code_challenge", QString::fromLatin1(m_pkce.challenge()));
    add("code_challenge_method", QStringLiteral("S256"));
    // Google gives a refresh token only for these two, and only at a consent.
    add("access_type", QStringLiteral("offline"));
    add("prompt", QStringLiteral("consent"));
    if (!m_request.loginHint.isEmpty())
        add("login_hint", m_request.loginHint);
    QUrl page = m_request.client.authUri;
    page.setQuery(query);
    return page;
}

void BrowserSignIn::onRedirected(const QUrlQuery &query)
{
    m_limit.start(std::chrono::minutes(2)); // somebody was there: what is left is the token endpoint
    const QString refusal = query.queryItemValue(QStringLiteral("error"), QUrl::FullyDecoded);
    const QString code = query.queryItemValue(QStringLiteral("code"), QUrl::FullyDecoded);
    if (refusal.isEmpty() && !code.isEmpty())
        return exchange(code);
    giveUp(refusalError(refusal.isEmpty() ? tr("the browser came back without a code.") : refusal,
                        query.queryItemValue(QStringLiteral("error_description"), QUrl::FullyDecoded)));
}

void BrowserSignIn::exchange(const QString &code)
{
    setProgress({0, -1, Progress::Unit::Percent, tr("Fetching the sign-in")});
    QList<QPair<QString, QByteArray>> fields{{QStringLiteral("grant_type"), "authorization_code"},
                                             {QStringLiteral("code"), code.toUtf8()},
                                             {QStringLiteral("client_id"), m_request.client.id.toUtf8()},
                                             {QStringLiteral("redirect_uri"), m_redirectUri.toString(QUrl::FullyEncoded).toUtf8()},
                                             {QStringLiteral("code_verifier"), m_pkce.verifier}};
    if (!m_request.client.secret.isEmpty())
        fields.append({QStringLiteral("client_secret"), m_request.client.secret.reveal()});
    auto *job = new TokenEndpointJob(m_means.transport, m_request.client.tokenUri, [form = oauthForm(fields)] { return form; }, m_means.backoff,
                                     TokenEndpointJob::Lost::GiveUp, this);
    m_asking = job;
    connect(job, &Job::finished, this, [this, job] {
        job->deleteLater();
        if (!isRunning())
            return;
        if (const auto answer = job->result())
            onToken(*answer);
        else
            giveUp(exchangeError(answer.error(), job->refusal()));
    });
    job->start();
}

void BrowserSignIn::onToken(const QJsonObject &answer)
{
    const auto token = accessTokenFrom(answer, m_means.clock->now(), m_request.client.tokenUri.host());
    if (!token)
        return giveUp(token.error());
    if (!mayUseGoogleCloud(answer)) {
        return giveUp({ErrorKind::PermissionDenied,
                       tr("Could not sign in: the box for Google Cloud was not ticked on the page in the browser, so Nimbook could do nothing."),
                       tr("Sign in again and tick “See, edit, configure and delete your Google Cloud data”."), {}, {}});
    }
    CredentialFile credential;
    credential.type = CredentialFile::Type::AuthorizedUser;
    credential.signedInHere = true;
    credential.account = token->email;
    credential.clientId = m_request.client.id;
    credential.clientSecret = m_request.client.secret;
    credential.refreshToken = Secret(answer.value(QStringLiteral("refresh_token")).toString().toUtf8());
    credential.tokenUri = m_request.client.tokenUri;
    credential.authUri = m_request.client.authUri;
    credential.revokeUri = m_request.client.revokeUri;
    if (credential.refreshToken.isEmpty()) {
        return giveUp({ErrorKind::Protocol, tr("Could not sign in: the answer holds no refresh token, so the sign-in would end within the hour."),
                       tr("Remove Nimbook's access at myaccount.google.com/connections, then sign in again."), {}, {}});
    }
    m_listener->answer(true, tr("You are signed in"), tr("You can close this page and go back to Nimbook."));
    succeedWith(std::move(credential));
}

void BrowserSignIn::giveUp(Error error)
{
    m_listener->answer(false, tr("The sign-in did not work"), tr("Nimbook says why. You can close this page."));
    fail(std::move(error));
}

namespace {

class WithdrawJob final : public ValueJob<Done> {
public:
    WithdrawJob(CredentialFile credential, TokenMeans means, QObject *parent)
        : ValueJob(parent), m_credential(std::move(credential)), m_means(std::move(means))
    {
    }

protected:
    void run() override
    {
        const QByteArray form = oauthForm({{QStringLiteral("token"), m_credential.refreshToken.reveal()},
                                           {QStringLiteral("token_type_hint"), "refresh_token"},
                                           {QStringLiteral("client_id"), m_credential.clientId.toUtf8()}});
        auto *job = new TokenEndpointJob(m_means.transport, m_credential.revokeUri, [form] { return form; }, m_means.backoff,
                                         TokenEndpointJob::Lost::Repeat, this);
        m_asking = job;
        connect(job, &Job::finished, this, [this, job] {
            job->deleteLater();
            // "invalid_token": expired or withdrawn before.
            if (job->state() == State::Succeeded || job->refusal().value(QStringLiteral("error")).toString() == QLatin1String("invalid_token"))
                return succeedWith({});
            qCWarning(lcAuth) << "the sign-in could not be withdrawn:" << job->error();
            failAs(*job);
        });
        job->start();
    }
    void abort() override
    {
        if (m_asking)
            m_asking->cancel();
    }

private:
    CredentialFile m_credential;
    TokenMeans m_means;
    QPointer<Job> m_asking;
};

} // namespace

ValueJob<Done> *withdrawSignIn(const CredentialFile &credential, TokenMeans means, QObject *parent)
{
    if (!credential.isOurs() || !isSafeForSecrets(credential.revokeUri))
        return new ReadyJob<Done>(Done{}, parent);
    return new WithdrawJob(credential, std::move(means), parent);
}

} // namespace nimbook::auth
