// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

class QWidget;

namespace nimbook::ui {

class MachineActions;

/// "Show the command" on every button and menu entry of the window that has one: by the context menu of a button (right click, or the menu
/// key), by a right click on an entry of a menu. Sees events only while it lives; \a window and \a actions outlive it.
class CommandOffer : public QObject {
    Q_OBJECT
public:
    CommandOffer(MachineActions &actions, QWidget *window);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    MachineActions &m_actions;
    QWidget *m_window;
};

} // namespace nimbook::ui
