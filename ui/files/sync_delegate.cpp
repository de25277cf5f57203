// SPDX-License-Identifier: Apache-2.0
#include "ui/files/sync_delegate.h"

#include "models/sync_model.h"
#include "ui/common/inset_cell.h"
#include "ui/common/look.h"

#include <algorithm>

namespace nimbook::ui {

using models::SyncModel;
using sync::Action;

namespace {

QString actionSign(Action action)
{
    switch (action) {
    case Action::Upload: return QStringLiteral("→  ");
    case Action::Download: return QStringLiteral("←  ");
    case Action::KeepBoth: return QStringLiteral("⇄  ");
    case Action::DeleteHere:
    case Action::DeleteThere: return QStringLiteral("✕  ");
    case Action::Nothing: break;
    }
    return QStringLiteral("·  ");
}

} // namespace

void SyncDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const auto action = Action(index.data(SyncModel::ActionRole).toInt());
    if (index.column() == SyncModel::Doing) {
        item.text.prepend(actionSign(action));
        if (action == Action::DeleteHere || action == Action::DeleteThere)
            item.palette.setColor(QPalette::Text, toneColor(Tone::Bad, item.palette));
    }
    if (action == Action::Nothing || index.column() == SyncModel::What || index.column() >= SyncModel::Here)
        item.palette.setColor(QPalette::Text, mutedText(item.palette));
    if (index.column() == SyncModel::Path)
        item.textElideMode = Qt::ElideMiddle;
    paintInsetCell(painter, item);
}

QSize SyncDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(size.height(), option.fontMetrics.height() + grid));
    return size;
}

bool SyncDelegate::editorEvent(QEvent *event, QAbstractItemModel *model, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    QStyleOptionViewItem drawn = option;
    drawn.rect = insetCellRect(option); // the tick is hit where it is seen
    return QStyledItemDelegate::editorEvent(event, model, drawn, index);
}

} // namespace nimbook::ui
