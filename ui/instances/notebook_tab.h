// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/notebook_pane.h"
#include "workspace/machine_session.h"

#include <QMap>
#include <QStackedWidget>
#include <QUrl>

class QSplitter;

namespace nimbook::ui {

class EmptyState;
class ErrorBanner;
class FlowPanel;

/// Where the notebook is, or will be: an invitation, the steps on the way, then the page. Files may stand beside it.
class NotebookTab : public QWidget {
    Q_OBJECT
public:
    NotebookTab(workspace::MachineSession &session, NotebookPaneFactory makePane, QWidget *parent = nullptr);

    /// Shows what is behind a forwarded port (\see MachineSession::forwards()) in a tab of the pane.
    void openForward(quint16 remotePort);
    void setBeside(QWidget *files); ///< null: takes it away; the widget goes back to its owner
    QWidget *beside() const;
    NotebookPane *pane() const { return m_pane; }

Q_SIGNALS:
    void openRequested();

private:
    void showMachine();
    void follow(Flow *flow);
    void onFlowFinished(Flow *flow);
    void showNotebook(const workspace::NotebookAddress &address);
    void onClosed();
    void showLoss(); ///< the tunnel gave up, and the page went with it
    void makePane();
    void letBrowserIn(const QUrl &page);
    void onForwardsChanged();
    void watchRun(workspace::DetachedRun *run);

    workspace::MachineSession &m_session;
    NotebookPaneFactory m_makePane;
    QSplitter *m_splitter;
    ErrorBanner *m_banner;
    QStackedWidget *m_faces;
    EmptyState *m_invitation;
    FlowPanel *m_flow;
    NotebookPane *m_pane = nullptr;
    QMap<quint16, QUrl> m_shownForwards; // by the port there
    quint16 m_awaitedForward = 0;        // to be shown as soon as its port here is known
};

} // namespace nimbook::ui
