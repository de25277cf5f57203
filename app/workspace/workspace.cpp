// SPDX-License-Identifier: Apache-2.0
#include "workspace/workspace.h"

#include "base/logging.h"
#include "cloud/jobs/instance_jobs.h"
#include "workspace/accounts.h"
#include "workspace/create_machine_flow.h"
#include "workspace/key_pair_job.h"
#include "workspace/machine_link.h"
#include "workspace/machine_marks.h"
#include "workspace/wake_watch.h"

#include <QFile>

#include <algorithm>

namespace nimbook::workspace {

class Workspace::Private {
public:
    Private(Workspace &space, Collaborators with)
        : q(space), collaborators(std::move(with)),
          sandbox(collaborators.sandboxProgram, collaborators.directories.state + QStringLiteral("/sandbox")),
          journal(collaborators.directories.state + QStringLiteral("/creations")),
          stepTimes(collaborators.directories.state + QStringLiteral("/step-times.json")),
          accounts(std::make_unique<Accounts>(SignIn::Means{collaborators.transport, collaborators.secrets, sandbox, collaborators.clock}, collaborators.settings, &q))
    {
    }

    Account *account() const { return accounts->active(); }
    void leave();
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
    QString project;
    CreationJournal journal;
    StepTimes stepTimes;
    PriceBook prices;
    QPointer<Job> readingPrices;
    std::unique_ptr<Accounts> accounts; // its account goes after the list of machines, which refers to it
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
    const Accounts *accounts = d->accounts.get();
    connect(accounts, &Accounts::leaving, this, [this] { d->leave(); });
    connect(accounts, &Accounts::accountChanged, this, &Workspace::accountChanged);
    connect(accounts, &Accounts::knownAccountsChanged, this, &Workspace::knownAccountsChanged);
    connect(accounts, &Accounts::projectsChanged, this, &Workspace::projectsChanged);
    connect(accounts, &Accounts::browserWanted, this, &Workspace::browserWanted);
    connect(accounts, &Accounts::signInNeeded, this, &Workspace::signInNeeded);
    connect(accounts, &Accounts::signedInAgain, this, &Workspace::signedInAgain);
    connect(accounts, &Accounts::signOutIncomplete, this, &Workspace::signOutIncomplete);
    connect(accounts, &Accounts::signedIn, this, [this] {
        if (d->project.isEmpty()) // nobody chose one on hearing of it
            setCurrentProject(d->accounts->projectToOpen());
    });
}

Workspace::~Workspace()
{
    // Everything that uses the account goes before it, and silently.
    blockSignals(true);
    qDeleteAll(findChildren<Job *>(QString(), Qt::FindDirectChildrenOnly));
    qDeleteAll(std::exchange(d->sessions, {}));
}

void Workspace::Private::leave()
{
    // All of it may be asked for from inside a signal of what goes: cancelled now, deleted when control is back in the event loop.
    const auto jobs = q.findChildren<Job *>(accountJobName(), Qt::FindDirectChildrenOnly);
    for (Job *job : jobs)
        job->cancel();
    while (!sessions.isEmpty())
        closeSession(sessions.firstKey());
    useProject({});
    prices = {};
}

Job *Workspace::signInToSandbox() { return d->accounts->toSandbox(); }
Job *Workspace::signInWithCredentialFile(const QString &path) { return d->accounts->withFile(path); }
Job *Workspace::signInFromEnvironment() { return d->accounts->fromEnvironment(); }
Job *Workspace::signInWithBrowser(const auth::OAuthClient &client) { return d->accounts->inBrowser(client); }
Job *Workspace::signInAsThisMachine() { return d->accounts->asThisMachine(); }
Job *Workspace::restoreSignIn() { return d->accounts->restore(); }
Job *Workspace::switchAccount(const QString &key) { return d->accounts->switchTo(key); }
QList<KnownAccount> Workspace::knownAccounts() const { return d->collaborators.settings.knownAccounts(); }
ValueJob<auth::OAuthClient> *Workspace::findOAuthClient() { return d->accounts->findOAuthClient(); }
void Workspace::setHoldsCalls(bool holds) { d->accounts->setHoldsCalls(holds); }
const Error *Workspace::signInProblem() const { return d->accounts->problem(); }
Job *Workspace::signInAgain() { return d->accounts->signInAgain(); }
void Workspace::signOut() { d->accounts->signOut(); }
Account *Workspace::account() const { return d->accounts->active(); }
const QList<cloud::Project> &Workspace::projects() const { return d->accounts->projects(); }
Job *Workspace::refreshProjects() { return d->accounts->refreshProjects(); }
QString Workspace::currentProject() const { return d->project; }
MachineList *Workspace::machines() const { return d->machines.get(); }

void Workspace::setCurrentProject(const QString &projectId)
{
    const QString id = projectId.trimmed();
    if (!d->account() || id == d->project)
        return;
    settings().setLastProject(d->account()->key(), id);
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
        machines = std::make_unique<MachineList>(account()->compute(), id);
        follow(*machines);
        machines->refresh();
        recoverCreations();
    }
    Q_EMIT q.currentProjectChanged();
}

void Workspace::Private::recoverCreations()
{
    const QList<Creation> leftovers = journal.leftovers(account()->key(), project);
    if (leftovers.isEmpty())
        return;
    auto *job = new CreationRecovery(account()->compute(), journal, leftovers, &q);
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
    // A notebook that an earlier program left running is listed without anybody opening its machine's page.
    QObject::connect(&list, &MachineList::machineAdded, &q, [this](const cloud::Instance &machine) {
        if (!q.settings().detachedRuns(machine.id).isEmpty() || MachineLink::hasLeftTransfers(q.directories().state, machine))
            QMetaObject::invokeMethod(&q, [this, ref = machine.ref] { q.session(ref); }, Qt::QueuedConnection);
    });
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

QList<MachineSession *> Workspace::sessions() const
{
    return d->sessions.values();
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
    auto note = d->journal.begin(d->account()->key(), spec.ref.project, spec.ref.name);
    auto *flow = new CreateMachineFlow(d->account()->compute(), *d->machines, spec, plan, std::move(note), d->collaborators.patience, this);
    flow->setObjectName(accountJobName());
    connect(flow, &Job::finished, flow, &QObject::deleteLater);
    d->stepTimes.follow(*flow, spec.hasGpu() ? QStringLiteral("create/gpu") : QStringLiteral("create/cpu"));
    d->activity.watch(flow, plan.reach == CapacityPlan::Reach::ThisZone ? tr("Creating %1").arg(spec.ref.text()) : tr("Creating %1").arg(spec.ref.name));
    flow->start();
    return flow;
}

Job *Workspace::power(const cloud::InstanceRef &ref, PowerAction action)
{
    auto &compute = d->account()->compute();
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
    if (!d->account() || !d->prices.isEmpty() || d->readingPrices)
        return;
    auto *job = d->account()->projectApis().computeSkus(this);
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
