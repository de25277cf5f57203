// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/account_tokens.h"
#include "cloud/gce/compute_client.h"
#include "cloud/gce/project_client.h"
#include "net/api_client.h"
#include "ssh/iap_tokens.h"

#include <QObject>

#include <memory>

namespace nimbook::workspace {

/// Somebody who is signed in: where the tokens come from and the clients that use them.
class Account : public QObject {
    Q_OBJECT
public:
    enum class Kind {
        Sandbox,
        CredentialFile,
        Browser,         ///< a sign-in of Nimbook's own on Google's page
        MetadataServer,  ///< the service account of the machine that Nimbook itself runs on
        AccessTokenFile, ///< CLOUDSDK_AUTH_ACCESS_TOKEN_FILE
    };
    Q_ENUM(Kind)

    Account(Kind kind, QString key, std::unique_ptr<net::TokenSource> tokens, net::HttpTransport &transport,
            cloud::Endpoints endpoints, QString defaultProject, QObject *parent = nullptr);
    ~Account() override;

    Kind kind() const { return m_kind; }
    bool isSandbox() const { return m_kind == Kind::Sandbox; }
    QString key() const { return m_key; }       ///< the SecretStore entry, "sandbox" for the sandbox
    QString displayName() const;                ///< e-mail, or "This computer (sandbox)"
    QString defaultProject() const { return m_defaultProject; } ///< may be empty
    /// The e-mail address; empty where it is not known.
    QString email() const { return m_tokens->account(); }
    /// The file that the credential was read from, for reading it again; empty where there was none.
    QString credentialPath() const { return m_credentialPath; }
    void setCredentialPath(const QString &path) { m_credentialPath = path; }
    cloud::ComputeClient &compute() { return *m_compute; }
    cloud::ProjectClient &projectApis() { return *m_projectApis; }
    net::ApiClient &api() { return *m_api; }          ///< for other APIs: same tokens, retries and quota project
    auth::AccountTokens &tokens() { return *m_tokens; } ///< for what carries a token itself
    std::shared_ptr<ssh::IapTokens> relayTokens() const { return m_relayTokens; } ///< the same for connections on other threads

private:
    Kind m_kind;
    QString m_key;
    QString m_defaultProject;
    std::unique_ptr<auth::AccountTokens> m_tokens;
    QString m_credentialPath;
    std::unique_ptr<net::ApiClient> m_api;
    std::unique_ptr<cloud::ComputeClient> m_compute;
    std::unique_ptr<cloud::ProjectClient> m_projectApis;
    std::shared_ptr<ssh::IapTokens> m_relayTokens; // may be held longer by a connection that is ending
};

} // namespace nimbook::workspace
