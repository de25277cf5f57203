// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/account_menu.h"

#include "ui/common/symbolic_icon.h"
#include "ui/shell/window_actions.h"

#include <QActionGroup>

namespace nimbook::ui {

AccountMenu::AccountMenu(workspace::Workspace &workspace, const WindowActions &actions, QWidget *parent)
    : QMenu(parent), m_workspace(workspace), m_actions(actions)
{
    setObjectName(QStringLiteral("accountMenu"));
    connect(this, &QMenu::aboutToShow, this, &AccountMenu::fill);
    fill();
}

void AccountMenu::fill()
{
    clear();
    delete m_choices;
    m_choices = new QActionGroup(this);
    const workspace::Account *active = m_workspace.account();
    QList<workspace::KnownAccount> accounts = m_workspace.knownAccounts();
    if (active && active->isSandbox())
        accounts.prepend({active->key(), active->displayName(), {}, {}});
    for (const auto &account : accounts)
        addAccount(account);
    if (!accounts.isEmpty())
        addSeparator();
    addActions({m_actions.addAccount, m_actions.chooseProject});
    addSeparator();
    addAction(m_actions.signOut);
}

void AccountMenu::addAccount(const workspace::KnownAccount &account)
{
    const bool isActive = m_workspace.account() && m_workspace.account()->key() == account.key;
    QString name = account.name;
    QAction *action = addAction(name.replace(QLatin1Char('&'), QLatin1String("&&")));
    action->setObjectName(QStringLiteral("accountAction"));
    action->setData(account.key);
    action->setCheckable(true);
    action->setActionGroup(m_choices); // one of them, and shown so
    action->setChecked(isActive);
    connect(action, &QAction::triggered, this, [this, key = account.key, isActive] {
        if (!isActive)
            Q_EMIT accountChosen(key);
    });
}

} // namespace nimbook::ui
