// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QPointer>
#include <QWidget>

class QPushButton;

namespace nimbook::ui {

class StepRow;

/// The running step of a flow as one line, with Cancel: for a page that started a flow whose list of steps stands elsewhere.
/// Hidden while there is none.
class FlowLine : public QWidget {
    Q_OBJECT
public:
    explicit FlowLine(QWidget *parent = nullptr);

    void setFlow(Flow *flow); ///< null, or one that has ended: hidden

private:
    void showStep();

    QPointer<Flow> m_flow;
    StepRow *m_row;
    QPushButton *m_cancel;
};

/// The flow brings up the container; others (files alone) do not concern a page about it.
bool leadsToContainer(const Flow &flow);

} // namespace nimbook::ui
