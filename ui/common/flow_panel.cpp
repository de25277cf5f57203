// SPDX-License-Identifier: Apache-2.0
#include "ui/common/flow_panel.h"

#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/common/step_list.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace nimbook::ui {

FlowPanel::FlowPanel(QWidget *parent)
    : QWidget(parent)
    , m_title(new QLabel(this))
    , m_steps(new StepList(this))
    , m_banner(new ErrorBanner(this))
    , m_note(makeMutedLabel({}, this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_back(new QPushButton(tr("Back"), this))
{
    m_title->setFont(titleFont(font()));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    m_steps->setObjectName(QStringLiteral("flowStepList"));
    m_banner->setObjectName(QStringLiteral("flowBanner"));
    m_banner->setDismissable(false);
    m_cancel->setObjectName(QStringLiteral("cancelFlowButton"));
    m_back->setObjectName(QStringLiteral("closeFlowButton"));
    m_note->setWordWrap(true);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(grid * 2);
    buttons->addWidget(m_note, 1);
    buttons->addStretch(0);
    buttons->addWidget(m_back);
    buttons->addWidget(m_cancel);

    auto *column = new QWidget(this);
    column->setMaximumWidth(grid * 90);
    auto *inner = new QVBoxLayout(column);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(grid * 2);
    inner->addWidget(m_title);
    inner->addWidget(m_steps);
    inner->addWidget(m_banner);
    inner->addLayout(buttons);

    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(column, 100);
    across->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(grid * 3, grid * 4, grid * 3, grid * 3);
    layout->addLayout(across);
    layout->addStretch(1);

    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_flow)
            m_flow->cancel();
    });
    connect(m_banner, &ErrorBanner::retryRequested, this, &FlowPanel::retryRequested);
    connect(m_back, &QPushButton::clicked, this, &FlowPanel::closed);
}

void FlowPanel::setTitle(const QString &title)
{
    m_title->setText(title);
}

void FlowPanel::setNote(const QString &note)
{
    m_note->setText(note);
}

void FlowPanel::setFlow(Flow *flow)
{
    if (m_flow)
        m_flow->disconnect(this);
    m_flow = flow;
    m_steps->setFlow(flow);
    m_banner->clear();
    m_cancel->setVisible(flow && !flow->isFinished());
    m_note->setVisible(m_cancel->isVisibleTo(this));
    m_back->hide();
    if (!flow)
        return;
    if (flow->isFinished())
        onFinished();
    else
        connect(flow, &Job::finished, this, &FlowPanel::onFinished);
}

void FlowPanel::onFinished()
{
    m_cancel->hide();
    m_note->hide();
    if (!m_flow || m_flow->state() == Job::State::Succeeded)
        return;
    m_back->show();
    if (m_flow->state() == Job::State::Failed) {
        m_banner->showError(m_flow->error(), tr("Try again"));
    } else {
        Error stopped = m_flow->error();
        stopped.message = tr("You cancelled this.");
        stopped.nextStep = tr("What was done already stays; trying again goes on from there.");
        m_banner->showError(stopped, tr("Try again"));
    }
}

} // namespace nimbook::ui
