// SPDX-License-Identifier: Apache-2.0
#include "ui/files/transfer_list.h"

#include "models/quantities.h"
#include "models/remote_path.h"
#include "models/transfer_feed.h"
#include "models/transfer_filter.h"
#include "models/transfer_model.h"
#include "models/transfer_notices.h"
#include "models/transfer_summary.h"
#include "ui/common/desktop_notice.h"
#include "ui/common/flat_header.h"
#include "ui/common/look.h"
#include "ui/common/reveal_file.h"
#include "ui/common/soft_selection.h"
#include "ui/files/transfer_delegate.h"

#include <QAction>
#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace nimbook::ui {

using models::TransferModel;

class TransferList::Private {
public:
    Private(TransferList *list, workspace::Workspace &workspace);

    void watch(workspace::MachineSession *session);
    void sumUp();
    void act(const QModelIndex &proxyIndex, TransferModel::RowAction action);
    void clearFinished();
    void actOnSelected(TransferModel::RowAction action);
    QModelIndexList selected() const { return view->selectionModel()->selectedRows(); }
    void followSelection();
    void setPriority(transfer::Priority priority);
    void setRateLimit(qint64 bytesPerSecond);
    void applyRateLimit(transfer::TransferQueue *queue);
    void fillLimitMenu(QMenu *menu);
    void popUp(const QPoint &point);

    TransferList *q;
    workspace::Workspace &workspace;
    TransferModel model;
    models::TransferFilter filter;
    models::TransferFeed feed;
    models::TransferNotices notices;
    DesktopNotice desktop;
    models::TransferSummary summary;
    QString summaryText;
    QTreeView *view;
    QLabel *nothing;
    QStackedWidget *stack;
    QPushButton *clear;
    QToolButton *pause = nullptr;
    QToolButton *resume = nullptr;
    QToolButton *limit = nullptr;
    qint64 rateLimit = 0; ///< bytes per second in each direction; 0: none
};

TransferList::Private::Private(TransferList *list, workspace::Workspace &space)
    : q(list), workspace(space), feed(model), notices([list] { return list->window()->isActiveWindow(); }), view(new QTreeView(list)), nothing(makeMutedLabel(TransferList::tr("No transfers yet. Drop files on a machine's Files page to upload them."), list)),
      stack(new QStackedWidget(list)), clear(new QPushButton(TransferList::tr("Clear finished"), list))
{
    feed.setHiddenDestination(workspace.directories().cache + QStringLiteral("/drag/"));
    feed.setScratchFolder(workspace.directories().cache + u'/');
    notices.setScratchFolder(workspace.directories().cache + u'/');
    QObject::connect(&notices, &models::TransferNotices::notice, &desktop,
                     [this](const QString &title, const QString &text) { desktop.show(title, text, QStringLiteral("transfer.complete")); });
    QObject::connect(&desktop, &DesktopNotice::activated, list, [list] { DesktopNotice::bringToFront(list->window()); });
    filter.setSourceModel(&model);
    view->setObjectName(QStringLiteral("transferView"));
    view->setAccessibleName(TransferList::tr("Transfers"));
    view->setModel(&filter);
    view->setItemDelegate(new TransferDelegate(view));
    view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view->setItemsExpandable(true);
    view->setExpandsOnDoubleClick(false);
    view->setUniformRowHeights(true);
    view->setAllColumnsShowFocus(true);
    view->setMouseTracking(true); // the link under the pointer is underlined
    view->setFrameShape(QFrame::NoFrame);
    view->setTextElideMode(Qt::ElideMiddle);
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    giveFlatHeader(view)->setStretchLastSection(false);
    view->header()->setSectionResizeMode(TransferModel::Name, QHeaderView::Stretch);
    view->setColumnWidth(TransferModel::Bytes, grid * 20);
    view->setColumnWidth(TransferModel::Rate, grid * 11);
    view->setColumnWidth(TransferModel::TimeLeft, grid * 12);
    view->setColumnWidth(TransferModel::State, grid * 29);
    view->setColumnWidth(TransferModel::Action, grid * 13);
    new SoftSelection(view);
    nothing->setAlignment(Qt::AlignCenter);
    clear->setObjectName(QStringLiteral("clearTransfersButton"));
    clear->setFlat(true);

    const auto tool = [list](const char *name, const QString &text, const QString &tip) {
        auto *button = new QToolButton(list);
        button->setObjectName(QString::fromLatin1(name));
        button->setText(text);
        button->setToolTip(tip);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        return button;
    };
    pause = tool("pauseTransfersButton", TransferList::tr("Pause"), TransferList::tr("Pause what is selected (Space)"));
    resume = tool("resumeTransfersButton", TransferList::tr("Go on"), TransferList::tr("Go on with what is selected (Space)"));
    limit = tool("rateLimitButton", TransferList::tr("No limit"), TransferList::tr("How much of the line transfers may use, in each direction"));
    limit->setPopupMode(QToolButton::InstantPopup);
    auto *limitMenu = new QMenu(limit);
    limitMenu->setObjectName(QStringLiteral("rateLimitMenu"));
    limit->setMenu(limitMenu);
    auto *only = tool("onlyUnfinishedButton", TransferList::tr("Only unfinished"), TransferList::tr("Hide what has ended well"));
    only->setCheckable(true);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid, 0, grid, 0);
    top->addWidget(pause);
    top->addWidget(resume);
    top->addStretch(1);
    top->addWidget(limit);
    top->addWidget(only);
    top->addWidget(clear);
    stack->addWidget(nothing);
    stack->addWidget(view);
    auto *layout = new QVBoxLayout(list);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(stack, 1);

    auto *removeKey = new QAction(TransferList::tr("Cancel or clear"), view);
    removeKey->setShortcut(QKeySequence::Delete);
    removeKey->setShortcutContext(Qt::WidgetShortcut);
    view->addAction(removeKey);
    QObject::connect(removeKey, &QAction::triggered, list, [this] { actOnSelected(TransferModel::RowAction::Cancel); });
    auto *pauseKey = new QAction(TransferList::tr("Pause or go on"), view);
    pauseKey->setShortcut(QKeySequence(Qt::Key_Space));
    pauseKey->setShortcutContext(Qt::WidgetShortcut);
    view->addAction(pauseKey);
    QObject::connect(pauseKey, &QAction::triggered, list, [this] { actOnSelected(resume->isEnabled() ? TransferModel::RowAction::Resume : TransferModel::RowAction::Pause); });
    QObject::connect(pause, &QToolButton::clicked, list, [this] { actOnSelected(TransferModel::RowAction::Pause); });
    QObject::connect(resume, &QToolButton::clicked, list, [this] { actOnSelected(TransferModel::RowAction::Resume); });
    QObject::connect(view->selectionModel(), &QItemSelectionModel::selectionChanged, list, [this] { followSelection(); });
    QObject::connect(limitMenu, &QMenu::aboutToShow, list, [this, limitMenu] { fillLimitMenu(limitMenu); });
    setRateLimit(workspace.settings().raw().value(QStringLiteral("transfers/rateLimit"), 0).toLongLong());
    QObject::connect(only, &QToolButton::toggled, list, [this](bool on) { filter.setOnlyUnfinished(on); });
    QObject::connect(clear, &QPushButton::clicked, list, [this] { clearFinished(); });
    QObject::connect(&feed, &models::TransferFeed::updated, list, [this] { sumUp(); });
    QObject::connect(view, &QTreeView::clicked, list, [this](const QModelIndex &index) {
        if (index.column() == TransferModel::Action)
            act(index, TransferModel::RowAction(index.data(TransferModel::ActionRole).toInt()));
    });
    QObject::connect(view, &QTreeView::activated, list, [this](const QModelIndex &index) {
        if (const auto action = TransferModel::RowAction(index.data(TransferModel::ActionRole).toInt()); action != TransferModel::RowAction::Cancel)
            act(index, action);
    });
    QObject::connect(view, &QWidget::customContextMenuRequested, list, [this](const QPoint &point) { popUp(point); });
    QObject::connect(&workspace, &workspace::Workspace::sessionCreated, list, [this](workspace::MachineSession *session) { watch(session); });
    if (workspace::MachineList *machines = workspace.machines()) {
        for (const cloud::Instance &machine : machines->machines())
            watch(workspace.existingSession(machine.ref));
    }
    sumUp();
}

TransferList::TransferList(workspace::Workspace &workspace, QWidget *parent) : QWidget(parent), d(std::make_unique<Private>(this, workspace)) {}

TransferList::~TransferList() = default;

/// In a narrow strip the state and what can be done matter most.
void TransferList::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    d->view->setColumnHidden(TransferModel::Rate, width() < grid * 103);
    d->view->setColumnHidden(TransferModel::TimeLeft, width() < grid * 92);
}

QString TransferList::summary() const
{
    return d->summaryText;
}

int TransferList::activeCount() const
{
    return d->summary.active;
}

void TransferList::Private::watch(workspace::MachineSession *session)
{
    if (!session)
        return;
    const auto attach = [this, session] {
        feed.watch(session->listedTransfers());
        notices.watch(session->listedTransfers());
        applyRateLimit(session->listedTransfers());
    };
    attach();
    QObject::connect(session, &workspace::MachineSession::transfersReady, q, attach);
}

void TransferList::Private::sumUp()
{
    summary = model.summary();
    stack->setCurrentWidget(model.rowCount() == 0 ? static_cast<QWidget *>(nothing) : view);
    clear->setEnabled(summary.ended > 0);
    followSelection();
    const QString text = summary.text();
    if (text == summaryText)
        return;
    summaryText = text;
    Q_EMIT q->summaryChanged(summaryText);
}

void TransferList::Private::act(const QModelIndex &proxyIndex, TransferModel::RowAction action)
{
    const QModelIndex index = filter.mapToSource(proxyIndex);
    const transfer::Transfer *transfer = model.transfer(index);
    transfer::TransferQueue *queue = feed.queue(model.key(index));
    if (!transfer || !queue)
        return;
    if (!TransferModel::isPossible(action, *transfer))
        return;
    switch (action) {
    case TransferModel::RowAction::Cancel: queue->cancel(transfer->id); break;
    case TransferModel::RowAction::Retry: queue->retry(transfer->id); break;
    case TransferModel::RowAction::Pause: queue->pause(transfer->id); break;
    case TransferModel::RowAction::Resume: queue->resume(transfer->id); break;
    case TransferModel::RowAction::Reveal: revealFile(transfer->sources.size() == 1 ? transfer->destination + u'/' + models::remoteName(transfer->sources.first()) : transfer->destination); break;
    case TransferModel::RowAction::None: break;
    }
}

void TransferList::Private::actOnSelected(TransferModel::RowAction action)
{
    for (const QPersistentModelIndex index : selected()) // a cancelled one may leave the filter at once
        act(index, action);
}

void TransferList::Private::followSelection()
{
    const auto any = [this](TransferModel::RowAction action) {
        const QModelIndexList rows = selected();
        return std::any_of(rows.cbegin(), rows.cend(), [&](const QModelIndex &row) {
            const transfer::Transfer *transfer = model.transfer(filter.mapToSource(row));
            return transfer && TransferModel::isPossible(action, *transfer);
        });
    };
    pause->setEnabled(any(TransferModel::RowAction::Pause));
    resume->setEnabled(any(TransferModel::RowAction::Resume));
}

void TransferList::Private::setPriority(transfer::Priority priority)
{
    for (const QModelIndex &row : selected()) {
        const TransferModel::Key key = model.key(filter.mapToSource(row));
        if (transfer::TransferQueue *queue = feed.queue(key))
            queue->setPriority(key.id, priority);
    }
}

void TransferList::Private::setRateLimit(qint64 bytesPerSecond)
{
    rateLimit = std::max<qint64>(0, bytesPerSecond);
    workspace.settings().raw().setValue(QStringLiteral("transfers/rateLimit"), rateLimit);
    const QString text = rateLimit == 0 ? TransferList::tr("No limit") : TransferList::tr("At most %1").arg(models::rateText(double(rateLimit)));
    limit->setText(text);
    limit->setAccessibleName(TransferList::tr("Rate limit: %1").arg(text));
    if (workspace::MachineList *machines = workspace.machines()) {
        for (const cloud::Instance &machine : machines->machines()) {
            if (workspace::MachineSession *session = workspace.existingSession(machine.ref))
                applyRateLimit(session->listedTransfers());
        }
    }
}

void TransferList::Private::applyRateLimit(transfer::TransferQueue *queue)
{
    if (!queue)
        return;
    queue->setRateLimit(transfer::Transfer::Direction::Upload, rateLimit);
    queue->setRateLimit(transfer::Transfer::Direction::Download, rateLimit);
}

void TransferList::Private::fillLimitMenu(QMenu *menu)
{
    menu->clear();
    for (const qint64 each : {0LL, 500'000LL, 1'000'000LL, 2'000'000LL, 5'000'000LL, 10'000'000LL, 25'000'000LL, 50'000'000LL, 100'000'000LL}) {
        QAction *entry = menu->addAction(each == 0 ? TransferList::tr("No limit") : models::rateText(double(each)));
        entry->setCheckable(true);
        entry->setChecked(each == rateLimit);
        QObject::connect(entry, &QAction::triggered, q, [this, each] { setRateLimit(each); });
    }
}

void TransferList::Private::clearFinished()
{
    QList<transfer::TransferQueue *> queues;
    for (const TransferModel::Key &key : model.keys()) {
        transfer::TransferQueue *queue = feed.queue(key);
        if (queue && !queues.contains(queue))
            queues.append(queue);
    }
    for (transfer::TransferQueue *queue : std::as_const(queues))
        queue->clearFinished();
}

void TransferList::Private::popUp(const QPoint &point)
{
    const QModelIndex index = view->indexAt(point);
    const transfer::Transfer *transfer = model.transfer(filter.mapToSource(index));
    if (!transfer)
        return;
    auto *menu = new QMenu(view);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (!view->selectionModel()->isRowSelected(index.row(), index.parent()))
        view->setCurrentIndex(index);
    using Do = TransferModel::RowAction;
    for (const Do action : {Do::Pause, Do::Resume, Do::Cancel, Do::Retry, Do::Reveal}) {
        QAction *entry = menu->addAction(TransferModel::actionText(action));
        entry->setEnabled(TransferModel::isPossible(action, *transfer));
        QObject::connect(entry, &QAction::triggered, q, [this, action] { actOnSelected(action); });
    }
    menu->addSeparator();
    QMenu *order = menu->addMenu(TransferList::tr("Order"));
    for (const auto &[text, priority] : {std::pair(TransferList::tr("Before the others"), transfer::Priority::High), std::pair(TransferList::tr("As it comes"), transfer::Priority::Normal),
                                         std::pair(TransferList::tr("After the others"), transfer::Priority::Low)}) {
        QAction *entry = order->addAction(text);
        entry->setCheckable(true);
        entry->setChecked(transfer->priority == priority);
        QObject::connect(entry, &QAction::triggered, q, [this, priority = priority] { setPriority(priority); });
    }
    order->setEnabled(transfer->isActive());
    menu->popup(view->viewport()->mapToGlobal(point));
}

} // namespace nimbook::ui
