// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/notebook_pane.h"
#include "workspace/workspace.h"

#include <QMainWindow>

class QMenu;
class QStackedWidget;

namespace nimbook::ui {

class AccountMenu;
class CommandPalette;
class MachineActions;
class Prompts;
class SignInPage;
class WindowActions;
class WorkPage;

/// The one window: the sign-in page, or the work page with its actions, menus and state.
///
/// \a workspace and \a prompts outlive it.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(workspace::Workspace &workspace, Prompts &prompts, NotebookPaneFactory makeNotebookPane, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// Signs in as at the last start; the page shows how that goes. Nobody was signed in: the two doors.
    void restoreSignIn();

    WorkPage *workPage() const { return m_workPage; } ///< null while signed out
    SignInPage *signInPage() const { return m_signInPage; }
    WindowActions *actions() const { return m_actions; }
    MachineActions *machineActions() const { return m_machineActions; }

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void connectActions();
    void onAccountChanged();
    void makeWorkPage();
    void connectSignIn();
    void switchAccount(const QString &key);
    void openBrowser(const QUrl &page);
    void showPalette();
    void showAbout();
    void showSettings();
    void saveWindow();
    void restoreWindow();

    workspace::Workspace &m_workspace;
    Prompts &m_prompts;
    NotebookPaneFactory m_makeNotebookPane;
    WindowActions *m_actions;
    MachineActions *m_machineActions;
    CommandPalette *m_palette;
    QStackedWidget *m_stack;
    SignInPage *m_signInPage;
    WorkPage *m_workPage = nullptr;
    AccountMenu *m_accountMenu;
    QMenu *m_mainMenu;
};

} // namespace nimbook::ui
