// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/rail_delegate.h"

#include "models/instance_groups.h"
#include "models/instance_model.h"
#include "ui/common/look.h"
#include "ui/instances/machine_look.h"

#include <QApplication>
#include <QLocale>
#include <QPainter>

namespace nimbook::ui {

using models::InstanceGroups;
using models::InstanceModel;

namespace {

QString railSubtitle(const cloud::Instance &machine)
{
    const cloud::MachineState state = machine.state();
    if (models::machineGroup(state) == models::MachineGroup::Changing || state == cloud::MachineState::Suspended)
        return models::stateText(state);
    const QString gpu = models::gpuText(machine);
    return (gpu.isEmpty() ? machine.machineType : gpu) + QStringLiteral(" · ") + machine.ref.zone;
}

void paintHeading(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index)
{
    const QRect box = option.rect.adjusted(grid * 2, 0, -grid * 2, -grid * 3 / 4);
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(mutedText(option.palette));
    painter->drawText(box, Qt::AlignBottom | Qt::AlignLeft, index.data().toString());
    painter->setFont(option.font);
    painter->drawText(box, Qt::AlignBottom | Qt::AlignRight, QLocale().toString(index.data(InstanceGroups::CountRole).toInt()));
}

} // namespace

void RailDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    if (index.data(InstanceGroups::IsHeadingRole).toBool()) {
        paintHeading(painter, option, index);
        painter->restore();
        return;
    }
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF row = QRectF(option.rect).adjusted(grid, 1, -grid, -1);
    if (option.state.testFlag(QStyle::State_Selected) || option.state.testFlag(QStyle::State_MouseOver)) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(option.state.testFlag(QStyle::State_Selected) ? option.palette.color(QPalette::Highlight)
                                                                        : hoverColor(option.palette));
        painter->drawRoundedRect(row, grid * 3 / 4, grid * 3 / 4);
    }
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange)) {
        painter->setPen(QPen(toneColor(Tone::Accent, QApplication::palette()), 1.5));
        painter->setBrush(Qt::NoBrush);
        painter->drawRoundedRect(row.adjusted(1, 1, -1, -1), grid * 3 / 4, grid * 3 / 4);
    }
    const auto machine = index.data(InstanceModel::InstanceRole).value<cloud::Instance>();
    const MachineLook look = machineLook(machine.state());
    const int line = option.fontMetrics.height();
    const int top = int(row.center().y()) - line - 1;
    const double side = line * 0.72;
    const double left = row.left() + grid;
    paintMark(painter, QRectF(left, top + (line - side) / 2, side, side), look.mark, toneColor(look.tone, option.palette));

    const int textLeft = int(left + side) + grid;
    const QRect name(textLeft, top, int(row.right()) - textLeft - grid / 2, line);
    painter->setPen(option.palette.color(QPalette::Text));
    painter->drawText(name, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(machine.ref.name, Qt::ElideMiddle, name.width()));
    painter->setPen(mutedText(option.palette));
    const QRect subtitle = name.translated(0, line + 2);
    painter->drawText(subtitle, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      option.fontMetrics.elidedText(railSubtitle(machine), Qt::ElideRight, subtitle.width()));
    painter->restore();
}

QSize RailDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    // One height for headings and machines: thousands of rows are laid out without asking each.
    return {grid * 20, option.fontMetrics.height() * 2 + grid * 2 + 2};
}

} // namespace nimbook::ui
