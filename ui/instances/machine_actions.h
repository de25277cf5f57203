// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "workspace/workspace.h"

#include <QObject>
#include <QPointer>

#include <optional>

class QAction;
class QMenu;
class QWidget;

namespace nimbook::ui {

class Prompts;

/// What can be done with the machine one looks at, as actions for menus, buttons and the palette; enabled as its state allows.
class MachineActions : public QObject {
    Q_OBJECT
public:
    MachineActions(workspace::Workspace &workspace, Prompts &prompts, QWidget *window);

    void setCurrent(const std::optional<cloud::InstanceRef> &ref);
    const std::optional<cloud::InstanceRef> &current() const { return m_current; }
    void updateEnabled(); ///< the list saw something new

    QAction *openNotebook() const { return m_openNotebook; }
    QAction *start() const { return m_start; }
    QAction *stop() const { return m_stop; }
    QAction *reset() const { return m_reset; }
    QAction *remove() const { return m_remove; }
    QAction *copyAddress() const { return m_copyAddress; }
    QAction *showCommand() const { return m_showCommand; }
    QAction *disconnectMachine() const { return m_disconnect; }
    QAction *restartContainer() const { return m_restartContainer; }
    QAction *stopContainer() const { return m_stopContainer; }
    QList<QAction *> all() const;
    void addTo(QMenu *menu) const;

    /// Everything that the window does, as commands; \a command first, by its id, where it is given.
    void showCommand(const QString &command = {});

    /// Asks Compute Engine; a failure comes back through failed().
    void power(const cloud::InstanceRef &ref, workspace::PowerAction action);

Q_SIGNALS:
    void openNotebookRequested(const nimbook::cloud::InstanceRef &ref);
    void failed(const nimbook::cloud::InstanceRef &ref, nimbook::workspace::PowerAction action, const nimbook::Error &error);

private:
    QAction *make(const QString &text, const QString &icon, const QString &objectName, const QList<QKeySequence> &shortcuts,
                  void (MachineActions::*handler)());
    const cloud::Instance *machine() const;
    void onOpenNotebook();
    void onStart();
    void onStop();
    void onReset();
    void onRemove();
    void onCopyAddress();
    void onShowCommand(); ///< of what has the keyboard, if that has one
    void onDisconnect();
    void onRestartContainer();
    void onStopContainer();
    workspace::MachineSession *session() const;

    workspace::Workspace &m_workspace;
    Prompts &m_prompts;
    QWidget *m_window;
    std::optional<cloud::InstanceRef> m_current;
    QAction *m_openNotebook;
    QAction *m_start;
    QAction *m_stop;
    QAction *m_reset;
    QAction *m_remove;
    QAction *m_copyAddress;
    QAction *m_showCommand;
    QAction *m_disconnect;
    QAction *m_restartContainer;
    QAction *m_stopContainer;
};

} // namespace nimbook::ui
