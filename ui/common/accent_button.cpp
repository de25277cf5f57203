// SPDX-License-Identifier: Apache-2.0
#include "ui/common/accent_button.h"

#include "ui/common/look.h"

#include <QPainter>

#include <cmath>

namespace nimbook::ui {

namespace {

double luminance(const QColor &color)
{
    const auto channel = [](double value) { return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4); };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

/// The accent, as much darker or lighter as its text needs. Source of 4.5: WCAG 2.1, 1.4.3.
QColor readableGround(QColor ground, const QColor &text)
{
    const bool lightText = luminance(text) > 0.4;
    const QColor away = lightText ? QColor(Qt::black) : QColor(Qt::white);
    for (int step = 0; step < 20; ++step) {
        const double a = luminance(ground) + 0.05;
        const double b = luminance(text) + 0.05;
        if (qMax(a, b) / qMin(a, b) >= 4.5)
            break;
        ground = mix(ground, away, 0.06);
    }
    return ground;
}

} // namespace

AccentButton::AccentButton(const QString &text, QWidget *parent, Kind kind) : QPushButton(text, parent), m_kind(kind)
{
    setAttribute(Qt::WA_Hover);
}

QSize AccentButton::sizeHint() const
{
    const int icon = this->icon().isNull() ? 0 : iconSize().width() + grid * 3 / 4;
    return {fontMetrics().horizontalAdvance(text()) + icon + grid * 4, qMax(QPushButton::sizeHint().height(), grid * 4)};
}

void AccentButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool destroys = m_kind == Kind::Destructive;
    QColor text = destroys ? QColor(Qt::white) : palette().color(QPalette::Active, QPalette::HighlightedText);
    QColor ground = readableGround(destroys ? toneColor(Tone::Bad, palette()) : palette().color(QPalette::Active, QPalette::Highlight), text);
    if (!isEnabled()) {
        ground = mix(palette().color(QPalette::Window), palette().color(QPalette::WindowText), 0.12);
        text = palette().color(QPalette::Disabled, QPalette::ButtonText);
    } else if (isDown()) {
        ground = mix(ground, Qt::black, 0.18);
    } else if (underMouse()) {
        ground = mix(ground, Qt::white, 0.10);
    }
    QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (hasFocus()) {
        painter.setPen(QPen(ground, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), grid * 3 / 4, grid * 3 / 4);
        box.adjust(3, 3, -3, -3);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    painter.drawRoundedRect(box, grid * 5 / 8, grid * 5 / 8);

    const int iconSide = icon().isNull() ? 0 : iconSize().width();
    const int gap = iconSide ? grid * 3 / 4 : 0;
    QString plain = this->text();
    plain.remove(QLatin1Char('&'));
    int left = (width() - fontMetrics().horizontalAdvance(plain) - iconSide - gap) / 2;
    if (iconSide) {
        icon().paint(&painter, QRect(left, (height() - iconSide) / 2, iconSide, iconSide), Qt::AlignCenter,
                     isEnabled() ? QIcon::Selected : QIcon::Disabled);
        left += iconSide + gap;
    }
    painter.setPen(text);
    painter.drawText(QRect(left, 0, width() - left, height()), Qt::AlignVCenter | Qt::AlignLeft, plain);
}

} // namespace nimbook::ui
