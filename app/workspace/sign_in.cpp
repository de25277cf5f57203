// SPDX-License-Identifier: Apache-2.0
#include "workspace/sign_in.h"

#include "auth/access_token_file.h"
#include "auth/credential_token_source.h"
#include "auth/gcloud_environment.h"
#include "auth/metadata_server.h"
#include "base/logging.h"

namespace nimbook::workspace {

SignIn *SignIn::toSandbox(const Means &means, QObject *parent)
{
    return new SignIn(means, &SignIn::startSandbox, parent);
}

SignIn *SignIn::withFile(const Means &means, const QString &path, QObject *parent)
{
    auto *job = new SignIn(means, &SignIn::readChosenFile, parent);
    job->m_path = path;
    return job;
}

SignIn *SignIn::inBrowser(const Means &means, const auth::OAuthClient &client, QObject *parent)
{
    auto *job = new SignIn(means, &SignIn::goToBrowser, parent);
    job->m_client = client;
    return job;
}

SignIn *SignIn::asThisMachine(const Means &means, QObject *parent)
{
    return new SignIn(means, &SignIn::askThisMachine, parent);
}

SignIn *SignIn::withAccessTokenFile(const Means &means, QObject *parent)
{
    return new SignIn(means, &SignIn::readTokenFile, parent);
}

SignIn *SignIn::fromEnvironment(const Means &means, QObject *parent)
{
    if (!auth::accessTokenFile().isEmpty())
        return withAccessTokenFile(means, parent);
    if (const QString path = auth::CredentialFile::defaultPath(); !path.isEmpty())
        return withFile(means, path, parent);
    if (auth::mayRunOnGoogle())
        return asThisMachine(means, parent);
    return restored(means, {}, parent);
}

SignIn *SignIn::restored(const Means &means, const KnownAccount &known, QObject *parent)
{
    if (known.key == sandboxKey())
        return toSandbox(means, parent);
    if (known.key == accessTokenFileKey())
        return withAccessTokenFile(means, parent);
    if (known.key == thisMachineKey())
        return asThisMachine(means, parent);
    auto *job = new SignIn(means, &SignIn::readStored, parent);
    job->m_key = known.key;
    job->m_path = known.path;
    return job;
}

SignIn::SignIn(const Means &means, Begin begin, QObject *parent) : Job(parent), m_means(means), m_begin(begin) {}

template<typename T>
void SignIn::await(ValueJob<T> *job, std::function<void(const T &)> then)
{
    m_waiting.wait(job, [this, then = std::move(then)](ValueJob<T> &ended) {
        if (const auto result = ended.result())
            then(*result);
        else
            failAs(ended);
    });
}

void SignIn::run()
{
    (this->*m_begin)();
}

void SignIn::abort()
{
    m_waiting.cancel();
}

void SignIn::startSandbox()
{
    m_key = sandboxKey();
    setProgress({0, -1, Progress::Unit::Percent, tr("Starting the sandbox")});
    await<SandboxAddress>(m_means.sandbox.start(this), [this](const SandboxAddress &address) {
        useFile(address.credentialsPath, Account::Kind::Sandbox, cloud::Endpoints::under(address.root));
    });
}

void SignIn::readChosenFile()
{
    useFile(m_path, Account::Kind::CredentialFile, cloud::Endpoints::fromEnvironment());
}

void SignIn::goToBrowser()
{
    auto *job = new auth::BrowserSignIn({m_client, {}}, m_means.tokens(), this);
    connect(job, &auth::BrowserSignIn::browserWanted, this, &SignIn::browserWanted);
    setProgress({0, -1, Progress::Unit::Percent, tr("Waiting for the browser")});
    await<auth::CredentialFile>(job, [this](const auth::CredentialFile &credential) {
        m_toStore = Secret(credential.toJson());
        useCredential(credential, Account::Kind::Browser, cloud::Endpoints::fromEnvironment());
    });
}

void SignIn::askThisMachine()
{
    setProgress({0, -1, Progress::Unit::Percent, tr("Asking this machine who it is")});
    await<auth::MachineIdentity>(auth::machineIdentity(m_means.transport, this), [this](const auth::MachineIdentity &identity) {
        m_key = thisMachineKey();
        const QString named = auth::projectFromEnvironment();
        useTokens(auth::makeMachineTokenSource(identity, m_means.transport, m_means.clock), Account::Kind::MetadataServer,
                  cloud::Endpoints::fromEnvironment(), named.isEmpty() ? identity.projectId : named);
    });
}

void SignIn::readTokenFile()
{
    const QString path = auth::accessTokenFile();
    if (path.isEmpty()) {
        fail({ErrorKind::NotFound, tr("Nobody was signed in: CLOUDSDK_AUTH_ACCESS_TOKEN_FILE is not set any more."), {}, {}, {}});
        return;
    }
    m_key = accessTokenFileKey();
    useTokens(auth::makeAccessTokenFile(path, auth::accountFromEnvironment()), Account::Kind::AccessTokenFile,
              cloud::Endpoints::fromEnvironment(), auth::projectFromEnvironment());
}

void SignIn::readStored()
{
    if (m_key.isEmpty()) {
        fail({ErrorKind::NotFound, tr("Nobody was signed in."), {}, {}, {}});
        return;
    }
    await<Secret>(m_means.secrets.read(m_key, this), [this](const Secret &secret) {
        auto credential = auth::CredentialFile::parse(secret.reveal(), tr("the stored credential"));
        if (!credential) {
            fail(credential.error());
            return;
        }
        const auto kind = credential->isOurs() ? Account::Kind::Browser : Account::Kind::CredentialFile;
        useCredential(std::move(*credential), kind, cloud::Endpoints::fromEnvironment());
    });
}

void SignIn::useFile(const QString &path, Account::Kind kind, const cloud::Endpoints &endpoints)
{
    auto credential = auth::CredentialFile::read(path);
    if (!credential) {
        fail(credential.error());
        return;
    }
    if (kind == Account::Kind::CredentialFile)
        m_toStore = Secret(credential->toJson());
    useCredential(std::move(*credential), kind, endpoints);
}

void SignIn::useCredential(auth::CredentialFile credential, Account::Kind kind, const cloud::Endpoints &endpoints)
{
    QString project = credential.projectId.isEmpty() ? credential.quotaProject : credential.projectId;
    if (m_key.isEmpty())
        m_key = credential.storeKey();
    if (kind != Account::Kind::Sandbox) {
        // The sandbox is a cloud of its own: what the environment says is about the real one.
        if (const QString named = auth::projectFromEnvironment(); !named.isEmpty())
            project = named;
        if (const QString named = auth::quotaProjectFromEnvironment(); !named.isEmpty())
            credential.quotaProject = named;
    }
    useTokens(auth::makeCredentialTokenSource(std::move(credential), m_means.transport, m_means.clock), kind, endpoints, project);
}

void SignIn::useTokens(std::unique_ptr<net::TokenSource> tokens, Account::Kind kind, const cloud::Endpoints &endpoints,
                       const QString &project)
{
    m_tokens = tokens.get();
    m_account = std::make_unique<Account>(kind, m_key, std::move(tokens), m_means.transport, endpoints, project);
    if (kind == Account::Kind::CredentialFile)
        m_account->setCredentialPath(m_path);
    verify();
}

void SignIn::verify()
{
    setProgress({0, -1, Progress::Unit::Percent, tr("Checking the credential")});
    await<Secret>(m_tokens->accessToken(this), [this](const Secret &) { listProjects(); });
}

void SignIn::listProjects()
{
    setProgress({0, -1, Progress::Unit::Percent, tr("Listing the projects")});
    m_waiting.wait(m_account->compute().listProjects(this), [this](ValueJob<QList<cloud::Project>> &job) {
        const auto listed = job.result();
        const bool mayNotList = !listed && (listed.error().kind == ErrorKind::PermissionDenied || listed.error().kind == ErrorKind::ApiDisabled);
        if (listed) {
            m_projects = *listed;
        } else if (mayNotList && !m_account->defaultProject().isEmpty()) {
            // A service account of one project often may use that project without being allowed to list any.
            m_projects = {cloud::Project{m_account->defaultProject(), m_account->defaultProject(), true}};
        } else {
            failAs(job);
            return;
        }
        keep();
    });
}

void SignIn::keep()
{
    if (m_toStore.isEmpty()) {
        succeed();
        return;
    }
    m_waiting.wait(m_means.secrets.write(m_key, m_toStore, this), [this](const Job &job) {
        // The store itself tells the window when it cannot keep anything; this sign-in works all the same.
        if (job.state() == State::Failed)
            qCWarning(lcWorkspace) << "the credential was not kept:" << job.error();
        succeed();
    });
}

} // namespace nimbook::workspace
