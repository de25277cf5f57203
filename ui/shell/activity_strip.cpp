// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/activity_strip.h"

#include "ui/common/busy_spinner.h"
#include "ui/common/flat_header.h"
#include "ui/common/look.h"
#include "ui/common/row_delegate.h"
#include "ui/common/separator.h"
#include "ui/common/soft_selection.h"
#include "ui/common/symbolic_icon.h"
#include "ui/shell/tunnel_indicator.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>

namespace nimbook::ui {

using models::ActivityModel;

ActivityStrip::ActivityStrip(workspace::Workspace &workspace, QWidget *parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_model(workspace.activity())
    , m_transfers(new TransferList(workspace, this))
    , m_view(new QTreeView(this))
    , m_panel(makePanel())
    , m_toggle(new QToolButton(this))
    , m_spinner(new BusySpinner(grid * 2, this))
    , m_tunnel(new TunnelIndicator(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_panel);
    layout->addWidget(new Separator(Qt::Horizontal, this));
    layout->addWidget(makeLine());
    m_panel->hide();

    for (auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&m_model, signal, this, &ActivityStrip::showSummary);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &ActivityStrip::showSummary);
    connect(m_transfers, &TransferList::summaryChanged, this, &ActivityStrip::showSummary);
    showSummary();
}

QWidget *ActivityStrip::makePanel()
{
    auto *panel = new QWidget(this);
    panel->setFixedHeight(grid * 26);
    panel->setAutoFillBackground(true);
    panel->setBackgroundRole(QPalette::Base);

    m_view->setObjectName(QStringLiteral("activityView"));
    m_view->setAccessibleName(tr("Operations"));
    m_view->setModel(&m_model);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    giveFlatHeader(m_view)->setStretchLastSection(false);
    m_view->header()->setSectionResizeMode(ActivityModel::Title, QHeaderView::Interactive);
    m_view->header()->setSectionResizeMode(ActivityModel::State, QHeaderView::Stretch);
    m_view->header()->resizeSection(ActivityModel::Title, fontMetrics().averageCharWidth() * 34);
    m_view->header()->resizeSection(ActivityModel::Started, fontMetrics().averageCharWidth() * 12);
    m_view->setItemDelegate(new RowDelegate(m_view));
    new SoftSelection(m_view);
    connect(m_view, &QTreeView::customContextMenuRequested, this, &ActivityStrip::showContextMenu);

    auto *operations = new QWidget(panel);
    auto *column = new QVBoxLayout(operations);
    column->setContentsMargins(grid, grid, grid, 0);
    auto *head = new QHBoxLayout;
    auto *label = new QLabel(tr("Operations"), operations);
    label->setBuddy(m_view);
    head->addWidget(label, 1);
    auto *clear = new QPushButton(tr("Clear"), operations);
    clear->setObjectName(QStringLiteral("clearActivityButton"));
    clear->setAccessibleName(tr("Clear the operations that ended"));
    clear->setFlat(true);
    connect(clear, &QPushButton::clicked, this, [this] { m_workspace.activity().clearEnded(); });
    head->addWidget(clear);
    column->addLayout(head);
    column->addWidget(m_view, 1);

    auto *splitter = new QSplitter(Qt::Horizontal, panel);
    splitter->addWidget(m_transfers);
    splitter->addWidget(operations);
    splitter->setChildrenCollapsible(false);
    splitter->setSizes({300, 200});
    auto *layout = new QVBoxLayout(panel);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new Separator(Qt::Horizontal, panel));
    layout->addWidget(splitter, 1);
    return panel;
}

QWidget *ActivityStrip::makeLine()
{
    auto *line = new QWidget(this);
    auto *layout = new QHBoxLayout(line);
    layout->setContentsMargins(grid, grid / 4, grid, grid / 4);
    layout->setSpacing(grid);
    m_toggle->setObjectName(QStringLiteral("activityButton"));
    m_toggle->setAutoRaise(true);
    m_toggle->setCheckable(true);
    m_toggle->setFocusPolicy(Qt::StrongFocus);
    m_toggle->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_toggle->setIcon(symbolicIcon(QStringLiteral("chevron-up")));
    m_toggle->setToolTip(tr("Show transfers and operations"));
    connect(m_toggle, &QToolButton::toggled, this, &ActivityStrip::setUnfolded);
    layout->addWidget(m_spinner);
    layout->addWidget(m_toggle);
    layout->addStretch(1);
    layout->addWidget(m_tunnel);
    return line;
}

void ActivityStrip::setUnfolded(bool unfolded)
{
    if (unfolded == isUnfolded() && m_toggle->isChecked() == unfolded)
        return;
    m_panel->setVisible(unfolded);
    m_toggle->setChecked(unfolded);
    m_toggle->setIcon(symbolicIcon(unfolded ? QStringLiteral("chevron-down") : QStringLiteral("chevron-up")));
    Q_EMIT unfoldedChanged(unfolded);
}

bool ActivityStrip::isUnfolded() const
{
    return m_panel->isVisibleTo(this);
}

void ActivityStrip::showSummary()
{
    QStringList parts;
    const int running = m_workspace.activity().runningCount();
    if (m_transfers->activeCount() > 0 || running == 0)
        parts << m_transfers->summary();
    if (running == 1) {
        for (int row = 0; row < m_model.rowCount(); ++row) {
            const QModelIndex title = m_model.index(row, ActivityModel::Title);
            if (title.data(ActivityModel::StateRole).toInt() == int(Job::State::Running))
                parts << title.data().toString() + QStringLiteral(" · ") + title.siblingAtColumn(ActivityModel::State).data().toString();
        }
    } else if (running > 1) {
        parts << tr("%n operations", nullptr, running);
    }
    parts.removeAll(QString());
    if (parts.isEmpty() && m_model.rowCount() > 0) {
        const QModelIndex newest = m_model.index(0, ActivityModel::Title);
        const QString error = newest.data(ActivityModel::ErrorRole).toString();
        parts << newest.data().toString() + QStringLiteral(" · ")
                + (error.isEmpty() ? newest.siblingAtColumn(ActivityModel::State).data().toString() : tr("failed"));
    }
    const QString text = parts.isEmpty() ? tr("Nothing is running") : parts.join(QStringLiteral("   "));
    m_toggle->setText(fontMetrics().elidedText(text, Qt::ElideRight, grid * 80));
    m_toggle->setAccessibleName(tr("Activity: %1").arg(text));
    m_spinner->setVisible(running > 0 || m_transfers->activeCount() > 0);
}

void ActivityStrip::showContextMenu(const QPoint &position)
{
    const QModelIndex index = m_view->indexAt(position);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(m_view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *cancel = menu->addAction(tr("Cancel"));
    cancel->setEnabled(index.data(ActivityModel::StateRole).toInt() == int(Job::State::Running));
    const QPersistentModelIndex row = index;
    connect(cancel, &QAction::triggered, this, [this, row] { m_model.cancel(row.row()); });
    QAction *copy = menu->addAction(tr("Copy message"));
    connect(copy, &QAction::triggered, this, [this, row] {
        const Error error = m_model.errorAt(row.row());
        const QString text = error.message.isEmpty() ? row.data(Qt::AccessibleTextRole).toString()
                                                     : QStringList{error.message, error.nextStep, error.detail}.join(QLatin1Char('\n'));
        QGuiApplication::clipboard()->setText(text.trimmed());
    });
    menu->popup(m_view->viewport()->mapToGlobal(position));
}

} // namespace nimbook::ui
