// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QKeySequence>
#include <QObject>

class QAction;
class QMenu;
class QMenuBar;
class QWidget;

namespace nimbook::ui {

class MachineActions;

/// The window's actions and the menus that hold them. What they do is connected by MainWindow.
class WindowActions : public QObject {
    Q_OBJECT
public:
    explicit WindowActions(QWidget *window);

    QAction *newMachine;
    QAction *chooseProject;
    QAction *refresh;
    QAction *signInSandbox;
    QAction *signInGoogle;
    QAction *signInFile;
    QAction *addAccount;
    QAction *signOut;
    QAction *settings;
    QAction *sshKey; ///< the same place, for who looks for it at the machine
    QAction *quit;
    QAction *allMachines;
    QAction *notebookTab;
    QAction *filesTab;
    QAction *packagesTab;
    QAction *containerTab;
    QAction *monitorTab;
    QAction *terminalTab;
    QAction *timelineTab;
    QAction *filesBeside;
    QAction *activity;
    QAction *menuBar;
    QAction *find;
    QAction *palette;
    QAction *nextPane;
    QAction *previousPane;
    QAction *about;

    QList<QAction *> all() const;
    void fillMenuBar(QMenuBar *bar, const MachineActions &machine);
    void fillMainMenu(QMenu *menu, const MachineActions &machine); ///< behind the header's menu button
    void setSignedIn(bool signedIn);
    void setMachineShown(bool shown);

private:
    QAction *make(const QString &text, const QString &icon, const QString &objectName, const QKeySequence &shortcut = {});
    void fillFile(QMenu *menu);
    void fillMachine(QMenu *menu, const MachineActions &machine);
    void fillView(QMenu *menu);
    void fillGo(QMenu *menu);
    void fillHelp(QMenu *menu);

    QWidget *m_window;
    QList<QAction *> m_all;
};

} // namespace nimbook::ui
