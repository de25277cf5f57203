// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/credential_file.h"
#include "auth/oauth_client.h"
#include "auth/pkce.h"
#include "auth/redirect_listener.h"
#include "auth/token_fetch_job.h"

#include <chrono>

namespace nimbook::auth {

/// Signing in on Google's own page in the system's browser (RFC 8252): loopback redirect, state, PKCE S256.
///
/// QtNetworkAuth would be the kept library, but that of Debian 12 (Qt 6.4) knows no PKCE, and its reply handler takes whatever first
/// arrives on the loopback for the answer; Google asks installed programs for the first, and browsers make the second go wrong.
/// So the few steps stand here, on Qt's own server, random numbers and SHA-256.
///
/// Error kinds: Timeout (nobody came back in time), PermissionDenied (refused, or the box for Google Cloud was left empty), NotSignedIn,
/// Network, Protocol, Cancelled.
class BrowserSignIn final : public ValueJob<CredentialFile> {
    Q_OBJECT
public:
    struct Request {
        OAuthClient client;
        QString loginHint; ///< whose sign-in is to be renewed; empty: the page asks
        /// An error page of the authorization server does not come back here, so waiting has an end.
        std::chrono::milliseconds limit{std::chrono::minutes(5)};
    };

    BrowserSignIn(Request request, TokenMeans means, QObject *parent);

    const QUrl &page() const { return m_page; } ///< to be opened by hand where browserWanted() led to no browser

Q_SIGNALS:
    void browserWanted(const QUrl &page);

protected:
    void run() override;
    void abort() override;
    void aboutToFinish() override;

private:
    QUrl authorizationPage() const;
    void stopListening();
    void onRedirected(const QUrlQuery &query);
    void exchange(const QString &code);
    void onToken(const QJsonObject &answer);
    void giveUp(Error error); ///< tells the browser as well

    Request m_request;
    TokenMeans m_means;
    Pkce m_pkce;
    QByteArray m_state = randomUrlText(24);
    QUrl m_redirectUri;
    QUrl m_page;
    QPointer<RedirectListener> m_listener;
    QTimer m_limit;
    QPointer<Job> m_asking;
};

/// Withdraws a sign-in that is Nimbook's own; anybody else's (gcloud's, a service account's key) is left alone. A token that is unknown
/// over there already is no error.
ValueJob<Done> *withdrawSignIn(const CredentialFile &credential, TokenMeans means, QObject *parent);

} // namespace nimbook::auth
