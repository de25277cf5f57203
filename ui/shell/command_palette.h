// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QPointer>
#include <QStandardItemModel>

class QAction;
class QLineEdit;
class QListView;

namespace nimbook::ui {

/// Every action of the window by name, with its shortcut: type some letters of it, press Enter.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget *window);

    void popup(const QList<QAction *> &actions);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill();
    void trigger();

    QLineEdit *m_edit;
    QListView *m_view;
    QStandardItemModel m_model;
    QList<QPointer<QAction>> m_actions;
};

} // namespace nimbook::ui
