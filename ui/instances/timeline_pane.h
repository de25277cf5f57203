// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "models/step_model.h"
#include "workspace/machine_session.h"

#include <QPointer>
#include <QWidget>

class QPlainTextEdit;
class QStackedWidget;
class QTreeView;

namespace nimbook::ui {

class EmptyState;
class ErrorBanner;

/// What happened on the way to the machine: the steps of the last flow with their times, and what the scripts printed.
class TimelinePane : public QWidget {
    Q_OBJECT
public:
    explicit TimelinePane(workspace::MachineSession &session, QWidget *parent = nullptr);

private:
    void follow(Flow *flow);
    void onEnded();

    models::StepModel m_steps;
    QPointer<Flow> m_flow;
    ErrorBanner *m_banner;
    QStackedWidget *m_faces;
    QTreeView *m_view;
    QPlainTextEdit *m_log;
};

} // namespace nimbook::ui
