// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/rail_button.h"

#include "ui/common/look.h"
#include "ui/common/symbolic_icon.h"

#include <QPainter>

namespace nimbook::ui {

RailButton::RailButton(const QString &iconName, const QString &text, QWidget *parent) : QAbstractButton(parent)
{
    setText(text);
    setIcon(symbolicIcon(iconName));
    setAccessibleName(text);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize RailButton::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(text()) + grid * 6, fontMetrics().height() + grid * 2};
}

void RailButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor accent = toneColor(Tone::Accent, palette());
    const QRectF row = QRectF(rect()).adjusted(1, 1, -1, -1);
    painter.setPen(hasFocus() ? QPen(accent, 1.5) : QPen(Qt::NoPen));
    if (isChecked())
        painter.setBrush(mix(palette().color(QPalette::Window), accent, 0.24));
    else if (underMouse() || isDown())
        painter.setBrush(hoverColor(palette()));
    if (hasFocus() || painter.brush() != Qt::NoBrush)
        painter.drawRoundedRect(row, grid * 3 / 4, grid * 3 / 4);
    const int side = fontMetrics().height() + 1;
    icon().paint(&painter, QRect(grid - 2, (height() - side) / 2, side, side));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(rect().adjusted(grid * 3 / 2 + side, 0, -grid, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
}

} // namespace nimbook::ui
