// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/main_window.h"

#include "ui/common/prompts.h"
#include "ui/instances/machine_actions.h"
#include "ui/instances/machine_page.h"
#include "ui/instances/machines_page.h"
#include "ui/shell/about_dialog.h"
#include "ui/shell/account_menu.h"
#include "ui/shell/activity_strip.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/header_bar.h"
#include "ui/shell/settings_dialog.h"
#include "ui/shell/window_actions.h"
#include "ui/shell/work_page.h"
#include "ui/signin/sign_in_again_bar.h"
#include "ui/signin/sign_in_page.h"

#include <QAction>
#include <QCloseEvent>
#include <QDesktopServices>
#include <QMenu>
#include <QMenuBar>
#include <QSplitter>
#include <QStackedWidget>

namespace nimbook::ui {

MainWindow::MainWindow(workspace::Workspace &workspace, Prompts &prompts, NotebookPaneFactory makeNotebookPane, QWidget *parent)
    : QMainWindow(parent)
    , m_workspace(workspace)
    , m_prompts(prompts)
    , m_makeNotebookPane(std::move(makeNotebookPane))
    , m_actions(new WindowActions(this))
    , m_machineActions(new MachineActions(workspace, prompts, this))
    , m_palette(new CommandPalette(this))
    , m_stack(new QStackedWidget(this))
    , m_signInPage(new SignInPage(workspace, prompts, this))
    , m_accountMenu(new AccountMenu(workspace, *m_actions, this))
    , m_mainMenu(new QMenu(this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(tr("Nimbook"));
    setWindowIcon(QIcon(QStringLiteral(":/icons/nimbook.svg")));
    setMinimumSize(720, 480);
    m_stack->addWidget(m_signInPage);
    setCentralWidget(m_stack);

    m_actions->fillMenuBar(menuBar(), *m_machineActions);
    m_actions->fillMainMenu(m_mainMenu, *m_machineActions);
    connectActions();
    connectSignIn();
    connect(&workspace, &workspace::Workspace::accountChanged, this, &MainWindow::onAccountChanged);
    restoreWindow();
    onAccountChanged();
}

MainWindow::~MainWindow()
{
    delete m_workPage; // before the actions it connects to
}

void MainWindow::restoreSignIn()
{
    m_signInPage->restoreLast();
}

void MainWindow::connectActions()
{
    // The work page comes and goes with the account; without one these actions are disabled.
    const auto onWork = [this](QAction *action, auto method) {
        connect(action, &QAction::triggered, this, [this, method] {
            if (m_workPage)
                method(*m_workPage);
        });
    };
    onWork(m_actions->newMachine, [](WorkPage &page) { page.showCreate(); });
    onWork(m_actions->chooseProject, [](WorkPage &page) { page.chooseProject(); });
    onWork(m_actions->allMachines, [](WorkPage &page) { page.showAll(); });
    onWork(m_actions->find, [](WorkPage &page) {
        if (!page.findInNotebook()) // one shortcut for both: who has the keyboard is searched
            page.focusSearch();
    });
    onWork(m_actions->nextPane, [](WorkPage &page) { page.focusPane(1); });
    onWork(m_actions->previousPane, [](WorkPage &page) { page.focusPane(-1); });
    onWork(m_actions->activity, [this](WorkPage &page) { page.strip()->setUnfolded(m_actions->activity->isChecked()); });
    const auto onTab = [onWork](QAction *action, MachinePage::Tab tab) {
        onWork(action, [tab](WorkPage &page) {
            if (MachinePage *machine = page.currentMachinePage())
                machine->showTab(tab);
        });
    };
    onTab(m_actions->notebookTab, MachinePage::Notebook);
    onTab(m_actions->filesTab, MachinePage::Files);
    onTab(m_actions->packagesTab, MachinePage::Packages);
    onTab(m_actions->containerTab, MachinePage::Container);
    onTab(m_actions->monitorTab, MachinePage::Monitor);
    onTab(m_actions->terminalTab, MachinePage::Terminal);
    onTab(m_actions->timelineTab, MachinePage::Timeline);
    onWork(m_actions->filesBeside, [this](WorkPage &page) {
        if (MachinePage *machine = page.currentMachinePage()) {
            machine->setFilesBeside(m_actions->filesBeside->isChecked());
            machine->showTab(m_actions->filesBeside->isChecked() ? MachinePage::Notebook : MachinePage::Files);
        }
    });
    connect(m_actions->refresh, &QAction::triggered, this, [this] {
        if (m_workspace.machines())
            m_workspace.machines()->refresh();
    });
    connect(m_actions->signInSandbox, &QAction::triggered, m_signInPage, &SignInPage::enterSandbox);
    connect(m_actions->signInFile, &QAction::triggered, m_signInPage, &SignInPage::chooseCredentialFile);
    connect(m_actions->signInGoogle, &QAction::triggered, m_signInPage, &SignInPage::signInWithBrowser);
    // Queued: the button whose menu was used belongs to the page that goes.
    connect(m_actions->signOut, &QAction::triggered, &m_workspace, &workspace::Workspace::signOut, Qt::QueuedConnection);
    connect(m_actions->quit, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->palette, &QAction::triggered, this, &MainWindow::showPalette);
    for (QAction *action : {m_actions->settings, m_actions->sshKey})
        connect(action, &QAction::triggered, this, &MainWindow::showSettings);
    connect(m_actions->about, &QAction::triggered, this, &MainWindow::showAbout);
    connect(m_actions->menuBar, &QAction::toggled, menuBar(), &QWidget::setVisible);
    auto *openMenu = new QAction(this);
    openMenu->setShortcut(Qt::Key_F10);
    addAction(openMenu);
    connect(openMenu, &QAction::triggered, this, [this] {
        if (m_workPage && !menuBar()->isVisible())
            m_workPage->header()->openMainMenu();
    });
}

void MainWindow::connectSignIn()
{
    m_workspace.setHoldsCalls(true); // there is a bar that asks for the next sign-in
    connect(&m_workspace, &workspace::Workspace::browserWanted, this, &MainWindow::openBrowser);
    connect(m_accountMenu, &AccountMenu::accountChosen, this, &MainWindow::switchAccount, Qt::QueuedConnection);
    connect(m_actions->addAccount, &QAction::triggered, this, [this] { m_stack->setCurrentWidget(m_signInPage); }, Qt::QueuedConnection);
    connect(m_signInPage, &SignInPage::backRequested, this, [this] {
        if (m_workPage)
            m_stack->setCurrentWidget(m_workPage);
    });
}

void MainWindow::openBrowser(const QUrl &page)
{
    const bool opened = QDesktopServices::openUrl(page);
    m_signInPage->showBrowserPage(page, opened);
    if (m_workPage)
        m_workPage->signInAgainBar()->showBrowserPage(page, opened);
}

void MainWindow::switchAccount(const QString &key)
{
    const auto go = [this, key] {
        m_stack->setCurrentWidget(m_signInPage); // shows how it goes; leads back to where the person was
        m_signInPage->switchAccount(key);
    };
    if (!m_workPage || !m_workPage->hasOpenConnections())
        return go();
    const Question question{tr("Switch account"), tr("Switch to another account?"),
                            tr("The notebooks and transfers of %1 are closed. Its machines go on running.").arg(m_workspace.account()->displayName()),
                            tr("Switch"), {}};
    m_prompts.confirm(this, question, [go](bool confirmed) {
        if (confirmed)
            go();
    });
}

void MainWindow::onAccountChanged()
{
    const bool signedIn = m_workspace.account() != nullptr;
    if (m_workPage) {
        saveWindow();
        m_machineActions->setCurrent({});
        delete m_workPage;
        m_workPage = nullptr;
    }
    m_actions->setSignedIn(signedIn);
    if (signedIn)
        makeWorkPage();
    m_stack->setCurrentWidget(signedIn ? static_cast<QWidget *>(m_workPage) : m_signInPage);
    menuBar()->setVisible(m_actions->menuBar->isChecked());
    setWindowTitle(signedIn ? tr("Nimbook – %1").arg(m_workspace.account()->displayName()) : tr("Nimbook"));
}

void MainWindow::makeWorkPage()
{
    m_workPage = new WorkPage(m_workspace, m_prompts, *m_machineActions, m_makeNotebookPane, m_stack);
    m_stack->addWidget(m_workPage);
    m_workPage->header()->setAccount(m_workspace.account()->displayName());
    m_workPage->header()->setAccountMenu(m_accountMenu);
    m_workPage->header()->setMainMenu(m_mainMenu);
    QSettings &settings = m_workspace.settings().raw();
    m_workPage->machinesPage()->restoreColumns(settings);
    m_workPage->splitter()->restoreState(settings.value(QStringLiteral("window/splitter")).toByteArray());
    connect(m_workPage->strip(), &ActivityStrip::unfoldedChanged, m_actions->activity, &QAction::setChecked);
    m_actions->activity->setChecked(false);
    const auto showPage = [this] {
        const MachinePage *machine = m_workPage->currentMachinePage();
        m_actions->setMachineShown(machine != nullptr);
        m_actions->filesBeside->setChecked(machine && machine->areFilesBeside());
    };
    connect(m_workPage, &WorkPage::pageChanged, this, showPage);
    showPage();
}

void MainWindow::showPalette()
{
    QList<QAction *> actions = m_workPage ? m_machineActions->all() : QList<QAction *>();
    for (QAction *action : m_actions->all()) {
        if (action != m_actions->palette)
            actions.append(action);
    }
    m_palette->popup(actions);
}

void MainWindow::showSettings()
{
    auto *dialog = new SettingsDialog(m_workspace, m_prompts, this);
    dialog->open();
}

void MainWindow::showAbout()
{
    auto *dialog = new AboutDialog(this);
    dialog->open();
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    saveWindow();
    QMainWindow::closeEvent(event);
}

void MainWindow::saveWindow()
{
    QSettings &settings = m_workspace.settings().raw();
    settings.setValue(QStringLiteral("window/geometry"), saveGeometry());
    settings.setValue(QStringLiteral("window/menuBar"), m_actions->menuBar->isChecked());
    if (m_workPage) {
        m_workPage->machinesPage()->saveColumns(settings);
        settings.setValue(QStringLiteral("window/splitter"), m_workPage->splitter()->saveState());
    }
}

void MainWindow::restoreWindow()
{
    QSettings &settings = m_workspace.settings().raw();
    if (!restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray()))
        resize(1200, 760);
    m_actions->menuBar->setChecked(settings.value(QStringLiteral("window/menuBar"), false).toBool());
    menuBar()->setVisible(m_actions->menuBar->isChecked());
}

} // namespace nimbook::ui
