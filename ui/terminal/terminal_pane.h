// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/machine_session.h"

#include <QPointer>
#include <QWidget>

class QButtonGroup;
class QStackedWidget;

namespace nimbook::ui {

class EmptyState;
class ErrorBanner;
class TerminalView;

/// A shell on the machine and one in the container, each in a terminal of its own over the connection that is there.
class TerminalPane final : public QWidget {
    Q_OBJECT
public:
    TerminalPane(workspace::MachineSession &session, QWidget *parent);
    ~TerminalPane() override;

    TerminalView *view() const; ///< the one in front

protected:
    void showEvent(QShowEvent *event) override;

private:
    using Where = workspace::MachineSession::Shell;
    struct Place {
        TerminalView *view = nullptr;
        QPointer<ssh::RemoteTerminal> shell;
        QString ended; // translated: why there is no shell any more; empty: none was started
    };

    Place &current() { return m_places[m_where == Where::Machine ? 0 : 1]; }
    void choose(Where where);
    void openShell();
    void onShellEnded(Place &place, ssh::RemoteTerminal *shell);
    void showSituation();

    workspace::MachineSession &m_session;
    Where m_where = Where::Machine;
    Place m_places[2];
    QButtonGroup *m_choice;
    ErrorBanner *m_banner;
    QStackedWidget *m_faces;
    EmptyState *m_nothing;
};

} // namespace nimbook::ui
