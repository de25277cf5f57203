// SPDX-License-Identifier: Apache-2.0
#include "ui/common/row_delegate.h"

#include "ui/common/look.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QPainter>

namespace nimbook::ui {

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    painter->fillRect(option.rect, option.palette.color(QPalette::Base));
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, option.palette.color(QPalette::Highlight));
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, hoverColor(option.palette));
    // Where the keyboard is: a bar at the row's beginning instead of a frame around it.
    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    if (index.column() == 0 && view && view->hasFocus() && view->currentIndex().row() == index.row())
        painter->fillRect(QRect(option.rect.topLeft(), QSize(3, option.rect.height() - 1)), toneColor(Tone::Accent, QApplication::palette()));
    painter->setPen(separatorColor(option.palette));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->setFont(option.font);
    painter->setPen(option.palette.color(QPalette::Text));
    paintContent(painter, option.rect.adjusted(grid, 0, -grid, 0), option, index);
    painter->restore();
}

void RowDelegate::paintContent(QPainter *painter, const QRect &box, const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const int alignment = index.data(Qt::TextAlignmentRole).isValid() ? index.data(Qt::TextAlignmentRole).toInt()
                                                                       : int(Qt::AlignLeft | Qt::AlignVCenter);
    painter->drawText(box, alignment | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, box.width()));
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(option.fontMetrics.height() + grid * 2);
    return size;
}

} // namespace nimbook::ui
