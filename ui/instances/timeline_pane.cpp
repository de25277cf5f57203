// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/timeline_pane.h"

#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/look.h"
#include "ui/common/flat_header.h"
#include "ui/common/soft_selection.h"
#include "ui/instances/step_delegate.h"

#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace nimbook::ui {

TimelinePane::TimelinePane(workspace::MachineSession &session, QWidget *parent)
    : QWidget(parent), m_banner(new ErrorBanner(this)), m_faces(new QStackedWidget(this)), m_view(new QTreeView(this)), m_log(new QPlainTextEdit(this))
{
    m_view->setObjectName(QStringLiteral("timelineView"));
    m_view->setAccessibleName(tr("Steps of the last connection"));
    m_view->setModel(&m_steps);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    giveFlatHeader(m_view);
    m_view->header()->setStretchLastSection(true);
    const int unit = fontMetrics().averageCharWidth();
    m_view->header()->resizeSection(models::StepModel::Title, unit * 37);
    m_view->header()->resizeSection(models::StepModel::State, unit * 26);
    m_view->header()->resizeSection(models::StepModel::Took, unit * 12);
    m_view->header()->resizeSection(models::StepModel::Usual, unit * 12);
    m_view->setItemDelegate(new StepDelegate(m_view));
    new SoftSelection(m_view);

    auto *logBox = new QWidget(this);
    auto *logLabel = new QLabel(tr("&Log"), logBox);
    logLabel->setBuddy(m_log);
    m_log->setObjectName(QStringLiteral("timelineLogEdit"));
    m_log->setAccessibleName(tr("What the scripts on the machine printed"));
    m_log->setReadOnly(true);
    m_log->setFrameShape(QFrame::NoFrame);
    m_log->setMaximumBlockCount(5000);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setPlaceholderText(tr("What the scripts on the machine print stands here."));
    auto *logLayout = new QVBoxLayout(logBox);
    logLayout->setContentsMargins(grid, grid, grid, 0);
    logLayout->addWidget(logLabel);
    logLayout->addWidget(m_log, 1);

    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_view);
    splitter->addWidget(logBox);
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);

    auto *nothing = new EmptyState(this);
    nothing->setPicture(QStringLiteral("picture-nothing"));
    nothing->setText(tr("Nothing happened yet"), tr("Once a notebook is opened or files are shown, the steps and their times stand here."));
    m_faces->addWidget(nothing);
    m_faces->addWidget(splitter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    m_banner->setObjectName(QStringLiteral("timelineBanner"));
    layout->addWidget(m_banner);
    layout->addWidget(m_faces);

    connect(&session, &workspace::MachineSession::flowStarted, this, &TimelinePane::follow);
    connect(&session, &workspace::MachineSession::logReceived, m_log, [this](const QString &text) {
        m_log->appendPlainText(text.endsWith(QLatin1Char('\n')) ? text.chopped(1) : text);
    });
    if (Flow *flow = session.currentFlow() ? session.currentFlow() : session.lastFlow())
        follow(flow);
}

void TimelinePane::follow(Flow *flow)
{
    if (m_flow)
        m_flow->disconnect(this);
    m_flow = flow;
    m_banner->clear();
    m_steps.setFlow(flow);
    m_faces->setCurrentIndex(1);
    if (flow->isFinished())
        onEnded();
    else
        connect(flow, &Job::finished, this, &TimelinePane::onEnded);
}

void TimelinePane::onEnded()
{
    if (!m_flow || m_flow->state() != Job::State::Failed)
        return;
    // Which step it was, what came back, one thing to do; the raw words are in the details.
    Error error = m_flow->error();
    error.message = tr("%1: %2", "step, what went wrong").arg(m_flow->steps().value(m_flow->currentStep()).title, error.message);
    m_banner->showError(error);
    const QModelIndex failed = m_steps.index(m_flow->currentStep(), 0);
    m_view->setCurrentIndex(failed);
    m_view->scrollTo(failed);
}

} // namespace nimbook::ui
