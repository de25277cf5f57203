// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/machine_session.h"

#include <QMenu>

#include <functional>

namespace nimbook::ui {

class Prompts;

/// All tunnels with their ports, what can be done with each, and how another program uses them. Filled anew each time it is shown.
class TunnelMenu : public QMenu {
    Q_OBJECT
public:
    using Sessions = std::function<QList<workspace::MachineSession *>()>;

    TunnelMenu(Sessions sessions, Prompts &prompts, QWidget *parent = nullptr);

Q_SIGNALS:
    void pageWanted(nimbook::workspace::MachineSession *session, quint16 remotePort); ///< a forwarded port, in a tab of its machine

private:
    void fill();
    void addMachine(workspace::MachineSession &session);
    void addUse(QMenu &menu, ssh::Tunnel &tunnel);
    void addNotebookTunnel(workspace::MachineSession &session);
    void addForward(workspace::MachineSession &session, quint16 remotePort);
    void askForPort(workspace::MachineSession &session, bool inContainer);

    Sessions m_sessions;
    Prompts &m_prompts;
};

} // namespace nimbook::ui
