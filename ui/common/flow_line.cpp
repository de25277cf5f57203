// SPDX-License-Identifier: Apache-2.0
#include "ui/common/flow_line.h"

#include "ui/common/look.h"
#include "ui/common/step_row.h"

#include <QHBoxLayout>
#include <QPushButton>

#include <algorithm>

namespace nimbook::ui {

FlowLine::FlowLine(QWidget *parent) : QWidget(parent), m_row(new StepRow(this)), m_cancel(new QPushButton(tr("Cancel"), this))
{
    m_row->setObjectName(QStringLiteral("flowLineStepRow"));
    m_cancel->setObjectName(QStringLiteral("cancelFlowLineButton"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(grid, grid / 2, grid, grid / 2);
    layout->setSpacing(grid);
    layout->addWidget(m_row, 1);
    layout->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_flow)
            m_flow->cancel();
    });
    hide();
}

void FlowLine::setFlow(Flow *flow)
{
    if (m_flow)
        m_flow->disconnect(this);
    m_flow = flow && !flow->isFinished() ? flow : nullptr;
    if (m_flow) {
        connect(m_flow, &Flow::stepChanged, this, &FlowLine::showStep);
        connect(m_flow, &Flow::stepsInserted, this, &FlowLine::showStep);
        connect(m_flow, &Job::finished, this, [this] { setFlow(nullptr); });
        showStep();
    }
    setVisible(m_flow);
}

void FlowLine::showStep()
{
    // Between two steps the last one stays: a line that empties itself for an instant flickers.
    const auto &steps = m_flow->steps();
    const auto running = std::find_if(steps.cbegin(), steps.cend(), [](const Step &step) { return step.state == Step::State::Running; });
    if (running != steps.cend())
        m_row->showStep(*running);
}

bool leadsToContainer(const Flow &flow)
{
    const auto &steps = flow.steps();
    return std::any_of(steps.cbegin(), steps.cend(), [](const Step &step) { return step.id == QLatin1String("startContainer"); });
}

} // namespace nimbook::ui
