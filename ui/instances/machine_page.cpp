// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_page.h"

#include "models/disk_notices.h"
#include "ui/common/error_banner.h"
#include "ui/common/flat_tabs.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"
#include "ui/instances/machine_actions.h"
#include "ui/instances/machine_header.h"
#include "ui/instances/notebook_tab.h"
#include "ui/instances/timeline_pane.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace nimbook::ui {

namespace {

QWidget *paneHost(QWidget *parent)
{
    auto *host = new QWidget(parent);
    auto *layout = new QVBoxLayout(host);
    layout->setContentsMargins(0, 0, 0, 0);
    return host;
}

} // namespace

MachinePage::MachinePage(const workspace::Catalogue &catalogue, workspace::MachineSession &session, MachineActions &actions,
                         MachinePanes panes, QWidget *parent)
    : QWidget(parent)
    , m_session(session)
    , m_panes(std::move(panes))
    , m_header(new MachineHeader(catalogue, actions, this))
    , m_banner(new ErrorBanner(this))
    , m_hostKeyBanner(new ErrorBanner(this))
    , m_tabs(new FlatTabs(this))
    , m_notebook(new NotebookTab(session, m_panes.notebook, this))
    , m_filesHost(paneHost(this))
    , m_packagesHost(paneHost(this))
    , m_containerHost(paneHost(this))
    , m_monitorHost(paneHost(this))
    , m_terminalHost(paneHost(this))
{
    setObjectName(QStringLiteral("machinePage"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_banner->setObjectName(QStringLiteral("machineBanner"));
    m_hostKeyBanner->setObjectName(QStringLiteral("hostKeyBanner"));
    m_hostKeyBanner->setDismissable(false);
    m_tabs->setObjectName(QStringLiteral("machineTabs"));
    m_tabs->setAccessibleName(tr("Parts of this machine"));
    m_tabs->addTab(m_notebook, symbolicIcon(QStringLiteral("notebook")), tr("Notebook"));
    m_tabs->addTab(m_filesHost, symbolicIcon(QStringLiteral("folder")), tr("Files"));
    m_tabs->addTab(m_packagesHost, symbolicIcon(QStringLiteral("package")), tr("Packages"));
    m_tabs->addTab(m_containerHost, symbolicIcon(QStringLiteral("machine")), tr("Container"));
    m_tabs->addTab(m_monitorHost, symbolicIcon(QStringLiteral("activity")), tr("Monitor"));
    m_tabs->addTab(m_terminalHost, symbolicIcon(QStringLiteral("console")), tr("Terminal"));
    m_tabs->addTab(new TimelinePane(session, this), symbolicIcon(QStringLiteral("clock")), tr("Timeline"));

    auto *banners = new QVBoxLayout;
    banners->setContentsMargins(grid * 2, 0, grid * 2, 0);
    banners->setSpacing(grid);
    banners->addWidget(m_hostKeyBanner);
    banners->addWidget(m_banner);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addLayout(banners);
    layout->addWidget(m_tabs, 1);

    using workspace::MachineSession;
    m_header->setMachine(session.machine());
    connect(&session, &MachineSession::machineChanged, m_header, &MachineHeader::setMachine);
    connect(&session, &MachineSession::hostKeyQuestion, this, &MachinePage::askHostKey);
    connect(&session, &MachineSession::flowStarted, this, [this] { m_hostKeyBanner->clear(); });
    connect(&session, &MachineSession::flowFinished, this, &MachinePage::showRefusedHostKey);
    connect(&session, &MachineSession::noticed, this, [this](const QString &notice) { m_banner->showMessage(ErrorBanner::Kind::Information, notice); });
    connect(&session, &MachineSession::forwardFailed, this, [this](const Error &error) { m_banner->showError(error); });
    connect(m_tabs, &QTabWidget::currentChanged, this, &MachinePage::ensureTab);
    connect(m_notebook, &NotebookTab::openRequested, this, &MachinePage::openNotebook);
    connect(&session.monitor(), &workspace::MachineMonitor::diskNearlyFull, this, &MachinePage::warnOfFullDisks);
    warnOfFullDisks(); // the monitor may be older than this page
    if (!session.pendingHostKey().isEmpty())
        askHostKey(session.pendingHostKey());
    else
        showRefusedHostKey();
}

void MachinePage::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(tab);
    if (QWidget *page = m_tabs->currentWidget(); page && !page->isAncestorOf(focusWidget()))
        page->setFocus();
}

MachinePage::Tab MachinePage::currentTab() const
{
    return Tab(m_tabs->currentIndex());
}

bool MachinePage::findInNotebook()
{
    return currentTab() == Notebook && m_notebook->pane() && m_notebook->pane()->startFind();
}

void MachinePage::setBare(bool bare)
{
    m_header->setVisible(!bare);
    m_tabs->tabBar()->setVisible(!bare);
}

void MachinePage::openNotebook()
{
    m_banner->clear();
    showTab(Notebook);
    m_session.openNotebook();
}

void MachinePage::openForward(quint16 remotePort)
{
    showTab(Notebook);
    m_notebook->openForward(remotePort);
}

void MachinePage::ensureTab(int index)
{
    if (index == Files && !m_files && m_panes.files) {
        m_files = m_panes.files(m_session, m_filesHost);
        placeFiles();
    }
    const auto fill = [this, index](Tab tab, QWidget *&pane, QWidget *host, const auto &make) {
        if (index != tab || pane || !make)
            return;
        pane = make(m_session, host);
        host->layout()->addWidget(pane);
        host->setFocusProxy(pane);
    };
    fill(Packages, m_packages, m_packagesHost, m_panes.packages);
    fill(Container, m_container, m_containerHost, m_panes.container);
    fill(Monitor, m_monitor, m_monitorHost, m_panes.monitor);
    fill(Terminal, m_terminal, m_terminalHost, m_panes.terminal);
}

void MachinePage::warnOfFullDisks()
{
    const QList<monitor::DiskSample> disks = m_session.monitor().fullDisks();
    if (disks.isEmpty())
        return;
    m_banner->showMessage(ErrorBanner::Kind::Warning, tr("%1: %2.").arg(models::DiskNotices::titleOf(m_session.ref()), models::DiskNotices::textOf(disks)),
                          tr("When it is full, notebooks cannot be saved. Delete what is not needed, or fetch it here first."));
    connect(m_banner->addButton(tr("Show files"), QStringLiteral("showFilesButton")), &QPushButton::clicked, this, [this] { showTab(Files); });
}

void MachinePage::setFilesBeside(bool beside)
{
    if (m_filesBeside == beside)
        return;
    m_filesBeside = beside;
    if (beside)
        ensureTab(Files);
    placeFiles();
}

void MachinePage::placeFiles()
{
    if (!m_files)
        return;
    if (m_filesBeside) {
        m_notebook->setBeside(m_files);
        m_tabs->setTabVisible(Files, false);
        return;
    }
    m_filesHost->layout()->addWidget(m_files);
    m_files->show();
    m_tabs->setTabVisible(Files, true);
}

void MachinePage::askHostKey(const QString &fingerprint)
{
    m_hostKeyBanner->showMessage(ErrorBanner::Kind::Question,
                                 tr("Is this really %1? It shows the key %2").arg(m_session.machine().ref.name, fingerprint),
                                 tr("Nothing vouches for this key: the machine publishes none, and you were never there before. Compare it with the one "
                                    "on the machine's serial port, or with whoever made it. It is remembered once you trust it."));
    m_hostKeyBanner->setDismissable(false);
    QPushButton *trust = m_hostKeyBanner->addButton(tr("Trust this key"), QStringLiteral("trustHostKeyButton"));
    QPushButton *refuse = m_hostKeyBanner->addButton(tr("Do not connect"), QStringLiteral("refuseHostKeyButton"));
    onHostKeyButton(trust, [this] { m_session.answerHostKey(true); });
    onHostKeyButton(refuse, [this] { m_session.answerHostKey(false); });
    refuse->setFocus();
}

void MachinePage::showRefusedHostKey()
{
    m_hostKeyBanner->clear();
    const auto &change = m_session.refusedHostKey();
    if (!change || !change->mayBeTrusted())
        return; // what the flow's own error says is all there is
    m_hostKeyBanner->showMessage(ErrorBanner::Kind::Warning, tr("Trust the new host key of %1?").arg(change->machine.ref.name),
                                 tr("Until now: %1\nNow: %2\n%3").arg(change->before(), change->shown.fingerprint(), change->advice()));
    m_hostKeyBanner->setDismissable(false);
    QPushButton *trust = m_hostKeyBanner->addButton(tr("Trust the new key"), QStringLiteral("trustNewHostKeyButton"));
    trust->setAccessibleDescription(change->text());
    QPushButton *refuse = m_hostKeyBanner->addButton(tr("Do not connect"), QStringLiteral("refuseNewHostKeyButton"));
    onHostKeyButton(trust, [this] { m_session.trustNewHostKey(); });
    onHostKeyButton(refuse, [] {});
    refuse->setFocus();
}

void MachinePage::onHostKeyButton(QPushButton *button, std::function<void()> then)
{
    // Queued: the banner and its buttons may go only after their own click has been delivered.
    connect(button, &QPushButton::clicked, this, [this, then = std::move(then)] {
        m_hostKeyBanner->clear();
        then();
    }, Qt::QueuedConnection);
}

} // namespace nimbook::ui
