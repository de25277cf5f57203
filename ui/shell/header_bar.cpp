// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/header_bar.h"

#include "ui/common/accent_button.h"
#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

namespace nimbook::ui {

HeaderBar::HeaderBar(QWidget *parent)
    : QWidget(parent)
    , m_account(textButton(QStringLiteral("account"), QStringLiteral("accountButton")))
    , m_project(textButton(QStringLiteral("project"), QStringLiteral("projectButton")))
    , m_search(new QLineEdit(this))
    , m_new(new AccentButton(tr("New machine"), this))
    , m_menu(new QToolButton(this))
{
    m_search->setObjectName(QStringLiteral("searchEdit"));
    m_search->setAccessibleName(tr("Search machines"));
    m_search->setPlaceholderText(tr("Search machines"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(symbolicIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_search->setMinimumWidth(grid * 18);
    m_search->setMaximumWidth(grid * 40);
    m_search->setMinimumHeight(grid * 4);
    m_new->setObjectName(QStringLiteral("newMachineButton"));
    m_new->setIcon(symbolicIcon(QStringLiteral("plus"), QPalette::HighlightedText));
    m_new->setAccessibleName(tr("New machine"));
    m_new->setMinimumHeight(grid * 4);
    m_menu->setObjectName(QStringLiteral("menuButton"));
    m_menu->setIcon(symbolicIcon(QStringLiteral("menu")));
    m_menu->setIconSize(QSize(grid * 5 / 2, grid * 5 / 2));
    m_menu->setAutoRaise(true);
    m_menu->setAccessibleName(tr("Menu"));
    m_menu->setToolTip(tr("Menu (F10)"));
    m_menu->setFocusPolicy(Qt::StrongFocus);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(grid, grid, grid + grid / 2, grid);
    layout->setSpacing(grid);
    layout->addWidget(m_account);
    layout->addWidget(m_project);
    layout->addStretch(1);
    layout->addWidget(m_search, 3);
    layout->addWidget(m_new);
    layout->addWidget(m_menu);

    // Opened by hand: the little arrow that a style adds would stand beside our own.
    connect(m_account, &QToolButton::clicked, this, [this] { popupBelow(m_accountMenu, m_account); });
    connect(m_menu, &QToolButton::clicked, this, &HeaderBar::openMainMenu);
    connect(m_project, &QToolButton::clicked, this, &HeaderBar::projectRequested);
    connect(m_new, &QPushButton::clicked, this, &HeaderBar::newMachineRequested);
    connect(m_search, &QLineEdit::returnPressed, this, &HeaderBar::searchAccepted);
    setAccount({});
    setProject({}, {});
}

QToolButton *HeaderBar::textButton(const QString &icon, const QString &objectName)
{
    auto *button = new QToolButton(this);
    button->setObjectName(objectName);
    button->setIcon(symbolicIcon(icon));
    button->setIconSize(QSize(grid * 2 + 2, grid * 2 + 2));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setMinimumHeight(grid * 4);
    return button;
}

void HeaderBar::setButtonText(QToolButton *button, const QString &text)
{
    // A long e-mail address must not push the search field out of a narrow window.
    button->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, grid * 26) + QStringLiteral("  ▾"));
}

void HeaderBar::setAccount(const QString &name)
{
    setButtonText(m_account, name);
    m_account->setAccessibleName(tr("Account: %1").arg(name));
    m_account->setToolTip(name);
}

void HeaderBar::setProject(const QString &name, const QString &id)
{
    setButtonText(m_project, name.isEmpty() ? tr("Choose project") : name);
    m_project->setAccessibleName(name.isEmpty() ? tr("Choose project") : tr("Project: %1").arg(name));
    m_project->setToolTip(id.isEmpty() ? tr("Choose a project") : tr("Project id: %1").arg(id));
}

void HeaderBar::popupBelow(QMenu *menu, QWidget *button)
{
    if (menu)
        menu->popup(button->mapToGlobal(QPoint(0, button->height())));
}

void HeaderBar::setAccountMenu(QMenu *menu)
{
    m_accountMenu = menu;
}

void HeaderBar::setMainMenu(QMenu *menu)
{
    m_mainMenu = menu;
}

void HeaderBar::openMainMenu()
{
    popupBelow(m_mainMenu, m_menu);
}

} // namespace nimbook::ui
