// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/step_delegate.h"

#include "models/step_model.h"
#include "ui/common/look.h"

#include <QPainter>

namespace nimbook::ui {

namespace {

std::pair<Mark, Tone> stepLook(Step::State state)
{
    switch (state) {
    case Step::State::Running: return {Mark::HalfDisc, Tone::Busy};
    case Step::State::Done: return {Mark::Check, Tone::Good};
    case Step::State::Failed: return {Mark::Cross, Tone::Bad};
    case Step::State::Skipped: return {Mark::Dash, Tone::Good};
    case Step::State::Cancelled: return {Mark::Dash, Tone::Warning};
    case Step::State::Pending: break;
    }
    return {Mark::Ring, Tone::Idle};
}

} // namespace

void StepDelegate::paintContent(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const auto state = Step::State(index.data(models::StepModel::StateRole).toInt());
    if (state == Step::State::Failed) {
        QFont font = option.font;
        font.setWeight(QFont::DemiBold);
        painter->setFont(font);
    } else if (state == Step::State::Pending) {
        painter->setPen(mutedText(option.palette));
    }
    QRect rest = box;
    if (index.column() == models::StepModel::State) {
        const auto [mark, tone] = stepLook(state);
        const qreal size = grid * 1.5;
        paintMark(painter, QRectF(box.left(), box.center().y() - size / 2 + 0.5, size, size), mark, toneColor(tone, option.palette));
        rest.adjust(grid * 2, 0, 0, 0);
    }
    RowDelegate::paintContent(painter, rest, option, index);
}

} // namespace nimbook::ui
