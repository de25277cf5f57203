// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLineEdit;
class QMenu;
class QToolButton;

namespace nimbook::ui {

class AccentButton;

/// Who, which project, search, a new machine, and the menu: always at the top.
class HeaderBar : public QWidget {
    Q_OBJECT
public:
    explicit HeaderBar(QWidget *parent = nullptr);

    void setAccount(const QString &name);
    void setProject(const QString &name, const QString &id);
    void setAccountMenu(QMenu *menu); ///< not owned, as the main menu
    void setMainMenu(QMenu *menu);
    void openMainMenu();
    QLineEdit *search() const { return m_search; }
    QToolButton *projectButton() const { return m_project; }

Q_SIGNALS:
    void projectRequested();
    void newMachineRequested();
    void searchAccepted(); ///< Enter in the search field

private:
    QToolButton *textButton(const QString &icon, const QString &objectName);
    void setButtonText(QToolButton *button, const QString &text);
    static void popupBelow(QMenu *menu, QWidget *button);

    QToolButton *m_account;
    QToolButton *m_project;
    QLineEdit *m_search;
    AccentButton *m_new;
    QToolButton *m_menu;
    QMenu *m_accountMenu = nullptr;
    QMenu *m_mainMenu = nullptr;
};

} // namespace nimbook::ui
