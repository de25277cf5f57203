// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QWidget>

class QVBoxLayout;

namespace nimbook::ui {

class StepRow;

/// The list that ticks: the steps of a Flow, as they come and go. The flow may die first.
class StepList : public QWidget {
    Q_OBJECT
public:
    explicit StepList(QWidget *parent = nullptr);

    void setFlow(Flow *flow); ///< null: empties the list
    int count() const { return int(m_rows.size()); }

private:
    void insertRows(int first, int count);
    void showStep(int index);
    void showElapsed();

    QPointer<Flow> m_flow;
    QVBoxLayout *m_layout;
    QList<StepRow *> m_rows;
    int m_running = -1;
    QElapsedTimer m_since;
    QTimer m_tick;
};

} // namespace nimbook::ui
