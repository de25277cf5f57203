// SPDX-License-Identifier: Apache-2.0
#include "ui/signin/door_button.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QEvent>
#include <QPainter>

namespace nimbook::ui {

namespace {
constexpr int doorIconSide = grid * 4;
constexpr int doorPadding = grid * 2 + grid / 2;
constexpr int doorArrowSide = grid * 2 + grid / 2;
} // namespace

DoorButton::DoorButton(const QString &iconName, const QString &title, const QString &sentence, QWidget *parent)
    : QAbstractButton(parent), m_sentence(sentence)
{
    setText(title);
    setIcon(symbolicIcon(iconName, QPalette::Highlight));
    setAccessibleName(title);
    setAccessibleDescription(sentence);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QFont DoorButton::nameFont() const
{
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    return bold;
}

QRect DoorButton::textArea(int width) const
{
    const int left = doorPadding + doorIconSide + doorPadding;
    return QRect(left, 0, width - left - doorArrowSide - doorPadding * 2, 0);
}

int DoorButton::heightForWidth(int width) const
{
    if (m_sentence.isEmpty())
        return doorIconSide + doorPadding;
    const int sentence = fontMetrics().boundingRect(QRect(0, 0, textArea(width).width(), 1000), Qt::TextWordWrap, m_sentence).height();
    return QFontMetrics(nameFont()).height() + grid / 2 + sentence + doorPadding * 2;
}

QSize DoorButton::sizeHint() const
{
    const int width = grid * 66;
    return {width, heightForWidth(width)};
}

QSize DoorButton::minimumSizeHint() const
{
    return {grid * 40, heightForWidth(grid * 66)};
}

bool DoorButton::event(QEvent *event)
{
    if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave)
        update();
    return QAbstractButton::event(event);
}

void DoorButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor base = palette().color(QPalette::Base);
    const QColor accent = toneColor(Tone::Accent, palette());
    const bool warm = isEnabled() && (underMouse() || isDown());
    painter.setBrush(warm ? mix(base, accent, isDown() ? 0.16 : 0.07) : base);
    painter.setPen(hasFocus() ? QPen(accent, 2) : QPen(warm ? mix(base, accent, 0.6) : separatorColor(palette()), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), grid, grid);

    const auto mode = isEnabled() ? QIcon::Normal : QIcon::Disabled;
    icon().paint(&painter, QRect(doorPadding, (height() - doorIconSide) / 2, doorIconSide, doorIconSide), Qt::AlignCenter, mode);
    static const QIcon arrow = symbolicIcon(QStringLiteral("chevron-right"));
    arrow.paint(&painter, QRect(width() - doorPadding - doorArrowSide, (height() - doorArrowSide) / 2, doorArrowSide, doorArrowSide),
                Qt::AlignCenter, mode);

    QRect text = textArea(width());
    text.setTop(doorPadding);
    text.setBottom(height());
    painter.setFont(nameFont());
    painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::WindowText));
    if (m_sentence.isEmpty()) {
        text.setTop(0);
        painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft, painter.fontMetrics().elidedText(this->text(), Qt::ElideMiddle, text.width()));
        return;
    }
    painter.drawText(text, Qt::AlignTop | Qt::AlignLeft, this->text());
    text.translate(0, painter.fontMetrics().height() + grid / 2);
    painter.setFont(font());
    painter.setPen(mutedText(palette()));
    painter.drawText(text, Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_sentence);
}

} // namespace nimbook::ui
