// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/error.h"
#include "cloud/model/instance.h"

#include <QWidget>

#include <optional>

class QLabel;
class QSettings;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace nimbook::models {
class InstanceFilter;
class InstanceModel;
}

namespace nimbook::ui {

class EmptyState;
class ErrorBanner;

/// All machines of a project over all zones, in a table; or why there is nothing to list.
class MachinesPage : public QWidget {
    Q_OBJECT
public:
    /// What stands behind the table; decides which face the page shows.
    struct Situation {
        bool hasProject = false;
        bool loaded = false;
        QString projectName;
        QStringList unreachableZones;
        std::optional<Error> error;
    };

    MachinesPage(models::InstanceModel &machines, models::InstanceFilter &filter, QWidget *parent = nullptr);

    void setSituation(const Situation &situation);
    std::optional<cloud::InstanceRef> selected() const;
    QTreeView *view() const { return m_view; }

    void saveColumns(QSettings &settings) const;
    void restoreColumns(QSettings &settings);

Q_SIGNALS:
    void openRequested(const nimbook::cloud::InstanceRef &ref);
    void selectionChanged();
    void contextMenuRequested(const QPoint &globalPosition);
    void newMachineRequested();
    void chooseProjectRequested();
    void retryRequested();
    void clearFilterRequested();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    QWidget *makeHead();
    void setUpView();
    void fillColumnMenu();
    void refreshFace();
    int widestState() const;
    void fitColumns();
    void showBanner();

    models::InstanceModel &m_machines;
    models::InstanceFilter &m_filter;
    Situation m_situation;
    QLabel *m_count;
    QToolButton *m_columns;
    ErrorBanner *m_banner;
    QStackedWidget *m_faces;
    QTreeView *m_view;
    EmptyState *m_empty;
    QString m_shownBanner;
    bool m_columnsChosen = false; // by the person, now or at an earlier start
    bool m_fitting = false;
};

} // namespace nimbook::ui
