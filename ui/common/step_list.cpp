// SPDX-License-Identifier: Apache-2.0
#include "ui/common/step_list.h"

#include "ui/common/look.h"
#include "ui/common/step_row.h"

#include <QVBoxLayout>

namespace nimbook::ui {

StepList::StepList(QWidget *parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    setAccessibleName(tr("Steps"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(grid / 2);
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &StepList::showElapsed);
}

void StepList::setFlow(Flow *flow)
{
    if (m_flow)
        m_flow->disconnect(this);
    qDeleteAll(m_rows);
    m_rows.clear();
    m_running = -1;
    m_tick.stop();
    m_flow = flow;
    if (!flow)
        return;
    insertRows(0, int(flow->steps().size()));
    connect(flow, &Flow::stepChanged, this, &StepList::showStep);
    connect(flow, &Flow::stepsInserted, this, &StepList::insertRows);
    connect(flow, &Job::finished, &m_tick, &QTimer::stop);
}

void StepList::insertRows(int first, int count)
{
    if (!m_flow)
        return;
    if (m_running >= first)
        m_running += count;
    for (int index = first; index < first + count; ++index) {
        auto *row = new StepRow(this);
        row->setObjectName(QStringLiteral("%1StepRow").arg(m_flow->steps().at(index).id));
        m_layout->insertWidget(index, row);
        m_rows.insert(index, row);
        showStep(index);
    }
    updateGeometry();
}

void StepList::showStep(int index)
{
    if (!m_flow || index < 0 || index >= m_rows.size())
        return;
    const Step &step = m_flow->steps().at(index);
    m_rows.at(index)->showStep(step);
    if (step.state == Step::State::Running && m_running != index) {
        m_running = index;
        m_since.start();
        m_tick.start();
        showElapsed();
    } else if (step.state != Step::State::Running && m_running == index) {
        m_running = -1;
        m_tick.stop();
    }
}

void StepList::showElapsed()
{
    if (m_running >= 0)
        m_rows.at(m_running)->showElapsed(std::chrono::milliseconds(m_since.elapsed()));
}

} // namespace nimbook::ui
