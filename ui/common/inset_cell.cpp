// SPDX-License-Identifier: Apache-2.0
#include "ui/common/inset_cell.h"

#include "ui/common/look.h"

#include <QApplication>
#include <QStyle>

namespace nimbook::ui {

QRect insetCellRect(const QStyleOptionViewItem &item)
{
    const QStyle *style = item.widget ? item.widget->style() : QApplication::style();
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, item.widget) + 1;
    return item.rect.adjusted(grid - margin, 0, margin - grid, 0);
}

void paintInsetCell(QPainter *painter, QStyleOptionViewItem item)
{
    const QStyle *style = item.widget ? item.widget->style() : QApplication::style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
    item.state &= ~QStyle::State_Selected; // that ground is drawn, and stays light enough for the usual ink
    item.rect = insetCellRect(item);
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
}

} // namespace nimbook::ui
