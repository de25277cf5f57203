// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_session.h"

#include "base/logging.h"
#include "workspace/connect_flow.h"
#include "workspace/detached_run.h"
#include "workspace/host_trust.h"
#include "workspace/machine_container.h"
#include "workspace/machine_marks.h"
#include "workspace/port_forwards.h"
#include "workspace/remembered_forwards.h"
#include "workspace/remote_text_file.h"
#include "workspace/workspace.h"

#include <QPointer>
#include <QTimer>

namespace nimbook::workspace {

namespace {

QString requirementsPath() { return QStringLiteral("/src/requirements.txt"); }

bool isGoingOrGone(cloud::MachineState state)
{
    using cloud::MachineState;
    return state == MachineState::Stopping || state == MachineState::Stopped || state == MachineState::Suspended
        || state == MachineState::Deleting;
}

Error notConnected(const cloud::Instance &machine)
{
    return {ErrorKind::Network, MachineSession::tr("There is no connection to %1.").arg(machine.ref.text()),
            MachineSession::tr("Open the notebook first: that connects."), {}, {}};
}

} // namespace

class MachineSession::Private {
public:
    Private(MachineSession &session, Workspace &space, cloud::Instance machine)
        : q(session), workspace(space), link(std::move(machine), space.directories().state, nullptr), container(link, nullptr)
        , remembered(link, container, space.settings(), nullptr), monitor(space.settings().monitorInterval())
    {
    }

    enum class MayStart { Yes, No };
    ConnectFlow *start(ConnectFlow::Goal goal, MayStart mayStart = MayStart::Yes);
    void onFlowFinished(ConnectFlow *finished);
    void closeWhenReallyStopped();
    void onTunnels();
    void reviveSession();
    void lookWhereItIs();
    void watch(DetachedRun &run);
    void connectIfRunning(); ///< for what goes on with a connection; nothing is started for it
    void followRuns(); ///< those that an earlier program left

    MachineSession &q;
    Workspace &workspace;
    QString chosenImage;
    QString pendingFingerprint;
    std::optional<HostKeyChange> refusedHostKey;
    ConnectFlow::Goal refusedGoal = ConnectFlow::Goal::Files;
    bool refusedPullAnew = false;
    QPointer<ConnectFlow> current;
    QPointer<ConnectFlow> last;
    QPointer<Job> check;
    QTimer search;
    bool hadLiveTunnel = false;
    bool pullAnew = false;
    bool startAnew = false;
    MachineLink link;
    MachineContainer container; // its jobs look at the link
    RememberedForwards remembered;
    MachineMonitor monitor;     // and so does its script
};

MachineSession::MachineSession(Workspace &workspace, cloud::Instance machine, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(*this, workspace, std::move(machine)))
{
    connect(&d->link, &MachineLink::transfersReady, this, &MachineSession::transfersReady);
    connect(&d->link, &MachineLink::tunnelStateChanged, this, &MachineSession::tunnelStateChanged);
    connect(&d->link, &MachineLink::tunnelStateChanged, this, [this] { d->onTunnels(); });
    connect(&d->link, &MachineLink::tunnelsChanged, this, [this] { d->onTunnels(); });
    // Queued: the link tells it in the middle of letting the session go.
    connect(&d->link, &MachineLink::connectionChanged, this, [this] { d->reviveSession(); }, Qt::QueuedConnection);
    d->search.setInterval(d->workspace.patience().lostLink);
    connect(&d->search, &QTimer::timeout, this, [this] { d->lookWhereItIs(); });
    // Both: a container may have got its address only now.
    connect(&d->link, &MachineLink::transfersReady, &d->remembered, &RememberedForwards::putUp);
    connect(&d->link, &MachineLink::notebookOpened, &d->remembered, &RememberedForwards::putUp);
    connect(&d->remembered, &RememberedForwards::opened, this, &MachineSession::forwardOpened);
    connect(&d->remembered, &RememberedForwards::failed, this, &MachineSession::forwardFailed);
    connect(&d->link, &MachineLink::notebookOpened, this, &MachineSession::notebookOpened);
    connect(&d->link, &MachineLink::notebookClosed, this, &MachineSession::notebookClosed);
    connect(&d->link, &MachineLink::connectionChanged, this, &MachineSession::connectionChanged);
    connect(&d->link, &MachineLink::connectionChanged, &d->monitor, [this] { d->monitor.attach(d->link.session()); });
    if (d->link.listedTransfers())
        connect(d->link.listedTransfers(), &transfer::TransferQueue::connectionWanted, this, [this] { d->connectIfRunning(); });
    d->followRuns();
}

MachineSession::~MachineSession()
{
    // Flows and scripts look at the link: they go first, and nobody hears of what ends here.
    d->link.disconnect(this);
    const auto jobs = findChildren<Job *>(QString(), Qt::FindDirectChildrenOnly);
    for (Job *job : jobs) {
        job->disconnect(this);
        delete job;
    }
}

const cloud::InstanceRef &MachineSession::ref() const
{
    return d->link.machine().ref;
}

const cloud::Instance &MachineSession::machine() const
{
    return d->link.machine();
}

void MachineSession::setMachine(const cloud::Instance &machine)
{
    if (!d->link.setMachine(machine))
        return;
    if (isGoingOrGone(machine.state()) && !d->current)
        d->closeWhenReallyStopped();
    d->reviveSession(); // it may be back
    Q_EMIT machineChanged(d->link.machine());
}

void MachineSession::Private::onTunnels()
{
    if (!link.hasTunnel(ssh::Tunnel::State::Reconnecting))
        search.stop();
    else if (!search.isActive())
        search.start();
    if (!link.doubted().isEmpty())
        lookWhereItIs(); // before anybody waits longer
    if (link.hasTunnel(ssh::Tunnel::State::Live) && !std::exchange(hadLiveTunnel, true))
        reviveSession();
    hadLiveTunnel = link.hasTunnel(ssh::Tunnel::State::Live);
}

void MachineSession::Private::reviveSession()
{
    // A tunnel stands, so the machine runs: commands and files get their session again. Either may notice the cut first. Without one,
    // transfers and runs in the background want it.
    const bool hasTunnels = q.isNotebookOpen() || !link.forwards().all().empty();
    const bool isAwaited = link.hasLostFiles() || (link.isLost() && !q.detachedRuns().isEmpty());
    const bool canCome = hasTunnels ? link.hasTunnel(ssh::Tunnel::State::Live)
                                    : isAwaited && link.machine().state() == cloud::MachineState::Running; // the flow looks closer
    if (canCome && !link.session() && !current && workspace.account())
        start(ConnectFlow::Goal::Files, MayStart::No);
}

void MachineSession::Private::lookWhereItIs()
{
    if (check || current || !workspace.account())
        return;
    auto *look = workspace.account()->compute().getInstance(link.machine().ref, &q);
    check = look;
    QObject::connect(look, &Job::finished, &q, [this, look, doubts = link.doubted()] {
        look->deleteLater();
        check = nullptr;
        if (const auto answer = look->result()) {
            link.failStrangers(doubts, *answer);
            workspace.learn(*answer);
            q.setMachine(*answer);
            link.followAddress();
        }
    });
    look->start();
}

void MachineSession::suspectLink()
{
    d->link.suspectLinks();
    d->reviveSession();
}

void MachineSession::Private::closeWhenReallyStopped()
{
    // A listing may have been made before a start that we know of: ask for this one machine before anything is closed.
    if (check || (!link.tunnel() && !link.session()))
        return;
    auto *look = workspace.account()->compute().getInstance(link.machine().ref, &q);
    check = look;
    QObject::connect(look, &Job::finished, &q, [this, look] {
        look->deleteLater();
        check = nullptr;
        if (look->state() == Job::State::Cancelled)
            return;
        const auto answer = look->result();
        const bool gone = answer ? isGoingOrGone(answer->state()) : answer.error().kind == ErrorKind::NotFound;
        if (gone && !current)
            link.close();
    });
    look->start();
}

ConnectFlow *MachineSession::Private::start(ConnectFlow::Goal goal, MayStart mayStart)
{
    if (current) {
        if (mayStart == MayStart::Yes)
            current->setMayStart(true);
        current->extendTo(goal, q.containerImage());
        return current;
    }
    if (last)
        last->deleteLater();
    refusedHostKey.reset();
    auto *flow = new ConnectFlow(workspace, link, goal, q.containerImage(), &q);
    current = last = flow;
    workspace.stepTimes().follow(*flow, link.machine().accelerators.isEmpty() ? QStringLiteral("connect/cpu") : QStringLiteral("connect/gpu"));
    flow->setMayStart(mayStart == MayStart::Yes);
    flow->setPullAnew(std::exchange(pullAnew, false));
    flow->setStartAnew(std::exchange(startAnew, false));
    QObject::connect(flow, &ConnectFlow::machineSeen, &q, [this](const cloud::Instance &machine) { workspace.learn(machine); q.setMachine(machine); });
    QObject::connect(flow, &ConnectFlow::imageChosen, &q, &MachineSession::setContainerImage);
    QObject::connect(flow, &ConnectFlow::logReceived, &q, &MachineSession::logReceived);
    QObject::connect(flow, &ConnectFlow::noticed, &q, &MachineSession::noticed);
    QObject::connect(flow, &ConnectFlow::hostKeyQuestion, &q, [this](const QString &fingerprint) {
        pendingFingerprint = fingerprint;
        Q_EMIT q.hostKeyQuestion(fingerprint);
    });
    QObject::connect(flow, &ConnectFlow::hostKeyRefused, &q, [this, flow](const HostKeyChange &change) {
        refusedHostKey = change;
        refusedGoal = flow->goal();
        refusedPullAnew = flow->pullsAnew();
    });
    QObject::connect(flow, &Job::finished, &q, [this, flow] { onFlowFinished(flow); });
    QString title = MachineSession::tr("Connecting to %1");
    if (goal == ConnectFlow::Goal::Jupyter)
        title = MachineSession::tr("Starting Jupyter on %1");
    if (goal == ConnectFlow::Goal::Notebook)
        title = MachineSession::tr("Opening the notebook of %1");
    if (goal == ConnectFlow::Goal::Recreate)
        title = MachineSession::tr("Recreating what was recorded on %1");
    workspace.activity().watch(flow, title.arg(q.ref().text()));
    flow->start();
    Q_EMIT q.flowStarted(flow);
    return flow;
}

void MachineSession::Private::onFlowFinished(ConnectFlow *finished)
{
    if (current == finished)
        current = nullptr;
    pendingFingerprint.clear();
    qCInfo(lcWorkspace) << q.ref().text() << "flow ended" << finished->state() << finished->error();
    if (finished->state() == Job::State::Succeeded && q.isNotebookOpen())
        container.packages(jupyter::Record::WhenNothingIsLost);
    Q_EMIT q.flowFinished(finished);
}

Flow *MachineSession::openNotebook()
{
    return d->start(ConnectFlow::Goal::Notebook);
}

Flow *MachineSession::startJupyter()
{
    return d->start(ConnectFlow::Goal::Jupyter);
}

Flow *MachineSession::recreate()
{
    return d->start(ConnectFlow::Goal::Recreate);
}

Flow *MachineSession::connectFiles()
{
    return d->start(ConnectFlow::Goal::Files);
}

Flow *MachineSession::reconnectFiles()
{
    return d->start(ConnectFlow::Goal::Files, Private::MayStart::No);
}

Flow *MachineSession::currentFlow() const
{
    return d->current && !d->current->isFinished() ? d->current : nullptr;
}

Flow *MachineSession::lastFlow() const
{
    return d->last;
}

bool MachineSession::isNotebookOpen() const
{
    return !d->link.notebook().url.isEmpty();
}

NotebookAddress MachineSession::notebook() const
{
    return d->link.notebook();
}

QString MachineSession::containerImage() const
{
    if (!d->chosenImage.isEmpty())
        return d->chosenImage;
    const QString ofMachine = machine().metadata.value(imageMetadataKey());
    return ofMachine.isEmpty() ? d->workspace.catalogue().defaultContainerImage() : ofMachine;
}

void MachineSession::setContainerImage(const QString &reference)
{
    d->chosenImage = reference.trimmed();
}

ssh::Tunnel *MachineSession::tunnel() const
{
    return d->link.tunnel();
}

transfer::TransferQueue *MachineSession::transfers() const
{
    return d->link.transfers();
}

transfer::TransferQueue *MachineSession::listedTransfers() const
{
    return d->link.listedTransfers();
}

ssh::ConnectionSettings MachineSession::connection() const
{
    return d->link.settings();
}

bool MachineSession::isConnected() const
{
    return d->link.session() != nullptr;
}

ValueJob<QString> *MachineSession::readRequirements()
{
    ValueJob<QString> *job = isConnected() ? readRemoteText(*d->link.session(), requirementsPath(), this)
                                           : new ReadyJob<QString>(failure(notConnected(machine())), this);
    job->startAndForget();
    return job;
}

Job *MachineSession::writeRequirements(const QString &text)
{
    Job *job = isConnected() ? writeRemoteText(*d->link.session(), requirementsPath(), text, this)
                             : static_cast<Job *>(new ReadyJob<Done>(failure(notConnected(machine())), this));
    job->startAndForget();
    return job;
}

jupyter::RemoteScript *MachineSession::installRequirements()
{
    return d->container.installRequirements();
}

jupyter::RemoteScript *MachineSession::containerLogs(int lines)
{
    return d->container.logs(lines);
}

MachineContainer &MachineSession::container()
{
    return d->container;
}

PortForwards &MachineSession::forwards()
{
    return d->link.forwards();
}

void MachineSession::forwardPort(const QString &name, quint16 remotePort, bool inContainer)
{
    d->remembered.add(name, remotePort, inContainer);
}

void MachineSession::stopForwarding(quint16 remotePort)
{
    d->remembered.remove(remotePort);
}

QString MachineSession::sshConfig() const
{
    const ssh::ConnectionSettings &settings = d->link.settings();
    if (settings.host.isEmpty() || settings.route)
        return {};
    // Without them ssh asks its agent, which holds the key.
    const QString identity = settings.useAgent
        ? QString() : QStringLiteral("    IdentityFile \"%1\"\n    IdentitiesOnly yes\n").arg(settings.privateKeyPath);
    return QStringLiteral("Host nimbook-%1\n    HostName %2\n    Port %3\n    User %4\n%5"
                          "    UserKnownHostsFile \"%6\"\n    HostKeyAlias %7\n    StrictHostKeyChecking yes\n")
        .arg(ref().name, settings.host)
        .arg(settings.port)
        .arg(settings.user, identity, d->workspace.hostKeyFile(), settings.hostKeys.alias);
}

Flow *MachineSession::updateImage()
{
    // One that runs takes the wish along; it is none for the next.
    if (d->current)
        d->current->setPullAnew(true);
    else
        d->pullAnew = true;
    return openNotebook();
}

Flow *MachineSession::restartContainer()
{
    d->startAnew = !d->current;
    return openNotebook();
}

MachineMonitor &MachineSession::monitor()
{
    return d->monitor;
}

DetachedRun *MachineSession::runInBackground(const QString &notebook)
{
    auto *run = new DetachedRun(*this, notebook, &d->monitor);
    Settings &settings = d->workspace.settings();
    settings.setDetachedRuns(machine().id, settings.detachedRuns(machine().id) << run->known());
    d->watch(*run);
    Q_EMIT detachedRunStarted(run);
    return run;
}

QList<DetachedRun *> MachineSession::detachedRuns() const
{
    return d->monitor.findChildren<DetachedRun *>(QString(), Qt::FindDirectChildrenOnly);
}

void MachineSession::Private::watch(DetachedRun &run)
{
    // Not among the session's own jobs: a lost connection ends those, and this one goes on without.
    workspace.activity().watch(&run, MachineSession::tr("Running %1 on %2 in the background").arg(run.notebook(), q.ref().text()));
    QObject::connect(&run, &Job::finished, &q, [this, known = run.known()] {
        QList<KnownRun> left = workspace.settings().detachedRuns(link.machine().id);
        left.removeAll(known);
        workspace.settings().setDetachedRuns(link.machine().id, left);
    });
    run.startAndForget();
}

void MachineSession::Private::followRuns()
{
    const QList<KnownRun> left = workspace.settings().detachedRuns(link.machine().id);
    for (const KnownRun &known : left)
        watch(*new DetachedRun(q, known, &monitor));
    if (!left.isEmpty())
        QMetaObject::invokeMethod(&q, [this] { connectIfRunning(); }, Qt::QueuedConnection);
}

void MachineSession::Private::connectIfRunning()
{
    if (link.machine().state() == cloud::MachineState::Running && !link.session() && !current && workspace.account())
        start(ConnectFlow::Goal::Files, MayStart::No);
}

ssh::RemoteTerminal *MachineSession::openShell(Shell where, const ssh::TerminalSize &size, QObject *parent)
{
    if (!isConnected())
        return nullptr;
    const QString command = where == Shell::Machine
        ? QStringLiteral("cd /src 2>/dev/null; exec \"${SHELL:-/bin/sh}\" -l")
        : jupyter::containerShellCommand();
    return d->link.session()->openTerminal(command, size, parent);
}

void MachineSession::answerHostKey(bool accept)
{
    d->pendingFingerprint.clear();
    if (d->current)
        d->current->answerHostKey(accept);
}

QString MachineSession::pendingHostKey() const
{
    return d->pendingFingerprint;
}

Result<void> MachineSession::forgetHostKey()
{
    return ssh::HostKeyStore(d->workspace.hostKeyFile()).forget(hostKeyAlias(machine()));
}

const std::optional<HostKeyChange> &MachineSession::refusedHostKey() const
{
    return d->refusedHostKey;
}

Flow *MachineSession::trustNewHostKey()
{
    if (d->current || !d->refusedHostKey || !d->refusedHostKey->mayBeTrusted())
        return nullptr;
    const HostKeyChange change = *d->refusedHostKey;
    qCInfo(lcWorkspace) << ref().text() << "its new host key is trusted:" << change.shown.fingerprint() << "instead of" << change.before();
    if (const auto pinned = ssh::HostKeyStore(d->workspace.hostKeyFile()).pin(hostKeyAlias(change.machine), change.vouched); !pinned)
        Q_EMIT noticed(pinned.error().message);
    d->pullAnew = d->refusedPullAnew;
    return d->start(d->refusedGoal);
}

void MachineSession::disconnectFromMachine()
{
    const auto jobs = findChildren<Job *>(QString(), Qt::FindDirectChildrenOnly);
    for (Job *job : jobs)
        job->cancel();
    d->link.close();
}

} // namespace nimbook::workspace
