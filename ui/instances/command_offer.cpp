// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/command_offer.h"

#include "models/action_commands.h"
#include "ui/common/symbolic_icon.h"
#include "ui/instances/machine_actions.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QCoreApplication>
#include <QMenu>
#include <QToolButton>

namespace nimbook::ui {

CommandOffer::CommandOffer(MachineActions &actions, QWidget *window) : QObject(window), m_actions(actions), m_window(window)
{
    QCoreApplication::instance()->installEventFilter(this);
}

bool CommandOffer::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::ContextMenu)
        return false;
    const auto *asked = static_cast<QContextMenuEvent *>(event);
    if (auto *menu = qobject_cast<QMenu *>(watched)) {
        const QAction *entry = menu->actionAt(asked->pos());
        const QString command = entry ? models::commandOfAction(entry->objectName()) : QString();
        if (command.isEmpty())
            return false;
        menu->close();
        m_actions.showCommand(command);
        return true;
    }
    auto *button = qobject_cast<QAbstractButton *>(watched);
    if (!button || button->window() != m_window)
        return false;
    QString command = models::commandOfAction(button->objectName());
    if (const auto *tool = qobject_cast<QToolButton *>(button); command.isEmpty() && tool && tool->defaultAction())
        command = models::commandOfAction(tool->defaultAction()->objectName());
    if (command.isEmpty())
        return false;
    auto *menu = new QMenu(m_window);
    menu->setObjectName(QStringLiteral("commandOfferMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(symbolicIcon(QStringLiteral("console")), tr("Show the command…"), this, [this, command] { m_actions.showCommand(command); });
    menu->popup(asked->globalPos());
    return true;
}

} // namespace nimbook::ui
