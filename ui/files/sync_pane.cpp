// SPDX-License-Identifier: Apache-2.0
#include "ui/files/sync_pane.h"

#include "ui/common/accent_button.h"
#include "ui/common/elided_label.h"
#include "ui/common/empty_state.h"
#include "ui/common/error_banner.h"
#include "ui/common/flat_header.h"
#include "ui/common/look.h"
#include "ui/common/separator.h"
#include "ui/common/soft_selection.h"
#include "ui/common/symbolic_icon.h"
#include "ui/files/sync_delegate.h"

#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace nimbook::ui {

using models::SyncModel;
using sync::Action;

SyncPane::SyncPane(const QString &machineName, Prompts &prompts, QWidget *parent)
    : QWidget(parent)
    , m_machineName(machineName)
    , m_prompts(prompts)
    , m_banner(new ErrorBanner(this))
    , m_here(new ElidedLabel(Qt::ElideMiddle, this))
    , m_there(new ElidedLabel(Qt::ElideMiddle, this))
    , m_stack(new QStackedWidget(this))
    , m_view(new QTreeView(this))
    , m_state(new EmptyState(this))
    , m_totals(new ElidedLabel(Qt::ElideRight, this))
    , m_contents(new QCheckBox(tr("By contents"), this))
    , m_again(new QPushButton(tr("Compare again"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_go(new AccentButton(tr("Synchronise"), this))
{
    setObjectName(QStringLiteral("syncPane"));
    m_banner->setObjectName(QStringLiteral("syncBanner"));
    m_filter.setSourceModel(&m_model);
    makeView();
    m_stack->addWidget(m_state);
    m_stack->addWidget(m_view);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeTop());
    layout->addWidget(m_banner);
    layout->addWidget(makeGroups());
    layout->addWidget(m_stack, 1);
    layout->addWidget(new Separator(Qt::Horizontal, this));
    layout->addWidget(makeBottom());
    connect(&m_model, &SyncModel::totalsChanged, this, &SyncPane::showTotals);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &SyncPane::showGroups);
    showState(tr("Nothing compared yet"), {}, false);
    showTotals();
}

QWidget *SyncPane::makeTop()
{
    auto *top = new QWidget(this);
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(grid / 2, grid / 2, grid, grid / 2);
    row->setSpacing(grid);
    auto *back = new QToolButton(top);
    back->setObjectName(QStringLiteral("closeSyncButton"));
    back->setIcon(symbolicIcon(QStringLiteral("arrow-left")));
    back->setText(tr("Files"));
    back->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    back->setToolTip(tr("Back to the files (Esc)"));
    back->setAutoRaise(true);
    back->setFocusPolicy(Qt::StrongFocus);
    connect(back, &QToolButton::clicked, this, &SyncPane::closeRequested);
    row->addWidget(back);
    m_here->setObjectName(QStringLiteral("syncHereLabel"));
    m_there->setObjectName(QStringLiteral("syncThereLabel"));
    m_here->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(m_here, 1);
    auto *between = makeMutedLabel(QStringLiteral("⇄"), top);
    row->addWidget(between);
    row->addWidget(m_there, 1);
    m_contents->setObjectName(QStringLiteral("compareContentsBox"));
    m_contents->setToolTip(tr("Read every file that has the same size on both sides and compare their SHA-256; no byte travels, but it takes as long as reading them"));
    connect(m_contents, &QCheckBox::toggled, this, &SyncPane::again);
    row->addWidget(m_contents);
    m_again->setObjectName(QStringLiteral("compareAgainButton"));
    m_again->setToolTip(tr("Look at both sides once more (F5)"));
    connect(m_again, &QPushButton::clicked, this, &SyncPane::again);
    row->addWidget(m_again);

    const auto key = [this](const QKeySequence &sequence, auto slot) {
        auto *action = new QAction(this);
        action->setShortcut(sequence);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, slot);
    };
    key(QKeySequence(Qt::Key_Escape), [this] { Q_EMIT closeRequested(); });
    key(QKeySequence(Qt::Key_F5), [this] { again(); });
    return top;
}

QWidget *SyncPane::makeGroups()
{
    m_groupRow = new QWidget(this);
    auto *row = new QHBoxLayout(m_groupRow);
    row->setContentsMargins(grid, 0, grid, grid / 2);
    row->setSpacing(grid / 2);
    m_groups = new QButtonGroup(this);
    for (int group = -1; group < SyncModel::groupCount; ++group) {
        auto *button = new QToolButton(m_groupRow);
        button->setObjectName(QStringLiteral("syncGroup%1Button").arg(group + 1));
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        m_groups->addButton(button, group + 1);
        row->addWidget(button);
    }
    row->addStretch(1);
    connect(m_groups, &QButtonGroup::idClicked, this, [this](int id) { m_filter.setGroup(id - 1); });
    showGroups();
    return m_groupRow;
}

QWidget *SyncPane::makeBottom()
{
    auto *bottom = new QWidget(this);
    auto *row = new QHBoxLayout(bottom);
    row->setContentsMargins(grid, grid, grid, grid);
    row->setSpacing(grid);
    m_totals->setObjectName(QStringLiteral("syncTotalsLabel"));
    m_cancel->setObjectName(QStringLiteral("cancelSyncButton"));
    m_go->setObjectName(QStringLiteral("synchroniseButton"));
    row->addWidget(m_totals, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_go);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->cancel();
    });
    connect(m_go, &QPushButton::clicked, this, &SyncPane::synchronise);
    return bottom;
}

void SyncPane::makeView()
{
    m_view->setObjectName(QStringLiteral("syncView"));
    m_view->setAccessibleName(tr("Differences"));
    m_view->setModel(&m_filter);
    m_view->setItemDelegate(new SyncDelegate(m_view));
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    giveFlatHeader(m_view)->setStretchLastSection(false);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(SyncModel::Path, Qt::AscendingOrder);
    m_view->header()->setSectionResizeMode(SyncModel::Path, QHeaderView::Stretch);
    m_view->setColumnWidth(SyncModel::What, grid * 19);
    m_view->setColumnWidth(SyncModel::Doing, grid * 19);
    m_view->setColumnWidth(SyncModel::Here, grid * 21);
    m_view->setColumnWidth(SyncModel::There, grid * 21);
    new SoftSelection(m_view);
    connect(m_view, &QWidget::customContextMenuRequested, this, &SyncPane::popUp);
    const auto key = [this](const QKeySequence &sequence, Action action) {
        auto *chosen = new QAction(SyncModel::actionText(action), m_view);
        chosen->setShortcut(sequence);
        chosen->setShortcutContext(Qt::WidgetShortcut);
        m_view->addAction(chosen);
        connect(chosen, &QAction::triggered, this, [this, action] { choose(action); });
    };
    key(QKeySequence(Qt::CTRL | Qt::Key_Right), Action::Upload);
    key(QKeySequence(Qt::CTRL | Qt::Key_Left), Action::Download);
    key(QKeySequence(Qt::CTRL | Qt::Key_B), Action::KeepBoth);
    key(QKeySequence(Qt::CTRL | Qt::Key_0), Action::Nothing);
}

/// In a narrow window the name and what is done with it matter most.
void SyncPane::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    for (const int column : {SyncModel::Here, SyncModel::There})
        m_view->setColumnHidden(column, width() < grid * 100);
}

void SyncPane::setQueue(transfer::TransferQueue *queue)
{
    m_queue = queue;
    showTotals();
}

void SyncPane::compare(const sync::FolderPair &folders)
{
    m_folders = folders;
    m_here->setFullText(transfer::displayName(folders.here));
    m_there->setFullText(tr("%1 on %2").arg(transfer::displayName(folders.there), m_machineName));
    m_banner->clear();
    again();
}

void SyncPane::again()
{
    if (m_job || m_folders.here.isEmpty())
        return;
    m_model.clear();
    if (!m_queue) {
        showState(tr("Not connected"), tr("Connect to the machine, then compare again."), false);
        return;
    }
    showState(tr("Comparing…"), m_contents->isChecked() ? tr("Reading every file on both sides.") : tr("Reading the names, sizes and times of both sides."), true);
    auto *job = new sync::CompareJob(*m_queue, m_folders, by(), this);
    setJob(job);
    connect(job, &Job::finished, this, [this, job] {
        setJob(nullptr);
        onCompared(job->result());
    });
    job->startAndForget();
}

void SyncPane::onCompared(const Result<sync::Comparison> &result)
{
    if (!result) {
        if (result.error().kind == ErrorKind::Cancelled)
            showState(tr("Not compared"), tr("The comparison was cancelled."), false);
        else
            showState(tr("The folders cannot be compared"), result.error().message + u' ' + result.error().nextStep, false);
        return;
    }
    m_model.setItems(result->items);
    m_filter.sort(m_view->header()->sortIndicatorSection(), m_view->header()->sortIndicatorOrder());
    m_groups->button(0)->setChecked(true);
    m_filter.setGroup(-1);
    if (!result->isComplete)
        m_banner->showMessage(ErrorBanner::Kind::Warning, tr("One of the folders holds more than can be compared at once."), tr("Compare its folders one by one."));
    else if (!result->leftOut.isEmpty())
        m_banner->showMessage(ErrorBanner::Kind::Information,
                              result->leftOut.size() == 1 ? tr("%1 is left alone.").arg(transfer::displayName(result->leftOut.first()))
                                                          : tr("%1 and %2 more are left alone.").arg(transfer::displayName(result->leftOut.first())).arg(result->leftOut.size() - 1),
                              tr("Links, special files, and what may not be read are not synchronised."));
    if (!result->items.isEmpty()) {
        m_stack->setCurrentWidget(m_view);
        m_view->setCurrentIndex(m_filter.index(0, 0));
        m_view->setFocus(Qt::OtherFocusReason);
        return;
    }
    m_state->setPicture(QStringLiteral("picture-nothing"));
    showState(tr("Both sides are the same"), result->same == 1 ? tr("1 file, on both sides alike.") : tr("%1 files, on both sides alike.").arg(QLocale().toString(result->same)), false);
}

void SyncPane::synchronise()
{
    const SyncModel::Totals totals = m_model.totals();
    if (totals.deleteThere == 0) {
        run();
        return;
    }
    const QString count = totals.deleteThere == 1 ? tr("1 file") : tr("%1 files").arg(QLocale().toString(totals.deleteThere));
    m_prompts.confirm(this, {tr("Synchronise with %1").arg(m_machineName), tr("Delete %1 in %2 on %3?").arg(count, transfer::displayName(m_folders.there), m_machineName),
                             tr("The machine has no trash: this cannot be undone."), tr("Delete and synchronise"), {}},
                      [this](bool confirmed) {
                          if (confirmed)
                              run();
                      });
}

void SyncPane::run()
{
    const QList<sync::Choice> choices = m_model.choices();
    if (m_job || choices.isEmpty() || !m_queue)
        return;
    m_banner->clear();
    auto *job = new sync::SyncRun(*m_queue, m_folders, choices, this);
    setJob(job);
    showState(tr("Synchronising…"), SyncModel::totalsText(m_model.totals()), true);
    connect(job, &Job::finished, this, [this, job] {
        setJob(nullptr);
        onRun(job->result());
    });
    Q_EMIT started(job, tr("Synchronising %1 with %2").arg(transfer::displayName(m_folders.there), m_machineName));
    job->startAndForget();
}

void SyncPane::onRun(const Result<sync::SyncOutcome> &result)
{
    Q_EMIT synchronised();
    if (!result && result.error().kind != ErrorKind::Cancelled)
        m_banner->showError(result.error());
    else if (result && !result->errors.isEmpty())
        m_banner->showError(Error{result->errors.first().kind,
                                  result->errors.size() == 1 ? result->errors.first().message : tr("%1 files could not be synchronised. %2").arg(result->errors.size()).arg(result->errors.first().message),
                                  result->errors.first().nextStep, result->errors.first().detail, {}});
    else if (result && !result->changedMeanwhile.isEmpty())
        m_banner->showMessage(ErrorBanner::Kind::Warning,
                              result->changedMeanwhile.size() == 1 ? tr("%1 has changed since you saw it and was left alone.").arg(transfer::displayName(result->changedMeanwhile.first()))
                                                                   : tr("%1 files have changed since you saw them and were left alone.").arg(result->changedMeanwhile.size()),
                              tr("They are in the list again."));
    again(); // shows what is left, and notes what is the same now
}

sync::CompareBy SyncPane::by() const
{
    return m_contents->isChecked() ? sync::CompareBy::Contents : sync::CompareBy::SizeAndTime;
}

void SyncPane::setJob(Job *job)
{
    m_job = job;
    m_contents->setEnabled(!job);
    m_again->setEnabled(!job);
    m_cancel->setVisible(job);
    showTotals();
}

void SyncPane::showState(const QString &title, const QString &sentence, bool busy)
{
    m_state->setBusy(busy);
    m_state->setText(title, sentence);
    m_stack->setCurrentWidget(m_state);
}

void SyncPane::showTotals()
{
    const QString text = SyncModel::totalsText(m_model.totals());
    m_totals->setFullText(m_model.rowCount() == 0 ? QString() : text.isEmpty() ? tr("Nothing is ticked") : text);
    m_go->setEnabled(!m_job && m_queue && m_model.totals().all() > 0);
    m_cancel->setVisible(m_job);
}

void SyncPane::showGroups()
{
    const QStringList names{tr("All"), tr("Upload"), tr("Download"), tr("Differs"), tr("Deleted")};
    for (int id = 0; id < names.size(); ++id) {
        const int count = id == 0 ? m_model.rowCount() : m_model.count(SyncModel::Group(id - 1));
        m_groups->button(id)->setText(tr("%1  %2", "name of a group, how many").arg(names[id], QLocale().toString(count)));
        m_groups->button(id)->setEnabled(count > 0);
    }
    m_groupRow->setVisible(m_model.rowCount() > 0);
}

void SyncPane::choose(Action action)
{
    for (const QModelIndex &row : m_view->selectionModel()->selectedRows())
        m_model.setAction(m_filter.mapToSource(row), action);
}

void SyncPane::popUp(const QPoint &point)
{
    const QModelIndexList rows = m_view->selectionModel()->selectedRows();
    if (rows.isEmpty())
        return;
    QList<Action> possible;
    for (const QModelIndex &row : rows) {
        for (const Action action : m_model.possibleActions(m_filter.mapToSource(row))) {
            if (!possible.contains(action))
                possible.append(action);
        }
    }
    auto *menu = new QMenu(m_view);
    menu->setObjectName(QStringLiteral("syncMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const Action action : {Action::Upload, Action::Download, Action::KeepBoth, Action::DeleteHere, Action::DeleteThere, Action::Nothing}) {
        if (!possible.contains(action))
            continue;
        if (action == Action::DeleteHere || action == Action::Nothing)
            menu->addSeparator();
        connect(menu->addAction(SyncModel::actionText(action)), &QAction::triggered, this, [this, action] { choose(action); });
    }
    menu->popup(m_view->viewport()->mapToGlobal(point));
}

} // namespace nimbook::ui
