// SPDX-License-Identifier: Apache-2.0
#include "ui/files/transfer_list.h"

#include "models/transfer_feed.h"
#include "models/transfer_filter.h"
#include "models/transfer_model.h"
#include "models/transfer_summary.h"
#include "ui/common/flat_header.h"
#include "ui/common/look.h"
#include "ui/common/soft_selection.h"
#include "ui/files/transfer_delegate.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

namespace nimbook::ui {

using models::TransferModel;

class TransferList::Private {
public:
    Private(TransferList *list, workspace::Workspace &workspace);

    void watch(workspace::MachineSession *session);
    void sumUp();
    void act(const QModelIndex &proxyIndex, TransferModel::RowAction action);
    void clearFinished();
    QModelIndex current() const { return filter.mapToSource(view->currentIndex()); }
    void popUp(const QPoint &point);

    TransferList *q;
    TransferModel model;
    models::TransferFilter filter;
    models::TransferFeed feed;
    models::TransferSummary summary;
    QString summaryText;
    QTreeView *view;
    QLabel *nothing;
    QStackedWidget *stack;
    QPushButton *clear;
};

TransferList::Private::Private(TransferList *list, workspace::Workspace &workspace)
    : q(list), feed(model), view(new QTreeView(list)), nothing(makeMutedLabel(TransferList::tr("No transfers yet. Drop files on a machine's Files page to upload them."), list)),
      stack(new QStackedWidget(list)), clear(new QPushButton(TransferList::tr("Clear finished"), list))
{
    feed.setHiddenDestination(workspace.directories().cache + QStringLiteral("/drag/"));
    filter.setSourceModel(&model);
    view->setObjectName(QStringLiteral("transferView"));
    view->setAccessibleName(TransferList::tr("Transfers"));
    view->setModel(&filter);
    view->setItemDelegate(new TransferDelegate(view));
    view->setRootIsDecorated(false);
    view->setUniformRowHeights(true);
    view->setAllColumnsShowFocus(true);
    view->setMouseTracking(true); // the link under the pointer is underlined
    view->setFrameShape(QFrame::NoFrame);
    view->setTextElideMode(Qt::ElideMiddle);
    view->setContextMenuPolicy(Qt::CustomContextMenu);
    giveFlatHeader(view)->setStretchLastSection(false);
    view->header()->setSectionResizeMode(TransferModel::Name, QHeaderView::Stretch);
    view->setColumnWidth(TransferModel::Bytes, grid * 22);
    view->setColumnWidth(TransferModel::Rate, grid * 11);
    view->setColumnWidth(TransferModel::TimeLeft, grid * 12);
    view->setColumnWidth(TransferModel::State, grid * 22);
    view->setColumnWidth(TransferModel::Action, grid * 14);
    new SoftSelection(view);
    nothing->setAlignment(Qt::AlignCenter);
    clear->setObjectName(QStringLiteral("clearTransfersButton"));
    clear->setFlat(true);

    auto *only = new QToolButton(list);
    only->setObjectName(QStringLiteral("onlyUnfinishedButton"));
    only->setText(TransferList::tr("Only unfinished"));
    only->setCheckable(true);
    only->setAutoRaise(true);
    only->setFocusPolicy(Qt::StrongFocus);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(grid, 0, grid, 0);
    top->addStretch(1);
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
    QObject::connect(removeKey, &QAction::triggered, list, [this] { act(view->currentIndex(), TransferModel::RowAction::Cancel); });
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
    feed.watch(session->transfers());
    QObject::connect(session, &workspace::MachineSession::transfersReady, q, [this, session] { feed.watch(session->transfers()); });
}

void TransferList::Private::sumUp()
{
    summary = models::summarize(model.transfers());
    stack->setCurrentWidget(model.rowCount() == 0 ? static_cast<QWidget *>(nothing) : view);
    clear->setEnabled(summary.ended > 0);
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
    switch (action) {
    case TransferModel::RowAction::Cancel:
        if (transfer->isActive())
            queue->cancel(transfer->id);
        break;
    case TransferModel::RowAction::Retry:
        queue->retry(transfer->id);
        break;
    case TransferModel::RowAction::Reveal:
        QDesktopServices::openUrl(QUrl::fromLocalFile(transfer->destination));
        break;
    case TransferModel::RowAction::None:
        break;
    }
}

void TransferList::Private::clearFinished()
{
    QList<transfer::TransferQueue *> queues;
    for (int row = 0; row < model.rowCount(); ++row) {
        transfer::TransferQueue *queue = feed.queue(model.key(model.index(row, 0)));
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
    const auto offer = [&](const QString &text, TransferModel::RowAction action, bool possible) {
        QAction *entry = menu->addAction(text);
        entry->setEnabled(possible);
        QObject::connect(entry, &QAction::triggered, q, [this, index = QPersistentModelIndex(index), action] { act(index, action); });
    };
    offer(TransferList::tr("&Cancel"), TransferModel::RowAction::Cancel, transfer->isActive());
    offer(TransferList::tr("&Try again"), TransferModel::RowAction::Retry, TransferModel::actionFor(*transfer) == TransferModel::RowAction::Retry);
    offer(TransferList::tr("&Show in folder"), TransferModel::RowAction::Reveal, transfer->direction == transfer::Transfer::Direction::Download);
    menu->popup(view->viewport()->mapToGlobal(point));
}

} // namespace nimbook::ui
