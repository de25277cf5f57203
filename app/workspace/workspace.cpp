// SPDX-License-Identifier: Apache-2.0
#include "workspace/workspace.h"

#include "auth/gcloud_environment.h"
#include "base/logging.h"
#include "cloud/jobs/instance_jobs.h"
#include "net/mapped_job.h"
#include "workspace/create_machine_flow.h"
#include "workspace/key_pair_job.h"
#include "workspace/machine_marks.h"
#include "workspace/renew_sign_in.h"
#include "workspace/sign_in.h"
#include "workspace/sign_out.h"
#include "workspace/wake_watch.h"

#include <QFile>
#include <QMetaEnum>

#include <algorithm>

namespace nimbook::workspace {

namespace {

/// Object name of jobs that use the signed-in account and so end with it.
QString accountJobName() { return QStringLiteral("usesAccount"); }
/// Entry of the SecretStore.
QString oauthClientKey() { return QStringLiteral("oauth-client"); }

} // namespace

class Workspace::Private {
public:
    Private(Workspace &space, Collaborators with)
        : q(space), collaborators(std::move(with)),
          sandbox(collaborators.sandboxProgram, collaborators.directories.state + QStringLiteral("/sandbox")),
          journal(collaborators.directories.state + QStringLiteral("/creations")),
          stepTimes(collaborators.directories.state + QStringLiteral("/step-times.json"))
    {
    }

    SignIn::Means means() { return {collaborators.transport, collaborators.secrets, sandbox, collaborators.clock}; }
    Job *signIn(SignIn *job);
    void adopt(SignIn &job);
    void leave();
    QString firstProject() const;
    void useProject(const QString &project);
    void follow(MachineList &list);
    void seen(const cloud::Instance &machine);
    void dropMissing(const MachineList &list);
    void closeSession(const cloud::InstanceRef &ref);
    void recoverCreations();

    Workspace &q;
    Collaborators collaborators;
    Activity activity;
    SandboxServer sandbox;
    QPointer<SignIn> signingIn;
    QPointer<RenewSignIn> renewing;
    std::optional<auth::OAuthClient> client;
    bool holdsCalls = false;
    QList<cloud::Project> projects;
    QString project;
    CreationJournal journal;
    StepTimes stepTimes;
    PriceBook prices;
    QPointer<Job> readingPrices;
    std::unique_ptr<Account> account;
    std::unique_ptr<MachineList> machines;
    WakeWatch wakeWatch;
    QMap<cloud::InstanceRef, MachineSession *> sessions; // children of the Workspace
};

Workspace::Workspace(Collaborators collaborators, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, std::move(collaborators)))
{
    connect(&d->wakeWatch, &WakeWatch::cameBack, this, [this] {
        for (MachineSession *session : std::as_const(d->sessions))
            session->suspectLink();
    });
    connect(&d->sandbox, &SandboxServer::stoppedUnexpectedly, this, &Workspace::sandboxStopped);
}

Workspace::~Workspace()
{
    // Everything that uses the account goes before it, and silently.
    blockSignals(true);
    qDeleteAll(findChildren<Job *>(QString(), Qt::FindDirectChildrenOnly));
    qDeleteAll(std::exchange(d->sessions, {}));
}

Job *Workspace::Private::signIn(SignIn *job)
{
    // One at a time: the later choice is the one that counts.
    if (signingIn)
        signingIn->cancel();
    signingIn = job;
    QObject::connect(job, &SignIn::browserWanted, &q, &Workspace::browserWanted);
    QObject::connect(job, &Job::finished, &q, [this, job] {
        if (job->state() == Job::State::Succeeded)
            adopt(*job);
    });
    job->startAndForget();
    return job;
}

void Workspace::Private::adopt(SignIn &job)
{
    leave();
    account = job.takeAccount();
    projects = job.projects();
    collaborators.settings.setLastAccountKey(account->key());
    if (!account->isSandbox()) {
        const auto kind = QMetaEnum::fromType<Account::Kind>().valueToKey(int(account->kind()));
        collaborators.settings.remember({account->key(), account->displayName(), QString::fromLatin1(kind), account->credentialPath()});
    }
    account->tokens().setHolding(holdsCalls);
    QObject::connect(&account->tokens(), &auth::AccountTokens::signInNeeded, &q, &Workspace::signInNeeded);
    QObject::connect(&account->tokens(), &auth::AccountTokens::signedInAgain, &q, &Workspace::signedInAgain);
    Q_EMIT q.accountChanged();
    Q_EMIT q.knownAccountsChanged();
    Q_EMIT q.projectsChanged();
    if (account && project.isEmpty()) // nobody chose one on hearing of it
        q.setCurrentProject(firstProject());
}

QString Workspace::Private::firstProject() const
{
    const auto isListed = [this](const QString &id) {
        return std::any_of(projects.cbegin(), projects.cend(), [&id](const cloud::Project &one) { return one.id == id; });
    };
    if (!account->isSandbox() && !auth::projectFromEnvironment().isEmpty())
        return auth::projectFromEnvironment(); // said for this very run
    if (const QString last = collaborators.settings.lastProject(account->key()); !last.isEmpty())
        return last; // may be one that was typed by hand
    if (isListed(account->defaultProject()) || projects.isEmpty())
        return account->defaultProject();
    const auto active = std::find_if(projects.cbegin(), projects.cend(), [](const cloud::Project &one) { return one.active; });
    return active == projects.cend() ? projects.constFirst().id : active->id;
}

void Workspace::Private::leave()
{
    // All of it may be asked for from inside a signal of what goes: cancelled now, deleted when control is back in the event loop,
    // the account last because the others refer to it.
    const auto jobs = q.findChildren<Job *>(accountJobName(), Qt::FindDirectChildrenOnly);
    for (Job *job : jobs)
        job->cancel();
    while (!sessions.isEmpty())
        closeSession(sessions.firstKey());
    useProject({});
    prices = {};
    projects.clear();
    if (account) {
        account->setParent(&q);
        account.release()->deleteLater();
    }
}

Job *Workspace::signInToSandbox()
{
    return d->signIn(SignIn::toSandbox(d->means(), this));
}

Job *Workspace::signInWithCredentialFile(const QString &path)
{
    return d->signIn(SignIn::withFile(d->means(), path, this));
}

Job *Workspace::signInFromEnvironment()
{
    return d->signIn(SignIn::fromEnvironment(d->means(), this));
}

Job *Workspace::restoreSignIn()
{
    // Whoever names a token file for this run means it, as with gcloud.
    return switchAccount(auth::accessTokenFile().isEmpty() ? settings().lastAccountKey() : SignIn::accessTokenFileKey());
}

Job *Workspace::switchAccount(const QString &key)
{
    KnownAccount known = settings().knownAccount(key);
    known.key = key;
    return d->signIn(SignIn::restored(d->means(), known, this));
}

QList<KnownAccount> Workspace::knownAccounts() const
{
    return d->collaborators.settings.knownAccounts();
}

Job *Workspace::signInWithBrowser(const auth::OAuthClient &client)
{
    SignIn *job = SignIn::inBrowser(d->means(), client, this);
    connect(job, &Job::finished, this, [this, job, client] {
        if (job->state() != Job::State::Succeeded)
            return;
        d->client = client;
        d->collaborators.secrets.write(oauthClientKey(), Secret(client.toJson()), this)->startAndForget();
    });
    return d->signIn(job);
}

Job *Workspace::signInAsThisMachine()
{
    return d->signIn(SignIn::asThisMachine(d->means(), this));
}

ValueJob<auth::OAuthClient> *Workspace::findOAuthClient()
{
    ValueJob<auth::OAuthClient> *job = nullptr;
    if (d->client) {
        job = new ReadyJob<auth::OAuthClient>(*d->client, this);
    } else {
        job = new net::MappedJob<Secret, auth::OAuthClient>(
            d->collaborators.secrets.read(oauthClientKey(), nullptr),
            [this](Result<Secret> kept) -> Result<auth::OAuthClient> {
                auto client = kept ? auth::OAuthClient::parse(kept->reveal(), tr("the stored client")) : Result<auth::OAuthClient>(failure(kept.error()));
                if (!client && auth::OAuthClient::builtIn())
                    client = *auth::OAuthClient::builtIn();
                if (client)
                    d->client = *client;
                return client;
            },
            this);
    }
    job->startAndForget();
    return job;
}

void Workspace::setHoldsCalls(bool holds)
{
    d->holdsCalls = holds;
    if (d->account)
        d->account->tokens().setHolding(holds);
}

const Error *Workspace::signInProblem() const
{
    return d->account && d->account->tokens().problem() ? &*d->account->tokens().problem() : nullptr;
}

Job *Workspace::signInAgain()
{
    if (!d->account) {
        auto *job = new ReadyJob<Done>(failure(ErrorKind::NotSignedIn, tr("Nobody is signed in."), tr("Sign in first.")), this);
        job->startAndForget();
        return job;
    }
    if (d->renewing)
        return d->renewing;
    d->renewing = new RenewSignIn(d->means(), *d->account, this);
    connect(d->renewing, &RenewSignIn::browserWanted, this, &Workspace::browserWanted);
    connect(d->account.get(), &QObject::destroyed, d->renewing, &Job::cancel);
    d->renewing->setObjectName(accountJobName());
    d->renewing->startAndForget();
    return d->renewing;
}

void Workspace::signOut()
{
    if (d->signingIn)
        d->signingIn->cancel();
    if (!d->account)
        return;
    if (!d->account->isSandbox()) {
        auto *job = new SignOut(d->means(), d->account->key(), this);
        connect(job, &Job::finished, this, [this, job] {
            if (job->state() == Job::State::Failed)
                Q_EMIT signOutIncomplete(job->error());
        });
        job->startAndForget();
        settings().forget(d->account->key());
    }
    settings().setLastAccountKey({});
    d->leave();
    Q_EMIT accountChanged();
    Q_EMIT knownAccountsChanged();
    Q_EMIT projectsChanged();
}

Account *Workspace::account() const { return d->account.get(); }
const QList<cloud::Project> &Workspace::projects() const { return d->projects; }
QString Workspace::currentProject() const { return d->project; }
MachineList *Workspace::machines() const { return d->machines.get(); }

Job *Workspace::refreshProjects()
{
    if (!d->account) {
        auto *job = new ReadyJob<Done>(failure(ErrorKind::NotSignedIn, tr("Nobody is signed in."), tr("Sign in first.")), this);
        job->startAndForget();
        return job;
    }
    auto *job = d->account->compute().listProjects(this);
    job->setObjectName(accountJobName());
    connect(job, &Job::finished, this, [this, job] {
        const auto listed = job->result();
        if (listed && d->projects != *listed) {
            d->projects = *listed;
            Q_EMIT projectsChanged();
        }
    });
    job->startAndForget();
    return job;
}

void Workspace::setCurrentProject(const QString &projectId)
{
    const QString id = projectId.trimmed();
    if (!d->account || id == d->project)
        return;
    settings().setLastProject(d->account->key(), id);
    d->useProject(id);
}

void Workspace::Private::useProject(const QString &id)
{
    if (id == project)
        return;
    project = id;
    if (machines) {
        // Views let go of it on currentProjectChanged(), while it is still there.
        machines->disconnect(&q);
        machines->setParent(&q);
        machines.release()->deleteLater();
    }
    if (!id.isEmpty()) {
        machines = std::make_unique<MachineList>(account->compute(), id);
        follow(*machines);
        machines->refresh();
        recoverCreations();
    }
    Q_EMIT q.currentProjectChanged();
}

void Workspace::Private::recoverCreations()
{
    const QList<Creation> leftovers = journal.leftovers(account->key(), project);
    if (leftovers.isEmpty())
        return;
    auto *job = new CreationRecovery(account->compute(), journal, leftovers, &q);
    job->setObjectName(accountJobName());
    QObject::connect(job, &Job::finished, &q, [this, job] {
        const auto recovered = job->result();
        if (!recovered || *recovered == RecoveredCreations())
            return;
        if (machines)
            machines->refreshSoon();
        Q_EMIT q.creationsRecovered(*recovered);
    });
    activity.watch(job, Workspace::tr("Looking what became of %1, which was being made when Nimbook ended").arg(leftovers.constLast().name));
    job->startAndForget();
}

void Workspace::Private::follow(MachineList &list)
{
    QObject::connect(&list, &MachineList::machineAdded, &q, [this](const cloud::Instance &machine) { seen(machine); });
    QObject::connect(&list, &MachineList::machineChanged, &q, [this](const cloud::Instance &machine) { seen(machine); });
    QObject::connect(&list, &MachineList::machineRemoved, &q, [this](const cloud::InstanceRef &ref) { closeSession(ref); });
    QObject::connect(&list, &MachineList::refreshed, &q, [this, &list] { dropMissing(list); });
}

void Workspace::Private::seen(const cloud::Instance &machine)
{
    if (MachineSession *known = sessions.value(machine.ref))
        known->setMachine(machine);
}

void Workspace::Private::dropMissing(const MachineList &list)
{
    // A machine may have been deleted while another project was shown.
    if (list.lastError() || !list.unreachableZones().isEmpty())
        return;
    const auto known = sessions.keys();
    for (const auto &ref : known) {
        if (ref.project == list.project() && !list.find(ref))
            closeSession(ref);
    }
}

void Workspace::Private::closeSession(const cloud::InstanceRef &ref)
{
    MachineSession *session = sessions.take(ref);
    if (!session)
        return;
    session->disconnectFromMachine();
    Q_EMIT q.sessionClosed(ref);
    session->deleteLater();
}

MachineSession *Workspace::session(const cloud::InstanceRef &ref)
{
    if (MachineSession *known = d->sessions.value(ref))
        return known;
    const cloud::Instance *machine = d->machines ? d->machines->find(ref) : nullptr;
    if (!machine)
        return nullptr;
    auto *session = new MachineSession(*this, *machine, this);
    d->sessions.insert(ref, session);
    Q_EMIT sessionCreated(session);
    return session;
}

MachineSession *Workspace::existingSession(const cloud::InstanceRef &ref) const
{
    return d->sessions.value(ref);
}

void Workspace::learn(const cloud::Instance &machine)
{
    if (d->machines && d->machines->project() == machine.ref.project)
        d->machines->learn(machine);
}

Flow *Workspace::createMachine(const cloud::CreateSpec &spec, const CapacityPlan &plan)
{
    Q_ASSERT_X(d->machines, "Workspace::createMachine", "there is no project");
    auto note = d->journal.begin(d->account->key(), spec.ref.project, spec.ref.name);
    auto *flow = new CreateMachineFlow(d->account->compute(), *d->machines, spec, plan, std::move(note), d->collaborators.patience, this);
    flow->setObjectName(accountJobName());
    connect(flow, &Job::finished, flow, &QObject::deleteLater);
    d->stepTimes.follow(*flow, spec.hasGpu() ? QStringLiteral("create/gpu") : QStringLiteral("create/cpu"));
    d->activity.watch(flow, plan.reach == CapacityPlan::Reach::ThisZone ? tr("Creating %1").arg(spec.ref.text()) : tr("Creating %1").arg(spec.ref.name));
    flow->start();
    return flow;
}

Job *Workspace::power(const cloud::InstanceRef &ref, PowerAction action)
{
    auto &compute = d->account->compute();
    Job *job = nullptr;
    QString title;
    switch (action) {
    case PowerAction::Start:
        job = cloud::startInstance(compute, ref, this);
        title = tr("Starting %1").arg(ref.text());
        break;
    case PowerAction::Stop:
        job = cloud::stopInstance(compute, ref, this);
        title = tr("Stopping %1").arg(ref.text());
        break;
    case PowerAction::Reset:
        job = cloud::resetInstance(compute, ref, this);
        title = tr("Resetting %1").arg(ref.text());
        break;
    case PowerAction::Delete:
        job = cloud::deleteInstance(compute, ref, this);
        title = tr("Deleting %1").arg(ref.text());
        break;
    }
    job->setObjectName(accountJobName());
    if (MachineSession *session = existingSession(ref); session && action != PowerAction::Start && session->currentFlow())
        session->currentFlow()->cancel(); // it would start again what is being stopped
    connect(job, &Job::finished, this, [this, job, ref, action] {
        MachineSession *session = existingSession(ref);
        if (session && action != PowerAction::Start && job->state() == Job::State::Succeeded)
            session->disconnectFromMachine();
        if (d->machines)
            d->machines->refreshSoon();
    });
    d->activity.watch(job, title);
    job->startAndForget();
    if (d->machines)
        d->machines->refreshSoon();
    return job;
}

QString Workspace::startupScript() const
{
    QFile file(QStringLiteral(":/remote/startup.sh"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

void Workspace::completeSpec(cloud::CreateSpec &spec, const QString &containerImage) const
{
    markAsOurs(spec, loginName(), containerImage, startupScript());
}

const PriceBook &Workspace::prices() const { return d->prices; }

void Workspace::wantPrices()
{
    if (!d->account || !d->prices.isEmpty() || d->readingPrices)
        return;
    auto *job = d->account->projectApis().computeSkus(this);
    d->readingPrices = job;
    job->setObjectName(accountJobName());
    connect(job, &Job::finished, this, [this, job] {
        const auto skus = job->result();
        if (!skus) {
            qCInfo(lcWorkspace) << "Google's price list cannot be had:" << skus.error();
            return;
        }
        if (auto book = PriceBook::fromSkus(*skus, d->collaborators.clock->now().date())) {
            d->prices = *std::move(book);
            Q_EMIT pricesChanged();
        }
    });
    job->startAndForget();
}

StepTimes &Workspace::stepTimes() { return d->stepTimes; }
Activity &Workspace::activity() { return d->activity; }
const Catalogue &Workspace::catalogue() const { return d->collaborators.catalogue; }
Settings &Workspace::settings() { return d->collaborators.settings; }
auth::SecretStore &Workspace::secrets() { return d->collaborators.secrets; }
const Directories &Workspace::directories() const { return d->collaborators.directories; }
net::HttpTransport &Workspace::transport() { return d->collaborators.transport; }
const Clock &Workspace::clock() const { return *d->collaborators.clock; }
const Patience &Workspace::patience() const { return d->collaborators.patience; }

ssh::KeyChoice Workspace::keyChoice() const
{
    const QString choice = d->collaborators.settings.sshKey();
    if (choice.isEmpty())
        return ownKey();
    if (choice == QLatin1String("agent"))
        return {ssh::KeyChoice::Kind::Agent, {}};
    return {ssh::KeyChoice::Kind::File, choice};
}

void Workspace::setKeyChoice(const ssh::KeyChoice &choice)
{
    using Kind = ssh::KeyChoice::Kind;
    settings().setSshKey(choice.kind == Kind::Own ? QString() : choice.kind == Kind::Agent ? QStringLiteral("agent") : choice.path);
}

ssh::KeyChoice Workspace::ownKey() const
{
    return {ssh::KeyChoice::Kind::Own, keyPairPath()};
}

ValueJob<ssh::KeyPair> *Workspace::findKey(const ssh::KeyChoice &choice)
{
    auto *job = keyPairJob(choice, this);
    job->startAndForget();
    return job;
}

QString Workspace::keyPairPath() const
{
    return directories().state + QStringLiteral("/ssh/nimbook_ed25519");
}

QString Workspace::hostKeyFile() const
{
    return directories().state + QStringLiteral("/ssh/known_hosts");
}

QString Workspace::loginName() const
{
    return loginNameFrom(qEnvironmentVariable("USER", qEnvironmentVariable("LOGNAME")));
}

} // namespace nimbook::workspace
