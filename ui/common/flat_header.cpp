// SPDX-License-Identifier: Apache-2.0
#include "ui/common/flat_header.h"

#include "ui/common/look.h"

#include <QApplication>
#include <QPainter>
#include <QTreeView>

namespace nimbook::ui {

namespace {

constexpr int arrowWidth = grid;

void paintSortArrow(QPainter *painter, const QPointF &center, Qt::SortOrder order, const QColor &color)
{
    const double half = arrowWidth / 2.0 - 0.5;
    const double rise = order == Qt::AscendingOrder ? -half / 2 : half / 2;
    const QPointF points[] = {{center.x() - half, center.y() - rise}, {center.x(), center.y() + rise}, {center.x() + half, center.y() - rise}};
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(color, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(points, 3);
}

} // namespace

FlatHeader::FlatHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setHighlightSections(false);
    setMouseTracking(true);
    setAttribute(Qt::WA_Hover);
}

QSize FlatHeader::sectionSizeFromContents(int section) const
{
    const QString title = model() ? model()->headerData(section, Qt::Horizontal).toString() : QString();
    return {fontMetrics().horizontalAdvance(title) + grid * 3 + arrowWidth, fontMetrics().height() + grid + grid / 2};
}

void FlatHeader::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const QPalette palette = QApplication::palette();
    painter.fillRect(viewport()->rect(), palette.color(QPalette::Base));
    painter.setPen(separatorColor(palette));
    painter.drawLine(viewport()->rect().bottomLeft(), viewport()->rect().bottomRight());
    painter.end();
    QHeaderView::paintEvent(event);
}

void FlatHeader::paintSection(QPainter *painter, const QRect &box, int section) const
{
    if (!box.isValid())
        return;
    const QPalette palette = QApplication::palette();
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == section;
    const bool under = underMouse() && sectionsClickable() && box.contains(viewport()->mapFromGlobal(QCursor::pos()));
    painter->save();
    painter->fillRect(box, palette.color(QPalette::Base));
    if (under)
        painter->fillRect(box.adjusted(0, 0, 0, -1), hoverColor(palette));
    painter->setPen(separatorColor(palette));
    painter->drawLine(box.bottomLeft(), box.bottomRight());

    const QRect inside = box.adjusted(grid, 0, -grid / 2, 0);
    const QString title = model()->headerData(section, Qt::Horizontal).toString();
    const QString shown = fontMetrics().elidedText(title, Qt::ElideRight, inside.width() - (sorted ? arrowWidth + grid / 2 : 0));
    const QColor ink = sorted ? palette.color(QPalette::Active, QPalette::Text) : mutedText(palette);
    const bool right = (model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt() & Qt::AlignRight) != 0;
    painter->setFont(font());
    painter->setPen(ink);
    painter->drawText(inside, Qt::TextSingleLine | Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft), shown);
    if (sorted && !right) {
        const double x = inside.left() + fontMetrics().horizontalAdvance(shown) + grid;
        paintSortArrow(painter, {x, box.center().y() + 0.5}, sortIndicatorOrder(), ink);
    }
    painter->restore();
}

FlatHeader *giveFlatHeader(QTreeView *view)
{
    auto *header = new FlatHeader(view);
    view->setHeader(header);
    header->setSectionsMovable(true);
    header->setSectionsClickable(view->isSortingEnabled());
    header->setSortIndicatorShown(view->isSortingEnabled());
    return header;
}

} // namespace nimbook::ui
