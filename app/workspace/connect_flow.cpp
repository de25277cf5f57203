// SPDX-License-Identifier: Apache-2.0
#include "workspace/connect_flow.h"

#include "jupyter/probe.h"
#include "workspace/bring_up.h"
#include "workspace/machine_marks.h"
#include "workspace/publish_key.h"
#include "workspace/way_to_machine.h"
#include "workspace/remote_text_file.h"
#include "workspace/workspace.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace nimbook::workspace {

ConnectFlow::ConnectFlow(Workspace &workspace, MachineLink &link, Goal goal, const QString &image, QObject *parent)
    : Flow(parent), m_workspace(workspace), m_link(link), m_goal(goal), m_image(image)
{
    addStepsBetween({}, goal);
}

ConnectFlow::~ConnectFlow() = default;

void ConnectFlow::addStepsBetween(std::optional<Goal> reached, Goal goal)
{
    if (!reached) {
        addStep(QStringLiteral("startMachine"), tr("Start the machine"), [this] { startMachine(); });
        addStep(QStringLiteral("publishKey"), tr("Publish your SSH key"), [this] { publishKey(); });
        addStep(QStringLiteral("waitForSsh"), tr("Connect by SSH"), [this] { waitForSsh(); });
        addStep(QStringLiteral("waitForSetup"), tr("Finish setting up"), [this] { waitForSetup(); });
    }
    const Goal from = reached.value_or(Goal::Files);
    const bool anew = goal == Goal::Recreate; // whatever was done for a lesser goal was done for another image
    if (anew)
        addStep(QStringLiteral("readLock"), tr("Read nimbook.lock"), [this] { readLock(); });
    if (goal >= Goal::Jupyter && (from < Goal::Jupyter || anew))
        addStep(QStringLiteral("startContainer"), tr("Start Jupyter"), [this] { startContainer(); });
    if (goal >= Goal::Notebook && (from < Goal::Notebook || anew)) {
        addStep(QStringLiteral("openTunnel"), tr("Open the tunnel"), [this] { openTunnel(); });
        addStep(QStringLiteral("waitForJupyter"), tr("Wait for Jupyter to answer"), [this] { waitForJupyter(); });
    }
    if (anew) {
        addStep(QStringLiteral("installRecorded"), tr("Install the recorded packages"), [this] { installRecorded(); });
        addStep(QStringLiteral("compareWithLock"), tr("Compare with what was recorded"), [this] { compareWithLock(); });
    }
}

void ConnectFlow::extendTo(Goal goal, const QString &image)
{
    if (goal <= m_goal || isFinished())
        return;
    m_image = image;
    addStepsBetween(std::exchange(m_goal, goal), goal);
    for (int i = 0; i < steps().size(); ++i) {
        if (steps().at(i).state == Step::State::Pending)
            Q_EMIT stepChanged(i);
    }
}

void ConnectFlow::answerHostKey(bool accept)
{
    if (m_reach)
        m_reach->answerHostKey(accept);
}

void ConnectFlow::see(const cloud::Instance &machine)
{
    Q_EMIT machineSeen(machine);
}

void ConnectFlow::lookWhetherItRuns()
{
    auto *look = m_workspace.account()->compute().getInstance(m_link.machine().ref, this);
    await<ValueJob<cloud::Instance>>(look, [this](ValueJob<cloud::Instance> &job) {
        const cloud::Instance machine = *job.result();
        see(machine);
        if (machine.state() == cloud::MachineState::Running)
            stepSkipped(tr("running"));
        else if (m_mayStart) // somebody asked for it meanwhile
            startMachine();
        else
            cancel();
    });
}

void ConnectFlow::startMachine()
{
    if (!m_mayStart) {
        lookWhetherItRuns();
        return;
    }
    auto *bringUp = new BringUp(m_workspace.account()->compute(), m_link.machine().ref, m_workspace.patience(), this);
    connect(bringUp, &BringUp::machineSeen, this, &ConnectFlow::see);
    await<BringUp>(bringUp, [this](BringUp &job) {
        if (job.hadToWait())
            stepDone();
        else
            stepSkipped(tr("running"));
    });
}

void ConnectFlow::publishKey()
{
    const cloud::Instance &machine = m_link.machine();
    auto *publish = new PublishKey(*m_workspace.account(), machine,
                                   {m_workspace.keyChoice(), m_workspace.loginName(), m_workspace.clock().now(),
                                    m_workspace.settings().publishesKeyToProject(machine.ref.project)}, this);
    await<PublishKey>(publish, [this](PublishKey &job) {
        const PublishedKey published = *job.result();
        m_login.user = published.user;
        m_login.privateKeyPath = published.key.privateKeyPath;
        m_login.useAgent = published.key.inAgent;
        m_login.osLogin = published.osLogin;
        m_login.keyIsNew = published.isNew;
        if (!published.notice.isEmpty())
            Q_EMIT noticed(published.notice);
        if (published.isNew)
            stepDone(published.where);
        else
            stepSkipped(published.where);
    });
}

void ConnectFlow::waitForSsh()
{
    if (m_link.isCurrent()) {
        stepSkipped(tr("connected"));
        return;
    }
    watchBoot();
    m_login.hostKeyFile = m_workspace.hostKeyFile();
    m_login.relayTokens = m_workspace.account()->relayTokens();
    m_reach = new ReachMachine(m_workspace.account()->compute(), m_link.machine(), m_login, m_workspace.patience(), this);
    connect(m_reach, &ReachMachine::hostKeyQuestion, this, &ConnectFlow::hostKeyQuestion);
    connect(m_reach, &ReachMachine::hostKeyRefused, this, &ConnectFlow::hostKeyRefused);
    connect(m_reach, &ReachMachine::machineSeen, this, &ConnectFlow::see);
    await<ReachMachine>(m_reach, [this](ReachMachine &job) {
        const ssh::ConnectionSettings settings = *job.result();
        m_link.adopt(job.takeSession(), settings);
        stepDone(tr("%1, host key %2").arg(wayText(m_link.machine()), settings.hostKeys.trusted.constFirst().fingerprint()));
    });
}

ssh::Session *ConnectFlow::sessionOrFail()
{
    ssh::Session *session = m_link.session();
    if (!session) {
        fail({ErrorKind::Network, tr("The connection to %1 was lost.").arg(m_link.machine().ref.text()), tr("Open the notebook again."), {}, {}});
    }
    return session;
}

void ConnectFlow::watchBoot()
{
    if (m_watch || !isOurs(m_link.machine()))
        return;
    m_watch = new BootWatch(m_workspace.account()->compute(), m_link.machine().ref, this);
    connect(m_watch, &BootWatch::progressChanged, this, &ConnectFlow::onBootProgress);
    connect(m_watch, &BootWatch::linesPrinted, this, &ConnectFlow::logReceived);
    connect(this, &Job::finished, m_watch, &QObject::deleteLater);
}

void ConnectFlow::waitForSetup()
{
    ssh::Session *session = sessionOrFail();
    if (!session)
        return;
    watchBoot();
    const bool ours = isOurs(m_link.machine());
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(m_workspace.patience().setup).count();
    auto *script = new jupyter::RemoteScript(*session, QStringLiteral("wait-for-setup.sh"),
                                             {{QStringLiteral("NIMBOOK_OURS"), ours ? QStringLiteral("yes") : QStringLiteral("no")},
                                              {QStringLiteral("NIMBOOK_DEADLINE"), QString::number(seconds)}},
                                             this);
    connect(script, &jupyter::RemoteScript::logReceived, this, &ConnectFlow::logReceived);
    awaitEnd<jupyter::RemoteScript>(script, [this](jupyter::RemoteScript &job) {
        if (job.state() == State::Failed) {
            onSetupLost(job.error());
            return;
        }
        delete m_watch;
        m_setupOver = true;
        m_link.readyFiles();
        if (!isRunning()) // somebody cancelled on hearing of it
            return;
        if (job.result()->value(QStringLiteral("setup")) == QLatin1String("waited"))
            stepDone();
        else
            stepSkipped(tr("ready"));
    });
}

void ConnectFlow::onBootProgress()
{
    // While the end of the setup is waited for, what the machine is at becomes a step of its own.
    const QString step = m_watch->progress().step;
    const QString current = steps().value(currentStep()).id;
    const QString id = QStringLiteral("setup-") + step;
    const bool waiting = current.startsWith(QLatin1String("waitForSetup")) || current.startsWith(QLatin1String("setup-"));
    if (!isRunning() || m_setupOver || !waiting || step.isEmpty() || current == id || !m_watch->progress().isUnderWay())
        return;
    addNextStep(id, setupStepTitle(step), [this] {
        if (m_setupOver) // it ended between two turns of the event loop
            stepDone();
    });
    stepDone();
}

void ConnectFlow::onSetupLost(const Error &error)
{
    constexpr int mostRestarts = 5; // as many as the startup script tries
    if (error.kind == ErrorKind::RemoteCommandFailed && isOurs(m_link.machine())) {
        failInSetupStep(error);
        return;
    }
    if (error.kind != ErrorKind::Network || !isOurs(m_link.machine()) || m_restarts >= mostRestarts) {
        fail(error);
        return;
    }
    // A session that ends in the middle of a setup is what a driver installation looks like from outside: Google's installer restarts
    // the machine. The machine itself says whether it was at it.
    using Attributes = ValueJob<QMap<QString, QString>>;
    auto *asking = m_workspace.account()->compute().guestAttributes(m_link.machine().ref, QStringLiteral("nimbook/"), this);
    awaitEnd<Attributes>(asking, [this, error](Attributes &job) {
        if (job.state() == State::Succeeded && SetupProgress::fromGuestAttributes(*job.result()).isUnderWay())
            reconnectAfterRestart();
        else
            fail(error);
    });
}

void ConnectFlow::failInSetupStep(const Error &error)
{
    // A script that fails at once, or failed at the boot before, was never seen at it.
    using Attributes = ValueJob<QMap<QString, QString>>;
    auto *asking = m_workspace.account()->compute().guestAttributes(m_link.machine().ref, QStringLiteral("nimbook/"), this);
    awaitEnd<Attributes>(asking, [this, error](Attributes &job) {
        const QString step = job.state() == State::Succeeded ? SetupProgress::fromGuestAttributes(*job.result()).step : QString();
        const QString id = QStringLiteral("setup-") + step;
        if (step.isEmpty() || steps().value(currentStep()).id == id) {
            fail(error);
            return;
        }
        addNextStep(id, setupStepTitle(step), [this, error] { fail(error); });
        stepDone();
    });
}

void ConnectFlow::reconnectAfterRestart()
{
    ++m_restarts;
    m_link.close(); // whatever is left of the old session
    const QString number = QString::number(m_restarts + 1);
    addNextStep(QStringLiteral("waitForSsh") + number, tr("Connect again after its restart"), [this] { waitForSsh(); });
    addNextStep(QStringLiteral("waitForSetup") + number, tr("Go on setting up"), [this] { waitForSetup(); });
    stepDone(tr("the machine restarts"));
}

void ConnectFlow::readLock()
{
    ssh::Session *session = sessionOrFail();
    if (!session)
        return;
    await<ValueJob<QString>>(readRemoteText(*session, QStringLiteral("/src/nimbook.lock"), this), [this](ValueJob<QString> &job) {
        const QJsonObject lock = QJsonDocument::fromJson(job.result()->toUtf8()).object();
        const QString image = lock.value(QLatin1String("image")).toObject().value(QLatin1String("reference")).toString();
        if (image.isEmpty()) {
            fail({ErrorKind::NotFound, tr("There is no nimbook.lock in /src on %1 that names an image.").arg(m_link.machine().ref.text()),
                  tr("Copy the project with its nimbook.lock to the machine first."), {}, {}});
            return;
        }
        m_image = image;
        Q_EMIT imageChosen(image);
        stepDone(image);
    });
}

void ConnectFlow::installRecorded()
{
    ssh::Session *session = sessionOrFail();
    if (!session)
        return;
    auto *script = jupyter::installFromLock(session, this);
    connect(script, &jupyter::RemoteScript::logReceived, this, &ConnectFlow::logReceived);
    await<jupyter::RemoteScript>(script, [this](jupyter::RemoteScript &job) {
        const QString installed = job.result()->value(QStringLiteral("installed"));
        if (installed == QLatin1String("none"))
            stepSkipped(tr("all are there"));
        else
            stepDone(installed);
    });
}

void ConnectFlow::compareWithLock()
{
    ssh::Session *session = sessionOrFail();
    if (!session)
        return;
    await<ValueJob<jupyter::PackagesState>>(jupyter::packagesState(session, jupyter::Record::No, this), [this](ValueJob<jupyter::PackagesState> &job) {
        const jupyter::LockState lock = job.result()->lock;
        if (lock.isAsRecorded()) {
            stepDone(lock.packages == 1 ? tr("same image, 1 package") : tr("same image, %1 packages").arg(lock.packages));
            return;
        }
        QStringList different;
        for (const auto &change : lock.changed)
            different += tr("%1 is %2, recorded was %3").arg(change.name, change.installed.isEmpty() ? tr("missing") : change.installed, change.recorded);
        if (!lock.sameImage)
            different += tr("the image is %1").arg(job.result()->digest.isEmpty() ? job.result()->image : job.result()->digest);
        fail({ErrorKind::Conflict, tr("%1 is not as it was recorded: %2.").arg(m_link.machine().ref.text(), different.join(QStringLiteral("; "))),
              tr("Look at the packages of the machine; recording again accepts it as it is."), {}, {}});
    });
}

void ConnectFlow::startContainer()
{
    ssh::Session *session = sessionOrFail();
    if (!session)
        return;
    jupyter::ContainerSpec spec;
    spec.image = m_image;
    spec.pullAnew = m_pullAnew;
    spec.asRecorded = m_goal == Goal::Recreate;
    spec.startAnew = m_startAnew;
    spec.gpu = true; // the script hands in what the machine has, and goes on without
    auto *run = new jupyter::RunContainer(*session, spec, this);
    connect(run, &jupyter::RunContainer::logReceived, this, &ConnectFlow::logReceived);
    await<jupyter::RunContainer>(run, [this](jupyter::RunContainer &job) {
        m_server = *job.result();
        // "quay.io/jupyter/scipy-notebook:latest, digest 0a1b2c3d4e5f"
        const QString digest = m_server.digest.section(QStringLiteral("@sha256:"), 1).left(12);
        const QString what = digest.isEmpty() || m_server.image.contains(digest) ? m_server.image : tr("%1, digest %2").arg(m_server.image, digest);
        if (m_server.wasRunning)
            stepSkipped(what);
        else
            stepDone(what);
    });
}

void ConnectFlow::openTunnel()
{
    if (m_link.tunnelLeadsTo(m_server.port)) {
        stepSkipped(tr("port %1").arg(m_link.tunnel()->localPort()));
        return;
    }
    connect(&m_link, &MachineLink::tunnelStateChanged, this, &ConnectFlow::onTunnelState);
    const QString &machine = m_link.machine().id;
    m_link.openTunnel(m_server.port, m_workspace.settings().tunnelPort(machine), m_workspace.settings().tunnelPortsOfOthers(machine));
}

void ConnectFlow::abort()
{
    // A tunnel that nobody waits for any more would go on trying.
    if (currentStep() >= 0 && steps().at(currentStep()).id == QLatin1String("openTunnel")) {
        m_link.disconnect(this);
        m_link.closeTunnel();
    }
    Flow::abort();
}

void ConnectFlow::onTunnelState()
{
    ssh::Tunnel *tunnel = m_link.tunnel();
    if (!isRunning() || !tunnel || currentStep() < 0 || steps().at(currentStep()).id != QLatin1String("openTunnel"))
        return;
    if (tunnel->state() == ssh::Tunnel::State::Failed) {
        m_link.disconnect(this);
        fail(tunnel->error());
    } else if (tunnel->state() == ssh::Tunnel::State::Live) {
        m_link.disconnect(this);
        m_workspace.settings().setTunnelPort(m_link.machine().id, tunnel->localPort());
        stepDone(tr("port %1").arg(tunnel->localPort()));
    }
}

void ConnectFlow::waitForJupyter()
{
    if (!m_link.tunnel()) {
        fail({ErrorKind::Network, tr("The tunnel to %1 was closed.").arg(m_link.machine().ref.text()), tr("Open the notebook again."), {}, {}});
        return;
    }
    const quint16 port = m_link.tunnel()->localPort();
    auto *answer = jupyter::probe(m_workspace.transport(), port, m_server.token, m_workspace.patience().jupyter, this);
    await<ValueJob<QString>>(answer, [this, port](ValueJob<QString> &job) {
        NotebookAddress address;
        address.url.setScheme(QStringLiteral("http"));
        address.url.setHost(QStringLiteral("127.0.0.1"));
        address.url.setPort(port);
        address.url.setPath(QStringLiteral("/"));
        address.token = m_server.token;
        const bool wasOpen = m_link.notebook() == address;
        const QString version = tr("version %1").arg(*job.result());
        if (wasOpen)
            stepSkipped(version);
        else
            stepDone(version);
        m_link.setNotebook(address);
    });
}

} // namespace nimbook::workspace
