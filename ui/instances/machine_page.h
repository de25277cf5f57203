// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/notebook_pane.h"
#include "workspace/workspace.h"

#include <QWidget>

#include <functional>

class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace nimbook::ui {

class ErrorBanner;
class MachineActions;
class MachineHeader;
class NotebookTab;

/// What other rooms put into a machine's page; made when their tab is first looked at.
struct MachinePanes {
    NotebookPaneFactory notebook;
    std::function<QWidget *(workspace::MachineSession &session, QWidget *parent)> files;
    std::function<QWidget *(workspace::MachineSession &session, QWidget *parent)> packages;
    std::function<QWidget *(workspace::MachineSession &session, QWidget *parent)> container;
    std::function<QWidget *(workspace::MachineSession &session, QWidget *parent)> monitor;
    std::function<QWidget *(workspace::MachineSession &session, QWidget *parent)> terminal;
};

/// One machine: header, then Notebook, Files, Packages, Container, Monitor, Terminal and Timeline. Goes before its session does.
class MachinePage : public QWidget {
    Q_OBJECT
public:
    enum Tab { Notebook, Files, Packages, Container, Monitor, Terminal, Timeline };

    MachinePage(const workspace::Catalogue &catalogue, workspace::MachineSession &session, MachineActions &actions, MachinePanes panes,
                QWidget *parent = nullptr);

    workspace::MachineSession &session() const { return m_session; }
    void showTab(Tab tab);
    Tab currentTab() const;
    bool findInNotebook(); ///< false: the keyboard is not in a page of the notebook
    void setBare(bool bare); ///< only what the tab shows: for full screen
    void openNotebook(); ///< shows the tab and does what is missing
    void openForward(quint16 remotePort); ///< shows what is behind a forwarded port, beside the notebook
    void setFilesBeside(bool beside);
    bool areFilesBeside() const { return m_filesBeside; }
    ErrorBanner *banner() const { return m_banner; }

private:
    void ensureTab(int index);
    void placeFiles();
    void warnOfFullDisks();
    void askHostKey(const QString &fingerprint);
    void showRefusedHostKey();
    void onHostKeyButton(QPushButton *button, std::function<void()> then);

    workspace::MachineSession &m_session;
    MachinePanes m_panes;
    bool m_filesBeside = false;
    MachineHeader *m_header;
    ErrorBanner *m_banner;
    ErrorBanner *m_hostKeyBanner;
    QTabWidget *m_tabs;
    NotebookTab *m_notebook;
    QWidget *m_filesHost;
    QWidget *m_packagesHost;
    QWidget *m_containerHost;
    QWidget *m_monitorHost;
    QWidget *m_terminalHost;
    QWidget *m_files = nullptr;
    QWidget *m_packages = nullptr;
    QWidget *m_container = nullptr;
    QWidget *m_monitor = nullptr;
    QWidget *m_terminal = nullptr;
};

} // namespace nimbook::ui
