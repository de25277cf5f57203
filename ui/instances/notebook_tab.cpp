// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/notebook_tab.h"

#include "models/machine_text.h"
#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/flow_panel.h"
#include "ui/common/reveal_file.h"
#include "workspace/detached_run.h"
#include "workspace/port_forwards.h"

#include <QApplication>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

namespace {

/// The way to the files is shown in the pane of the files.
bool leadsToNotebook(const Flow *flow)
{
    const auto &steps = flow->steps();
    return std::any_of(steps.cbegin(), steps.cend(), [](const Step &step) { return step.id == QLatin1String("openTunnel"); });
}

} // namespace

NotebookTab::NotebookTab(workspace::MachineSession &session, NotebookPaneFactory makePane, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_makePane(std::move(makePane))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_banner(new ErrorBanner(this))
    , m_faces(new QStackedWidget(this))
    , m_invitation(new EmptyState(this))
    , m_flow(new FlowPanel(this))
{
    m_banner->setObjectName(QStringLiteral("notebookBanner"));
    m_invitation->setObjectName(QStringLiteral("notebookEmptyState"));
    m_invitation->setPicture(QStringLiteral("picture-notebook"));
    m_invitation->setAction(tr("Open notebook"), QStringLiteral("notebookTabOpenButton"));
    m_flow->setObjectName(QStringLiteral("openNotebookFlowPanel"));
    m_flow->setNote(tr("You can look at other machines meanwhile."));
    m_faces->addWidget(m_invitation);
    m_faces->addWidget(m_flow);

    auto *left = new QWidget(this);
    auto *column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_faces, 1);
    m_splitter->addWidget(left);
    m_splitter->setChildrenCollapsible(false);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);

    using workspace::MachineSession;
    connect(m_invitation, &EmptyState::actionTriggered, this, &NotebookTab::openRequested);
    connect(m_flow, &FlowPanel::retryRequested, this, &NotebookTab::openRequested);
    connect(m_flow, &FlowPanel::closed, this, &NotebookTab::onClosed);
    connect(&session, &MachineSession::flowStarted, this, &NotebookTab::follow);
    connect(&session, &MachineSession::flowFinished, this, &NotebookTab::onFlowFinished);
    connect(&session, &MachineSession::notebookOpened, this, &NotebookTab::showNotebook);
    connect(&session, &MachineSession::notebookClosed, this, [this] {
        onClosed();
        showLoss();
    });
    connect(m_banner, &ErrorBanner::retryRequested, this, &NotebookTab::openRequested);
    connect(&session, &MachineSession::machineChanged, this, &NotebookTab::showMachine);
    connect(&session.forwards(), &workspace::PortForwards::changed, this, &NotebookTab::onForwardsChanged);
    connect(&session, &MachineSession::detachedRunStarted, this, &NotebookTab::watchRun);
    for (workspace::DetachedRun *run : session.detachedRuns())
        watchRun(run);
    showMachine();
    if (session.isNotebookOpen())
        showNotebook(session.notebook());
    else if (session.currentFlow())
        follow(session.currentFlow());
}

void NotebookTab::showMachine()
{
    const cloud::Instance &machine = m_session.machine();
    switch (machine.state()) {
    case cloud::MachineState::Running:
        m_invitation->setText(tr("The notebook is not open"), tr("Nimbook connects to %1, starts Jupyter there and shows it here.").arg(machine.ref.name));
        break;
    case cloud::MachineState::Suspended:
        m_invitation->setText(tr("%1 is suspended").arg(machine.ref.name), tr("Resume it in the Google Cloud console, then open the notebook here."));
        break;
    default:
        m_invitation->setText(tr("%1 is not running").arg(machine.ref.name),
                              tr("Opening the notebook starts the machine first; from then on it costs money until it is stopped."));
        break;
    }
}

void NotebookTab::follow(Flow *flow)
{
    if (!leadsToNotebook(flow))
        return;
    m_banner->clear();
    m_flow->setTitle(tr("Opening the notebook on %1").arg(m_session.machine().ref.name));
    m_flow->setFlow(flow);
    // A page that is already there stays in sight while the steps find nothing missing.
    if (!m_pane || m_faces->currentWidget() != m_pane)
        m_faces->setCurrentWidget(m_flow);
}

void NotebookTab::onFlowFinished(Flow *flow)
{
    if (flow == m_flow->flow() && flow->state() != Job::State::Succeeded)
        m_faces->setCurrentWidget(m_flow);
}

void NotebookTab::makePane()
{
    if (m_pane || !m_makePane)
        return;
    m_pane = m_makePane(m_faces);
    m_pane->setObjectName(QStringLiteral("notebookPane"));
    m_faces->addWidget(m_pane);
    connect(m_pane, &NotebookPane::downloadFinished, this, [this](const QString &path) {
        m_banner->showMessage(ErrorBanner::Kind::Information, tr("Downloaded to %1").arg(path));
        connect(m_banner->addButton(tr("Show in folder"), QStringLiteral("revealDownloadButton")), &QPushButton::clicked, this,
                [path] { revealFile(path); });
    });
    connect(m_pane, &NotebookPane::downloadFailed, this, [this](const QString &name, const QString &why) {
        m_banner->showMessage(ErrorBanner::Kind::Error, tr("“%1” could not be downloaded.").arg(name), why);
    });
    connect(m_pane, &NotebookPane::shownElsewhere, this, &NotebookTab::letBrowserIn);
    connect(m_pane, &NotebookPane::runInBackgroundWanted, &m_session, &workspace::MachineSession::runInBackground);
    connect(m_pane, &NotebookPane::pageFailed, this, [this](const QString &what) {
        m_banner->showMessage(ErrorBanner::Kind::Error, tr("The notebook page cannot be shown."), what);
    });
}

void NotebookTab::showNotebook(const workspace::NotebookAddress &address)
{
    makePane();
    if (!m_pane)
        return;
    m_pane->open(address.url, address.token);
    m_faces->setCurrentWidget(m_pane);
    m_pane->setFocus();
}

/// The tunnels answer this program alone until somebody wants more.
void NotebookTab::letBrowserIn(const QUrl &page)
{
    if (ssh::Tunnel *tunnel = m_session.tunnel(); tunnel && tunnel->localPort() == page.port())
        tunnel->setOpenToPrograms(true);
    for (const auto &forward : m_session.forwards().all()) {
        if (forward.tunnel->localPort() == page.port())
            forward.tunnel->setOpenToPrograms(true);
    }
}

void NotebookTab::openForward(quint16 remotePort)
{
    const auto *forward = m_session.forwards().find(remotePort);
    makePane();
    if (!forward || !m_pane)
        return;
    const quint16 port = forward->tunnel->localPort();
    m_awaitedForward = port == 0 ? remotePort : 0;
    if (port == 0)
        return;
    QUrl root;
    root.setScheme(QStringLiteral("http"));
    root.setHost(QStringLiteral("127.0.0.1"));
    root.setPort(port);
    root.setPath(QStringLiteral("/"));
    m_shownForwards.insert(remotePort, root);
    m_pane->openForward(root, forward->name);
    m_faces->setCurrentWidget(m_pane);
    m_pane->setFocus();
}

void NotebookTab::onForwardsChanged()
{
    if (m_awaitedForward != 0)
        openForward(m_awaitedForward);
    const auto shown = m_shownForwards.keys();
    for (const quint16 remotePort : shown) {
        if (m_session.forwards().find(remotePort))
            continue;
        m_pane->closeForward(m_shownForwards.take(remotePort));
        if (!m_pane->isOpen())
            onClosed();
    }
}

void NotebookTab::watchRun(workspace::DetachedRun *run)
{
    m_banner->showMessage(ErrorBanner::Kind::Information, tr("%1 runs in the background, as it was last saved.").arg(run->notebook()),
                          tr("It goes on while this computer is away. What its cells put out is kept in %1.").arg(run->output()));
    connect(run, &Job::finished, this, [this, run] {
        if (run->state() == Job::State::Succeeded)
            m_banner->showMessage(ErrorBanner::Kind::Information, tr("%1 has run to its end.").arg(run->notebook()), tr("Its outputs are in %1.").arg(run->output()));
        else if (run->state() == Job::State::Failed)
            m_banner->showError(run->error());
        QApplication::alert(window());
    });
}

void NotebookTab::onClosed()
{
    if (m_pane && !m_session.isNotebookOpen()) {
        m_pane->closeAll();
        m_shownForwards.clear();
    }
    showMachine();
    const Flow *flow = m_session.currentFlow();
    if (flow && leadsToNotebook(flow))
        m_faces->setCurrentWidget(m_flow);
    else if (m_pane && m_session.isNotebookOpen())
        m_faces->setCurrentWidget(m_pane);
    else
        m_faces->setCurrentWidget(m_invitation);
}

void NotebookTab::showLoss()
{
    const ssh::Tunnel *tunnel = m_session.tunnel();
    if (!tunnel || tunnel->state() != ssh::Tunnel::State::Failed)
        return; // the machine was stopped, or somebody disconnected: they know
    Error lost = tunnel->error();
    lost.message = tr("The notebook was closed because the way to it is lost: %1").arg(lost.message);
    const QString goesOn = tr("What runs on the machine goes on meanwhile.");
    lost.nextStep = lost.nextStep.isEmpty() ? goesOn : lost.nextStep + u' ' + goesOn;
    m_banner->showError(lost, tr("Connect again"));
}

void NotebookTab::setBeside(QWidget *files)
{
    if (QWidget *old = beside(); old && old != files)
        old->setParent(nullptr);
    if (!files)
        return;
    m_splitter->addWidget(files);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    files->show();
}

QWidget *NotebookTab::beside() const
{
    return m_splitter->count() > 1 ? m_splitter->widget(1) : nullptr;
}

} // namespace nimbook::ui
