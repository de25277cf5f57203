// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/sync_model.h"
#include "sync/sync_run.h"
#include "ui/common/prompts.h"

#include <QPointer>
#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace nimbook::ui {

class AccentButton;
class ElidedLabel;
class EmptyState;
class ErrorBanner;

/// Compares a folder of this computer with one of the machine, shows what would be done, and does what is ticked.
class SyncPane : public QWidget {
    Q_OBJECT
public:
    SyncPane(const QString &machineName, Prompts &prompts, QWidget *parent);

    void setQueue(transfer::TransferQueue *queue);
    void compare(const sync::FolderPair &folders); ///< what was shown before goes
    bool isBusy() const { return m_job; }
    models::SyncModel &model() { return m_model; }

Q_SIGNALS:
    void closeRequested();
    void started(nimbook::Job *job, const QString &title); ///< a run that belongs into the activity list
    void synchronised(); ///< the files of both sides may have changed

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    sync::CompareBy by() const;
    QWidget *makeTop();
    QWidget *makeGroups();
    QWidget *makeBottom();
    void makeView();
    void again();
    void onCompared(const Result<sync::Comparison> &result);
    void synchronise();
    void run();
    void onRun(const Result<sync::SyncOutcome> &result);
    void showState(const QString &title, const QString &sentence, bool busy);
    void showTotals();
    void showGroups();
    void choose(sync::Action action); ///< for the selected rows that can
    void popUp(const QPoint &point);
    void setJob(Job *job);

    QString m_machineName;
    Prompts &m_prompts;
    QPointer<transfer::TransferQueue> m_queue;
    sync::FolderPair m_folders;
    models::SyncModel m_model;
    models::SyncFilter m_filter;
    QPointer<Job> m_job;
    ErrorBanner *m_banner;
    ElidedLabel *m_here;
    ElidedLabel *m_there;
    QWidget *m_groupRow = nullptr;
    QButtonGroup *m_groups = nullptr;
    QStackedWidget *m_stack;
    QTreeView *m_view;
    EmptyState *m_state;
    ElidedLabel *m_totals;
    QCheckBox *m_contents;
    QPushButton *m_again;
    QPushButton *m_cancel;
    AccentButton *m_go;
};

} // namespace nimbook::ui
