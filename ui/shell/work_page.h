// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/disk_notices.h"
#include "models/instance_feed.h"
#include "models/instance_filter.h"
#include "models/instance_groups.h"
#include "models/instance_model.h"
#include "models/mirror_keeper.h"
#include "models/project_model.h"
#include "models/run_notices.h"
#include "ui/common/desktop_notice.h"
#include "ui/common/notebook_pane.h"
#include "ui/instances/machine_page.h"
#include "workspace/workspace.h"

#include <QMap>
#include <QTimer>
#include <QWidget>

class QSplitter;
class QStackedWidget;

namespace nimbook::ui {

class ActivityStrip;
class CreatePage;
class ErrorBanner;
class HeaderBar;
class MachineActions;
class MachineRail;
class MachinesPage;
class ProjectSwitcher;
class SignInAgainBar;
class Prompts;

/// Signed in: header, rail, the page one looks at, and the activity strip. This is where the screens are joined.
class WorkPage : public QWidget {
    Q_OBJECT
public:
    WorkPage(workspace::Workspace &workspace, Prompts &prompts, MachineActions &actions, NotebookPaneFactory makeNotebookPane,
             QWidget *parent = nullptr);
    ~WorkPage() override;

    void showAll();
    void showMachine(const cloud::InstanceRef &ref);
    void showCreate();
    void openNotebook(const cloud::InstanceRef &ref);
    void openForward(const cloud::InstanceRef &ref, quint16 remotePort);
    void chooseProject();
    void focusSearch();
    void focusPane(int step); ///< +1 the next, -1 the one before
    bool findInNotebook(); ///< false: the keyboard is not in a page of a notebook
    /// Nothing but the machine's tab, on the whole screen; back again.
    void setFullScreen(bool full);
    MachinePage *currentMachinePage() const; ///< null while another page is shown

    HeaderBar *header() const { return m_header; }
    SignInAgainBar *signInAgainBar() const { return m_signInAgain; }
    bool hasOpenConnections() const; ///< to machines of this account
    ActivityStrip *strip() const { return m_strip; }
    MachinesPage *machinesPage() const { return m_machinesPage; }
    QSplitter *splitter() const { return m_splitter; }

Q_SIGNALS:
    void pageChanged();

private:
    void connectModels();
    void connectScreens();
    void connectNotices();
    void onProjectChanged();
    void onProjectsChanged();
    void onCreationsRecovered(const workspace::RecoveredCreations &recovered);
    void onSessionClosed(const cloud::InstanceRef &ref);
    void onPowerFailed(const cloud::InstanceRef &ref, workspace::PowerAction action, const Error &error);
    MachinePage *pageFor(const cloud::InstanceRef &ref);
    MachinePanes panes();
    NotebookPane *makeNotebookPane(QWidget *parent);
    void setPage(QWidget *page);
    void showSituation();
    void showTunnel();
    void closePages();
    bool isWatched(const cloud::InstanceRef &ref) const; ///< somebody looks at that machine's page

    workspace::Workspace &m_workspace;
    Prompts &m_prompts;
    MachineActions &m_actions;
    NotebookPaneFactory m_makeNotebookPane;

    models::InstanceModel m_machines;
    models::InstanceFilter m_filter;
    models::InstanceGroups m_groups;
    models::InstanceFeed m_feed;
    models::ProjectModel m_projects;
    models::MirrorKeeper m_mirrors;
    models::RunNotices m_runNotices;
    models::DiskNotices m_diskNotices;
    DesktopNotice m_desktop;
    cloud::InstanceRef m_noticed; ///< the machine that the desktop's notice is about
    QTimer m_ages;

    HeaderBar *m_header;
    MachineRail *m_rail;
    MachinesPage *m_machinesPage;
    CreatePage *m_createPage;
    QStackedWidget *m_pages;
    SignInAgainBar *m_signInAgain;
    ErrorBanner *m_banner;
    ActivityStrip *m_strip;
    QSplitter *m_splitter;
    ProjectSwitcher *m_switcher;
    QMap<cloud::InstanceRef, MachinePage *> m_machinePages;
    QMetaObject::Connection m_retry;
    bool m_wasMaximized = false;
};

} // namespace nimbook::ui
