// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QAction;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QMenu;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace nimbook::ui {

class FolderView;
class PathBar;

/// What the local and the remote pane have in common: a title, a row of tools, where one is, the files, a line of status.
class FolderPane : public QWidget {
    Q_OBJECT
public:
    FolderPane(const QString &title, const QString &viewName, QWidget *parent);

    FolderView *view() const { return m_view; }
    void startFilter();   ///< the line to type in is there and has the keyboard
    void endFilter();     ///< gone, and with it the filter
    QString filterText() const;

Q_SIGNALS:
    void transferRequested(); ///< the selection, to the other pane
    void filterChanged(const QString &text); ///< only names with this in them; empty: all

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    PathBar *pathBar() const { return m_path; }
    QStackedWidget *stack() const { return m_stack; } ///< shows the view, or what stands in its place
    QMenu *menu() const { return m_menu; }            ///< the context menu: every action of the pane

    /// An action of the pane: in the menu, by its key, and as a button when \a icon names one.
    QAction *addAction(const QString &text, const QString &objectName, const QKeySequence &key, const QString &icon = {});
    using QWidget::addAction;
    void addTextButton(QAction *action, const QString &text); ///< for a place that has a name and no picture
    void addMenuSeparator();
    void setToolsEnabled(bool enabled); ///< buttons and path: off while there is nothing they could lead to
    void addBar(QWidget *bar); ///< between the files and the line of status
    void setStatus(const QString &text);

private:
    QWidget *m_toolBar;
    QVBoxLayout *m_column;
    QHBoxLayout *m_tools;
    PathBar *m_path;
    FolderView *m_view;
    QStackedWidget *m_stack;
    QLineEdit *m_filterEdit;
    QLabel *m_status;
    QMenu *m_menu;
};

} // namespace nimbook::ui
