// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/window_actions.h"

#include "ui/common/symbolic_icon.h"
#include "ui/instances/machine_actions.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>

namespace nimbook::ui {

WindowActions::WindowActions(QWidget *window) : QObject(window), m_window(window)
{
    newMachine = make(tr("&New machine…"), QStringLiteral("plus"), QStringLiteral("newMachineAction"), QKeySequence::New);
    chooseProject = make(tr("Choose &project…"), QStringLiteral("project"), QStringLiteral("chooseProjectAction"), QKeySequence(Qt::CTRL | Qt::Key_L));
    refresh = make(tr("&Refresh"), QStringLiteral("refresh"), QStringLiteral("refreshAction"), QKeySequence(Qt::CTRL | Qt::Key_R));
    signInSandbox = make(tr("&Try it on this computer"), QStringLiteral("laptop"), QStringLiteral("signInSandboxAction"));
    signInGoogle = make(tr("Sign in to &Google Cloud…"), QStringLiteral("cloud"), QStringLiteral("signInGoogleAction"));
    signInFile = make(tr("Sign in with a &credential file…"), QStringLiteral("key"), QStringLiteral("signInFileAction"));
    addAccount = make(tr("A&dd an account…"), QStringLiteral("account"), QStringLiteral("addAccountAction"));
    signOut = make(tr("Sign &out"), QStringLiteral("sign-out"), QStringLiteral("signOutAction"));
    settings = make(tr("S&ettings…"), QStringLiteral("edit"), QStringLiteral("settingsAction"), QKeySequence(Qt::CTRL | Qt::Key_Comma));
    settings->setMenuRole(QAction::PreferencesRole);
    sshKey = make(tr("SSH &key…"), QStringLiteral("key"), QStringLiteral("sshKeyAction"));
    quit = make(tr("&Quit"), QString(), QStringLiteral("quitAction"), QKeySequence(Qt::CTRL | Qt::Key_Q));
    quit->setMenuRole(QAction::QuitRole);
    allMachines = make(tr("&All machines"), QStringLiteral("machine"), QStringLiteral("allMachinesAction"), QKeySequence(Qt::ALT | Qt::Key_Home));
    notebookTab = make(tr("&Notebook"), QStringLiteral("notebook"), QStringLiteral("notebookTabAction"), QKeySequence(Qt::ALT | Qt::Key_1));
    filesTab = make(tr("&Files"), QStringLiteral("folder"), QStringLiteral("filesTabAction"), QKeySequence(Qt::ALT | Qt::Key_2));
    packagesTab = make(tr("Pac&kages"), QStringLiteral("package"), QStringLiteral("packagesTabAction"), QKeySequence(Qt::ALT | Qt::Key_3));
    containerTab = make(tr("&Container"), QStringLiteral("machine"), QStringLiteral("containerTabAction"), QKeySequence(Qt::ALT | Qt::Key_4));
    monitorTab = make(tr("M&onitor"), QStringLiteral("activity"), QStringLiteral("monitorTabAction"), QKeySequence(Qt::ALT | Qt::Key_5));
    terminalTab = make(tr("T&erminal"), QStringLiteral("console"), QStringLiteral("terminalTabAction"), QKeySequence(Qt::ALT | Qt::Key_6));
    timelineTab = make(tr("&Timeline"), QStringLiteral("clock"), QStringLiteral("timelineTabAction"), QKeySequence(Qt::ALT | Qt::Key_7));
    filesBeside = make(tr("Files &beside the notebook"), QStringLiteral("columns"), QStringLiteral("filesBesideAction"), QKeySequence(Qt::ALT | Qt::Key_8));
    filesBeside->setCheckable(true);
    activity = make(tr("Transfers and &operations"), QStringLiteral("activity"), QStringLiteral("activityAction"), QKeySequence(Qt::CTRL | Qt::Key_J));
    activity->setCheckable(true);
    menuBar = make(tr("Show &menu bar"), QStringLiteral("menu"), QStringLiteral("menuBarAction"), QKeySequence(Qt::CTRL | Qt::Key_M));
    menuBar->setCheckable(true);
    find = make(tr("&Search machines"), QStringLiteral("search"), QStringLiteral("findAction"), QKeySequence::Find);
    palette = make(tr("Co&mmands…"), QStringLiteral("keyboard"), QStringLiteral("paletteAction"), QKeySequence(Qt::CTRL | Qt::Key_K));
    nextPane = make(tr("Ne&xt pane"), QStringLiteral("arrow-right"), QStringLiteral("nextPaneAction"), QKeySequence(Qt::Key_F6));
    previousPane = make(tr("Pre&vious pane"), QStringLiteral("arrow-left"), QStringLiteral("previousPaneAction"), QKeySequence(Qt::SHIFT | Qt::Key_F6));
    about = make(tr("&About Nimbook"), QStringLiteral("info"), QStringLiteral("aboutAction"));
    about->setMenuRole(QAction::AboutRole);
}

QAction *WindowActions::make(const QString &text, const QString &icon, const QString &objectName, const QKeySequence &shortcut)
{
    auto *action = new QAction(text, this);
    if (!icon.isEmpty())
        action->setIcon(symbolicIcon(icon));
    action->setObjectName(objectName);
    action->setShortcut(shortcut);
    m_window->addAction(action); // its shortcut works though the menu bar may be hidden
    m_all.append(action);
    return action;
}

QList<QAction *> WindowActions::all() const
{
    return m_all;
}

void WindowActions::fillFile(QMenu *menu)
{
    menu->addActions({newMachine, chooseProject});
    menu->addSeparator();
    menu->addActions({signInSandbox, signInGoogle, signInFile, addAccount, signOut});
    menu->addSeparator();
    menu->addActions({settings, quit});
}

void WindowActions::fillMachine(QMenu *menu, const MachineActions &machine)
{
    machine.addTo(menu);
    menu->addSeparator();
    menu->addAction(sshKey);
}

void WindowActions::fillView(QMenu *menu)
{
    menu->addActions({refresh, filesBeside, activity, menuBar});
}

void WindowActions::fillGo(QMenu *menu)
{
    menu->addActions({allMachines, notebookTab, filesTab, packagesTab, containerTab, monitorTab, terminalTab, timelineTab});
    menu->addSeparator();
    menu->addActions({find, nextPane, previousPane});
}

void WindowActions::fillHelp(QMenu *menu)
{
    menu->addActions({palette, about});
}

void WindowActions::fillMenuBar(QMenuBar *bar, const MachineActions &machine)
{
    fillFile(bar->addMenu(tr("&File")));
    fillMachine(bar->addMenu(tr("&Machine")), machine);
    fillView(bar->addMenu(tr("&View")));
    fillGo(bar->addMenu(tr("&Go")));
    fillHelp(bar->addMenu(tr("&Help")));
}

void WindowActions::fillMainMenu(QMenu *menu, const MachineActions &machine)
{
    menu->addActions({newMachine, chooseProject, palette});
    menu->addSeparator();
    fillMachine(menu->addMenu(tr("&Machine")), machine);
    fillView(menu->addMenu(tr("&View")));
    fillGo(menu->addMenu(tr("&Go")));
    menu->addSeparator();
    menu->addActions({settings, about, quit});
}

void WindowActions::setSignedIn(bool signedIn)
{
    for (QAction *action : {newMachine, chooseProject, refresh, addAccount, signOut, allMachines, activity, find, nextPane, previousPane})
        action->setEnabled(signedIn);
    signInSandbox->setVisible(!signedIn);
    signInGoogle->setVisible(!signedIn);
    signInFile->setVisible(!signedIn);
    addAccount->setVisible(signedIn);
    if (!signedIn)
        setMachineShown(false);
}

void WindowActions::setMachineShown(bool shown)
{
    for (QAction *action : {notebookTab, filesTab, packagesTab, containerTab, monitorTab, terminalTab, timelineTab, filesBeside})
        action->setEnabled(shown);
}

} // namespace nimbook::ui
