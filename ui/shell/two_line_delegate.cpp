// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/two_line_delegate.h"

#include "ui/common/look.h"

#include <QPainter>

namespace nimbook::ui {

TwoLineDelegate::TwoLineDelegate(int secondRole, QObject *parent) : QStyledItemDelegate(parent), m_secondRole(secondRole) {}

void TwoLineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected || option.state.testFlag(QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(selected ? option.palette.color(QPalette::Highlight) : hoverColor(option.palette));
        painter->drawRoundedRect(QRectF(option.rect).adjusted(0, 1, 0, -1), grid * 3 / 4, grid * 3 / 4);
    }
    QRect box = option.rect.adjusted(grid, 0, -grid, 0);
    const auto icon = index.data(Qt::DecorationRole).value<QIcon>();
    if (!icon.isNull()) {
        const int side = option.fontMetrics.height() + 2;
        icon.paint(painter, QRect(box.left(), box.center().y() - side / 2, side, side));
    }
    if (index.data(Qt::DecorationRole).isValid())
        box.setLeft(box.left() + option.fontMetrics.height() + grid + 2);
    const QString second = index.data(m_secondRole).toString();
    const QString first = index.data().toString();
    const int secondWidth = second == first ? 0 : qMin(option.fontMetrics.horizontalAdvance(second), box.width() / 2);
    const QRect firstBox = box.adjusted(0, 0, -secondWidth - grid, 0);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(firstBox, Qt::AlignVCenter | Qt::AlignLeft, option.fontMetrics.elidedText(first, Qt::ElideRight, firstBox.width()));
    if (secondWidth > 0) {
        painter->setPen(mutedText(option.palette));
        const QRect secondBox(box.right() - secondWidth, box.top(), secondWidth + 1, box.height());
        painter->drawText(secondBox, Qt::AlignVCenter | Qt::AlignRight, option.fontMetrics.elidedText(second, Qt::ElideMiddle, secondBox.width()));
    }
    painter->restore();
}

QSize TwoLineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    return {grid * 30, option.fontMetrics.height() + grid * 2};
}

} // namespace nimbook::ui
