// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_delegate.h"

#include "models/instance_model.h"
#include "ui/common/look.h"
#include "ui/instances/machine_look.h"

#include <QPainter>

namespace nimbook::ui {

using models::InstanceModel;

void MachineDelegate::paintContent(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data().toString();
    switch (index.column()) {
    case InstanceModel::State: {
        const auto look = machineLook(cloud::MachineState(index.data(InstanceModel::StateRole).toInt()));
        paintChip(painter, box, look.mark, look.tone, text, option.palette);
        return;
    }
    case InstanceModel::Name: {
        QFont bold = option.font;
        bold.setWeight(QFont::DemiBold);
        painter->setFont(bold);
        break;
    }
    case InstanceModel::Age:
    case InstanceModel::Address:
    case InstanceModel::Zone: painter->setPen(mutedText(option.palette)); break;
    case InstanceModel::Gpu:
        if (text.isEmpty()) { // an empty cell reads as "not loaded yet"
            painter->setPen(mutedText(option.palette));
            painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft, tr("none"));
            return;
        }
        break;
    default: break;
    }
    painter->drawText(box, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(text, Qt::ElideMiddle, box.width()));
}

QSize MachineDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = RowDelegate::sizeHint(option, index);
    size.setHeight(qMax(grid * 5, option.fontMetrics.height() + grid * 3));
    return size;
}

} // namespace nimbook::ui
