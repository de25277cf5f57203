// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workspace/workspace.h"

#include <QMenu>

class QActionGroup;

namespace nimbook::ui {

class WindowActions;

/// Behind the account button: everybody who is signed in on this computer, the active one ticked, and what can be done about it.
class AccountMenu : public QMenu {
    Q_OBJECT
public:
    AccountMenu(workspace::Workspace &workspace, const WindowActions &actions, QWidget *parent);

Q_SIGNALS:
    void accountChosen(const QString &key);

private:
    void fill();
    void addAccount(const workspace::KnownAccount &account);

    workspace::Workspace &m_workspace;
    const WindowActions &m_actions;
    QActionGroup *m_choices = nullptr;
};

} // namespace nimbook::ui
