// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace nimbook::ui {

class ErrorBanner;
class StepList;

/// A flow on the screen: what it does, its steps, Cancel while it runs; after a failure the reason and "Try again".
class FlowPanel : public QWidget {
    Q_OBJECT
public:
    explicit FlowPanel(QWidget *parent = nullptr);

    void setTitle(const QString &title);
    void setNote(const QString &note); ///< one muted line beside Cancel
    void setFlow(Flow *flow);
    Flow *flow() const { return m_flow; }
    ErrorBanner *banner() const { return m_banner; }

Q_SIGNALS:
    void retryRequested();
    void closed(); ///< the person is done with a flow that ended badly

private:
    void onFinished();

    QPointer<Flow> m_flow;
    QLabel *m_title;
    StepList *m_steps;
    ErrorBanner *m_banner;
    QLabel *m_note;
    QPushButton *m_cancel;
    QPushButton *m_back;
};

} // namespace nimbook::ui
