// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/work_page.h"

#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/create/create_page.h"
#include "ui/files/files_pane.h"
#include "ui/instances/machine_actions.h"
#include "ui/instances/machine_rail.h"
#include "ui/instances/machines_page.h"
#include "ui/monitor/monitor_pane.h"
#include "ui/packages/container_pane.h"
#include "ui/packages/packages_pane.h"
#include "ui/shell/activity_strip.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/pane_focus.h"
#include "ui/shell/project_switcher.h"
#include "ui/shell/tunnel_indicator.h"
#include "ui/shell/tunnel_menu.h"
#include "ui/signin/sign_in_again_bar.h"
#include "ui/terminal/terminal_pane.h"
#include "workspace/port_forwards.h"

#include <QAction>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

using workspace::MachineSession;
using workspace::Workspace;

WorkPage::WorkPage(Workspace &workspace, Prompts &prompts, MachineActions &actions, NotebookPaneFactory makeNotebookPane, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_prompts(prompts)
    , m_actions(actions)
    , m_makeNotebookPane(std::move(makeNotebookPane))
    , m_groups((m_filter.setSourceModel(&m_machines), m_filter))
    , m_feed(m_machines)
    , m_mirrors(workspace)
    , m_runNotices(workspace, [this](const cloud::InstanceRef &ref) { return isWatched(ref); })
    , m_diskNotices(workspace, [this](const cloud::InstanceRef &ref) { return isWatched(ref); })
    , m_header(new HeaderBar(this))
    , m_rail(new MachineRail(m_groups, this))
    , m_machinesPage(new MachinesPage(m_machines, m_filter, this))
    , m_createPage(new CreatePage(workspace, this))
    , m_pages(new QStackedWidget(this))
    , m_signInAgain(new SignInAgainBar(workspace, this))
    , m_banner(new ErrorBanner(this))
    , m_strip(new ActivityStrip(workspace, this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_switcher(new ProjectSwitcher(m_projects, this))
{
    m_banner->setObjectName(QStringLiteral("workBanner"));
    m_pages->setObjectName(QStringLiteral("pages"));
    m_pages->addWidget(m_machinesPage);
    m_pages->addWidget(m_createPage);
    m_rail->setMinimumWidth(grid * 22);

    auto *content = new QWidget(this);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *bannerRow = new QVBoxLayout;
    bannerRow->setContentsMargins(grid, 0, grid, 0);
    bannerRow->addWidget(m_banner);
    column->addLayout(bannerRow);
    column->addWidget(m_pages, 1);
    m_splitter->addWidget(m_rail);
    m_splitter->addWidget(content);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({grid * 31, grid * 110});

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(new Separator(Qt::Horizontal, this));
    auto *barRow = new QVBoxLayout;
    barRow->setContentsMargins(grid, 0, grid, 0);
    barRow->addWidget(m_signInAgain);
    layout->addLayout(barRow);
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_strip);

    connectModels();
    connectScreens();
    connectNotices();
    onProjectsChanged();
    onProjectChanged();
}

WorkPage::~WorkPage()
{
    closePages(); // they look at sessions and models that this object and the workspace own
}

void WorkPage::connectModels()
{
    connect(&m_workspace, &Workspace::projectsChanged, this, &WorkPage::onProjectsChanged);
    connect(&m_workspace, &Workspace::currentProjectChanged, this, &WorkPage::onProjectChanged);
    connect(&m_workspace, &Workspace::sessionClosed, this, &WorkPage::onSessionClosed);
    // A session may have tunnels without a page.
    const auto followTunnels = [this](MachineSession *session) {
        connect(session, &MachineSession::tunnelStateChanged, this, &WorkPage::showTunnel);
        connect(&session->forwards(), &workspace::PortForwards::changed, this, &WorkPage::showTunnel);
    };
    connect(&m_workspace, &Workspace::sessionCreated, this, followTunnels);
    const auto sessions = m_workspace.sessions();
    for (MachineSession *session : sessions)
        followTunnels(session);
    connect(&m_machines, &QAbstractItemModel::dataChanged, &m_actions, &MachineActions::updateEnabled);
    connect(&m_machines, &QAbstractItemModel::rowsInserted, &m_actions, &MachineActions::updateEnabled);
    connect(&m_machines, &QAbstractItemModel::rowsRemoved, &m_actions, &MachineActions::updateEnabled);
    connect(&m_machines, &QAbstractItemModel::modelReset, &m_actions, &MachineActions::updateEnabled);
    connect(&m_actions, &MachineActions::openNotebookRequested, this, &WorkPage::openNotebook);
    connect(&m_actions, &MachineActions::failed, this, &WorkPage::onPowerFailed);
    m_ages.setInterval(30'000);
    connect(&m_ages, &QTimer::timeout, &m_machines, &models::InstanceModel::refreshAges);
    m_ages.start();
}

void WorkPage::connectScreens()
{
    connect(m_header, &HeaderBar::projectRequested, this, &WorkPage::chooseProject);
    connect(m_header, &HeaderBar::newMachineRequested, this, &WorkPage::showCreate);
    connect(m_header->search(), &QLineEdit::textChanged, &m_filter, &models::InstanceFilter::setFilterText);
    connect(m_header, &HeaderBar::searchAccepted, this, [this] {
        if (m_filter.rowCount() == 1)
            showMachine(m_filter.index(0, 0).data(models::InstanceModel::RefRole).value<cloud::InstanceRef>());
        else
            showAll();
    });
    connect(m_switcher, &ProjectSwitcher::projectChosen, &m_workspace, &Workspace::setCurrentProject);

    connect(m_rail, &MachineRail::machineChosen, this, &WorkPage::showMachine);
    connect(m_rail, &MachineRail::allChosen, this, &WorkPage::showAll);
    connect(m_rail, &MachineRail::newMachineRequested, this, &WorkPage::showCreate);
    const auto popupMenu = [this](const QPoint &position) {
        auto *menu = new QMenu(this);
        menu->setObjectName(QStringLiteral("machineContextMenu"));
        menu->setAttribute(Qt::WA_DeleteOnClose);
        m_actions.addTo(menu);
        menu->popup(position);
    };
    connect(m_rail, &MachineRail::contextMenuRequested, this, [this, popupMenu](const cloud::InstanceRef &ref, const QPoint &position) {
        m_actions.setCurrent(ref);
        popupMenu(position);
    });

    connect(m_machinesPage, &MachinesPage::contextMenuRequested, this, popupMenu);
    connect(m_machinesPage, &MachinesPage::openRequested, this, &WorkPage::showMachine);
    connect(m_machinesPage, &MachinesPage::selectionChanged, this, [this] {
        if (m_pages->currentWidget() == m_machinesPage)
            m_actions.setCurrent(m_machinesPage->selected());
    });
    connect(m_machinesPage, &MachinesPage::newMachineRequested, this, &WorkPage::showCreate);
    connect(m_machinesPage, &MachinesPage::chooseProjectRequested, this, &WorkPage::chooseProject);
    connect(m_machinesPage, &MachinesPage::clearFilterRequested, m_header->search(), &QLineEdit::clear);
    connect(m_machinesPage, &MachinesPage::retryRequested, this, [this] {
        if (m_workspace.machines())
            m_workspace.machines()->refresh();
    });

    auto *tunnels = new TunnelMenu(
        [this] { return m_workspace.sessions(); }, m_prompts, m_strip->tunnel());
    m_strip->tunnel()->setMenu(tunnels);
    connect(tunnels, &TunnelMenu::pageWanted, this, [this](MachineSession *session, quint16 remotePort) { openForward(session->ref(), remotePort); });

    connect(m_createPage, &CreatePage::cancelled, this, &WorkPage::showAll);
    connect(m_createPage, &CreatePage::created, this, &WorkPage::showMachine);
    connect(&m_workspace, &workspace::Workspace::creationsRecovered, this, &WorkPage::onCreationsRecovered);
}

void WorkPage::connectNotices()
{
    const auto tell = [this](const QString &title, const QString &text, const cloud::InstanceRef &machine) {
        m_noticed = machine;
        m_desktop.show(title, text);
    };
    connect(&m_runNotices, &models::RunNotices::notice, this, tell);
    connect(&m_diskNotices, &models::DiskNotices::notice, this, tell);
    connect(&m_desktop, &DesktopNotice::activated, this, [this] {
        DesktopNotice::bringToFront(window());
        showMachine(m_noticed);
    });
}

void WorkPage::onCreationsRecovered(const workspace::RecoveredCreations &recovered)
{
    if (recovered.made.isEmpty()) {
        m_banner->showMessage(ErrorBanner::Kind::Information,
                              tr("A disk was left over from %1, which was being made when Nimbook ended; it is deleted.").arg(recovered.disksRemoved.constFirst().text()));
        return;
    }
    const cloud::InstanceRef ref = recovered.made.constFirst();
    m_banner->showMessage(ErrorBanner::Kind::Warning, tr("%1 was being made when Nimbook ended: it exists and costs money.").arg(ref.text()),
                          tr("Open it, or delete it if you do not want it."));
    QPushButton *show = m_banner->addButton(tr("Show %1").arg(ref.name), QStringLiteral("showRecoveredButton"));
    connect(show, &QPushButton::clicked, this, [this, ref] {
        m_banner->clear();
        showMachine(ref);
    });
}

void WorkPage::onProjectsChanged()
{
    m_projects.setProjects(m_workspace.projects());
    const QString id = m_workspace.currentProject();
    m_header->setProject(m_projects.nameOf(id), id);
}

void WorkPage::onProjectChanged()
{
    onProjectsChanged();
    m_header->search()->clear();
    workspace::MachineList *list = m_workspace.machines();
    m_feed.setSource(list);
    if (list)
        connect(list, &workspace::MachineList::refreshed, this, &WorkPage::showSituation);
    m_banner->clear();
    showSituation();
    if (m_pages->currentWidget() != m_createPage) // that page has a project field of its own and goes on with the new one
        showAll();
}

void WorkPage::showSituation()
{
    MachinesPage::Situation situation;
    if (const workspace::MachineList *list = m_workspace.machines()) {
        situation.hasProject = true;
        situation.loaded = list->isLoaded();
        situation.projectName = m_projects.nameOf(list->project());
        situation.unreachableZones = list->unreachableZones();
        situation.error = list->lastError();
    }
    m_machinesPage->setSituation(situation);
}

void WorkPage::setPage(QWidget *page)
{
    m_pages->setCurrentWidget(page);
    const auto *machine = currentMachinePage();
    if (machine)
        m_actions.setCurrent(machine->session().ref());
    else
        m_actions.setCurrent(page == m_machinesPage ? m_machinesPage->selected() : std::nullopt);
    m_rail->setCurrent(machine ? std::optional(machine->session().ref()) : std::nullopt);
    showTunnel();
    Q_EMIT pageChanged();
}

void WorkPage::showAll()
{
    setPage(m_machinesPage);
    m_machinesPage->setFocus();
}

void WorkPage::showMachine(const cloud::InstanceRef &ref)
{
    if (MachinePage *page = pageFor(ref))
        setPage(page);
}

void WorkPage::showCreate()
{
    if (!m_workspace.machines()) {
        chooseProject();
        return;
    }
    setPage(m_createPage);
    m_createPage->begin();
}

void WorkPage::openNotebook(const cloud::InstanceRef &ref)
{
    if (MachinePage *page = pageFor(ref)) {
        setPage(page);
        page->openNotebook();
    }
}

void WorkPage::openForward(const cloud::InstanceRef &ref, quint16 remotePort)
{
    if (MachinePage *page = pageFor(ref)) {
        setPage(page);
        page->openForward(remotePort);
    }
}

void WorkPage::chooseProject()
{
    m_workspace.refreshProjects();
    m_switcher->popupBelow(m_header->projectButton(), m_workspace.currentProject());
}

void WorkPage::focusSearch()
{
    m_header->search()->setFocus(Qt::ShortcutFocusReason);
    m_header->search()->selectAll();
}

void WorkPage::focusPane(int step)
{
    movePaneFocus({m_header, m_rail, m_pages, m_strip}, step);
}

MachinePage *WorkPage::currentMachinePage() const
{
    return qobject_cast<MachinePage *>(m_pages->currentWidget());
}

MachinePage *WorkPage::pageFor(const cloud::InstanceRef &ref)
{
    if (MachinePage *page = m_machinePages.value(ref))
        return page;
    MachineSession *session = m_workspace.session(ref);
    if (!session)
        return nullptr;
    auto *page = new MachinePage(m_workspace.catalogue(), *session, m_actions, panes(), m_pages);
    m_machinePages.insert(ref, page);
    m_pages->addWidget(page);
    connect(session, &MachineSession::connectionChanged, &m_actions, &MachineActions::updateEnabled);
    connect(session, &MachineSession::notebookOpened, &m_actions, &MachineActions::updateEnabled);
    connect(session, &MachineSession::flowStarted, &m_actions, &MachineActions::updateEnabled);
    connect(session, &MachineSession::flowFinished, &m_actions, &MachineActions::updateEnabled);
    connect(session, &MachineSession::forwardOpened, this, [this, ref](quint16 remotePort) { openForward(ref, remotePort); });
    connect(session, &MachineSession::forwardFailed, this, [this, ref] { showMachine(ref); });
    return page;
}

MachinePanes WorkPage::panes()
{
    MachinePanes panes;
    panes.notebook = [this](QWidget *parent) { return makeNotebookPane(parent); };
    panes.files = [this](MachineSession &session, QWidget *parent) -> QWidget * {
        return new FilesPane(m_workspace, session, m_mirrors, m_prompts, parent);
    };
    panes.packages = [](MachineSession &session, QWidget *parent) -> QWidget * { return new PackagesPane(session, parent); };
    panes.container = [this](MachineSession &session, QWidget *parent) -> QWidget * {
        auto *pane = new ContainerPane(m_workspace.catalogue(), session, parent);
        connect(pane, &ContainerPane::restartWanted, m_actions.restartContainer(), &QAction::trigger);
        return pane;
    };
    panes.monitor = [this](MachineSession &session, QWidget *parent) -> QWidget * {
        return new MonitorPane(session, [this](std::chrono::seconds interval) { m_workspace.settings().setMonitorInterval(interval); }, parent);
    };
    panes.terminal = [](MachineSession &session, QWidget *parent) -> QWidget * { return new TerminalPane(session, parent); };
    return panes;
}

NotebookPane *WorkPage::makeNotebookPane(QWidget *parent)
{
    NotebookPane *pane = m_makeNotebookPane(parent);
    connect(pane, &NotebookPane::downloadStarted, this, [this](Job *download, const QString &name) {
        m_workspace.activity().watch(download, tr("Downloading %1 from the notebook").arg(name));
    });
    connect(pane, &NotebookPane::fullScreenWanted, this, &WorkPage::setFullScreen);
    connect(pane, &NotebookPane::softwareRenderingWanted, this, [this] { m_workspace.settings().setSoftwareRendering(true); });
    return pane;
}

bool WorkPage::findInNotebook()
{
    MachinePage *machine = currentMachinePage();
    return machine && machine->findInNotebook();
}

void WorkPage::setFullScreen(bool full)
{
    for (QWidget *around : {static_cast<QWidget *>(m_header), static_cast<QWidget *>(m_rail), static_cast<QWidget *>(m_strip)})
        around->setVisible(!full);
    if (MachinePage *machine = currentMachinePage())
        machine->setBare(full);
    QWidget *shell = window();
    if (full == shell->isFullScreen())
        return;
    if (full) {
        m_wasMaximized = shell->isMaximized();
        shell->showFullScreen();
    } else if (m_wasMaximized) {
        shell->showMaximized();
    } else {
        shell->showNormal();
    }
}

bool WorkPage::isWatched(const cloud::InstanceRef &ref) const
{
    const MachinePage *page = currentMachinePage();
    return window()->isActiveWindow() && page && page->session().ref() == ref;
}

void WorkPage::showTunnel()
{
    ssh::Tunnel *tunnel = nullptr;
    if (const MachinePage *page = currentMachinePage())
        tunnel = page->session().tunnel();
    int forwards = 0;
    const auto sessions = m_workspace.sessions();
    for (MachineSession *session : sessions) {
        tunnel = tunnel ? tunnel : session->tunnel();
        forwards += int(session->forwards().all().size());
    }
    m_strip->tunnel()->setTunnel(tunnel);
    m_strip->tunnel()->setForwardCount(forwards);
}

void WorkPage::onSessionClosed(const cloud::InstanceRef &ref)
{
    MachinePage *page = m_machinePages.take(ref);
    if (!page) {
        showTunnel();
        return;
    }
    const bool shown = page == m_pages->currentWidget();
    if (m_strip->tunnel())
        m_strip->tunnel()->setTunnel(nullptr);
    delete page;
    if (shown)
        showAll();
    else
        showTunnel();
}

bool WorkPage::hasOpenConnections() const
{
    return std::any_of(m_machinePages.cbegin(), m_machinePages.cend(), [](const MachinePage *page) { return page->session().isConnected(); });
}

void WorkPage::closePages()
{
    m_strip->tunnel()->setTunnel(nullptr);
    qDeleteAll(m_machinePages);
    m_machinePages.clear();
}

void WorkPage::onPowerFailed(const cloud::InstanceRef &ref, workspace::PowerAction action, const Error &error)
{
    m_banner->showError(error, tr("Try again"));
    disconnect(m_retry);
    m_retry = connect(m_banner, &ErrorBanner::retryRequested, this, [this, ref, action] {
        m_banner->clear();
        m_actions.power(ref, action);
    });
}

} // namespace nimbook::ui
