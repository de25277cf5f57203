// SPDX-License-Identifier: Apache-2.0
#include "ui/files/transfer_delegate.h"

#include "models/transfer_model.h"
#include "ui/common/inset_cell.h"
#include "ui/common/look.h"

#include <QPainter>

namespace nimbook::ui {

using models::TransferModel;
using State = transfer::Transfer::State;

namespace {

struct TransferLook {
    Mark mark;
    Tone tone;
};

TransferLook transferLook(State state)
{
    switch (state) {
    case State::Waiting: return {Mark::Ring, Tone::Idle};
    case State::Planning:
    case State::Running: return {Mark::HalfDisc, Tone::Busy};
    case State::Paused: return {Mark::Pause, Tone::Idle};
    case State::NeedsAnswer: return {Mark::Triangle, Tone::Warning};
    case State::Done: return {Mark::Check, Tone::Good};
    case State::DoneWithErrors: return {Mark::Triangle, Tone::Warning};
    case State::Failed: return {Mark::Cross, Tone::Bad};
    case State::Cancelled: break;
    }
    return {Mark::Dash, Tone::Idle};
}

} // namespace

void TransferDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() == TransferModel::Bytes) {
        paintProgress(painter, option, index);
        return;
    }
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    if (index.column() == TransferModel::State) {
        const QString text = std::exchange(item.text, {});
        paintInsetCell(painter, item);
        if (text.isEmpty())
            return;
        const TransferLook look = transferLook(State(index.data(TransferModel::StateRole).toInt()));
        const int side = item.fontMetrics.height() * 2 / 3;
        const QRect cell = item.rect.adjusted(grid, 0, -grid, 0);
        paintMark(painter, QRectF(cell.left(), cell.center().y() - side / 2.0, side, side), look.mark, toneColor(look.tone, item.palette));
        painter->setPen(item.palette.color(QPalette::Text));
        painter->setFont(item.font);
        const QRect words = cell.adjusted(side + grid * 3 / 4, 0, 0, 0);
        painter->drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, item.fontMetrics.elidedText(text, Qt::ElideRight, words.width()));
        return;
    }
    if (index.column() == TransferModel::Action) {
        item.palette.setColor(QPalette::Text, item.palette.color(QPalette::Link));
        item.font.setUnderline(item.state.testFlag(QStyle::State_MouseOver));
    }
    paintInsetCell(painter, item);
}

void TransferDelegate::paintProgress(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString text = std::exchange(item.text, {});
    paintInsetCell(painter, item);

    const auto state = State(index.data(TransferModel::StateRole).toInt());
    const double fraction = index.data(TransferModel::FractionRole).toDouble();
    if (text.isEmpty() && fraction < 0)
        return; // a row that is about no bytes
    const QRect cell = item.rect.adjusted(grid, 0, -grid, 0);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setFont(item.font);
    painter->setPen(item.palette.color(QPalette::Text));
    if (state == State::Done || state == State::Cancelled || state == State::Waiting) { // nothing moves: a bar would only shout
        painter->drawText(cell, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, item.fontMetrics.elidedText(text, Qt::ElideRight, cell.width()));
        painter->restore();
        return;
    }
    const int barHeight = grid / 2;
    const int textHeight = item.fontMetrics.height();
    const int top = cell.center().y() - (textHeight + barHeight + 2) / 2;
    painter->drawText(QRect(cell.left(), top, cell.width(), textHeight), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                      item.fontMetrics.elidedText(text, Qt::ElideRight, cell.width()));
    const QRectF track(cell.left(), top + textHeight + 2, cell.width(), barHeight);
    painter->setPen(Qt::NoPen);
    painter->setBrush(separatorColor(item.palette));
    painter->drawRoundedRect(track, barHeight / 2.0, barHeight / 2.0);
    if (fraction > 0) {
        QRectF done = track;
        done.setWidth(std::max<double>(barHeight, track.width() * std::min(1.0, fraction)));
        painter->setBrush(toneColor(state == State::Running ? Tone::Accent : transferLook(state).tone, item.palette));
        painter->drawRoundedRect(done, barHeight / 2.0, barHeight / 2.0);
    }
    painter->restore();
}

QSize TransferDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    QSize size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(option.fontMetrics.height() + grid * 2);
    return size;
}

} // namespace nimbook::ui
