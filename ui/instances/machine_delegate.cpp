// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_delegate.h"

#include "models/instance_model.h"
#include "ui/common/look.h"
#include "ui/instances/machine_look.h"

#include <QApplication>
#include <QPainter>

namespace nimbook::ui {

using models::InstanceModel;

void MachineDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const QString text = cell.text;
    cell.text.clear();
    cell.state &= ~QStyle::State_HasFocus; // the whole row is marked, not one cell of it
    const QStyle *style = cell.widget ? cell.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);

    const QRect box = option.rect.adjusted(grid, 0, -grid, 0);
    painter->save();
    painter->setFont(cell.font);
    if (index.column() == InstanceModel::State) {
        const auto look = machineLook(cloud::MachineState(index.data(InstanceModel::StateRole).toInt()));
        paintChip(painter, box, look.mark, look.tone, text, option.palette);
    } else {
        const bool primary = index.column() == InstanceModel::Name;
        if (primary) {
            QFont bold = cell.font;
            bold.setWeight(QFont::DemiBold);
            painter->setFont(bold);
        }
        const bool quiet = index.column() == InstanceModel::Age || index.column() == InstanceModel::Address
            || index.column() == InstanceModel::Zone;
        painter->setPen(quiet ? mutedText(option.palette) : option.palette.color(QPalette::Text));
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, Qt::ElideMiddle, box.width()));
    }
    painter->setPen(separatorColor(option.palette));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
    painter->restore();
}

QSize MachineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(qMax(grid * 5, option.fontMetrics.height() + grid * 3));
    return size;
}

} // namespace nimbook::ui
