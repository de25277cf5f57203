// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QSortFilterProxyModel>

class QLabel;
class QLineEdit;
class QListView;

namespace nimbook::models {
class ProjectModel;
}

namespace nimbook::ui {

/// The list behind the project button: type to find one; a project id that is not in the list is taken too.
class ProjectSwitcher : public QFrame {
    Q_OBJECT
public:
    ProjectSwitcher(models::ProjectModel &projects, QWidget *parent);

    void popupBelow(QWidget *anchor, const QString &currentProject);

Q_SIGNALS:
    void projectChosen(const QString &projectId);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void choose();
    void refresh();

    models::ProjectModel &m_projects;
    QSortFilterProxyModel m_filter;
    QLineEdit *m_edit;
    QListView *m_view;
    QLabel *m_hint;
};

} // namespace nimbook::ui
