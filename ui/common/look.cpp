// SPDX-License-Identifier: Apache-2.0
#include "ui/common/look.h"

#include <QApplication>
#include <QEvent>
#include <QFontMetrics>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>

namespace nimbook::ui {

namespace {

class MutedLabel final : public QLabel {
public:
    MutedLabel(const QString &text, QWidget *parent) : QLabel(text, parent) { tint(); }

protected:
    void changeEvent(QEvent *event) override
    {
        QLabel::changeEvent(event);
        if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
            tint();
    }

private:
    void tint()
    {
        const QColor color = mutedText(QApplication::palette());
        if (palette().color(QPalette::WindowText) == color)
            return; // setting a palette announces a palette change again
        QPalette mine;
        // On a page whose ground is Base a label writes in Text instead.
        mine.setColor(QPalette::WindowText, color);
        mine.setColor(QPalette::Text, color);
        setPalette(mine);
    }
};

} // namespace

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

QColor mix(const QColor &from, const QColor &to, double amount)
{
    const auto blend = [amount](float a, float b) { return float(a + (b - a) * amount); };
    return QColor::fromRgbF(blend(from.redF(), to.redF()), blend(from.greenF(), to.greenF()), blend(from.blueF(), to.blueF()));
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    const bool dark = isDark(palette);
    // Only the hue is ours; how light it is follows the ground it stands on.
    const auto hue = [dark](float degrees, float saturation) {
        return QColor::fromHslF(degrees / 360.0f, saturation, dark ? 0.64f : 0.36f);
    };
    switch (tone) {
    case Tone::Good: return hue(146, dark ? 0.5f : 0.7f);
    case Tone::Busy: return hue(212, dark ? 0.75f : 0.7f);
    case Tone::Warning: return hue(36, dark ? 0.8f : 0.9f);
    case Tone::Bad: return hue(4, dark ? 0.8f : 0.68f);
    case Tone::Accent: return palette.color(QPalette::Active, QPalette::Highlight);
    case Tone::Idle: break;
    }
    return mutedText(palette);
}

QColor mutedText(const QPalette &palette)
{
    return mix(palette.color(QPalette::Active, QPalette::WindowText), palette.color(QPalette::Active, QPalette::Window), 0.36);
}

QColor separatorColor(const QPalette &palette)
{
    return mix(palette.color(QPalette::Active, QPalette::Window), palette.color(QPalette::Active, QPalette::WindowText), 0.14);
}

QColor hoverColor(const QPalette &palette)
{
    QColor color = palette.color(QPalette::Active, QPalette::WindowText);
    color.setAlphaF(0.05f);
    return color;
}

QFont titleFont(const QFont &base)
{
    QFont font = base;
    if (base.pointSizeF() > 0)
        font.setPointSizeF(base.pointSizeF() * 1.5);
    else
        font.setPixelSize(base.pixelSize() * 3 / 2);
    font.setWeight(QFont::DemiBold);
    return font;
}

void paintMark(QPainter *painter, const QRectF &box, Mark mark, const QColor &color)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const double side = qMin(box.width(), box.height());
    const double line = qMax(1.5, side / 7);
    QRectF shape(0, 0, side - line, side - line);
    shape.moveCenter(box.center());
    QPen pen(color, line, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    switch (mark) {
    case Mark::Disc:
        painter->setBrush(color);
        painter->drawEllipse(shape);
        break;
    case Mark::HalfDisc: {
        painter->drawEllipse(shape);
        painter->setPen(Qt::NoPen);
        painter->setBrush(color);
        painter->drawPie(shape, 90 * 16, 180 * 16);
        break;
    }
    case Mark::Ring:
        painter->drawEllipse(shape);
        break;
    case Mark::Pause: {
        const double gap = side * 0.22;
        painter->setPen(QPen(color, line * 1.6, Qt::SolidLine, Qt::RoundCap));
        for (const double x : {shape.center().x() - gap, shape.center().x() + gap})
            painter->drawLine(QPointF(x, shape.top() + line / 2), QPointF(x, shape.bottom() - line / 2));
        break;
    }
    case Mark::Cross:
        shape.adjust(line / 2, line / 2, -line / 2, -line / 2);
        painter->drawLine(shape.topLeft(), shape.bottomRight());
        painter->drawLine(shape.topRight(), shape.bottomLeft());
        break;
    case Mark::Triangle: {
        const QPointF corners[] = {{shape.center().x(), shape.top()}, shape.bottomRight(), shape.bottomLeft()};
        painter->drawPolygon(corners, 3);
        break;
    }
    case Mark::Check: {
        const QPointF points[] = {{shape.left(), shape.center().y() + side * 0.05},
                                  {shape.left() + shape.width() * 0.36, shape.bottom() - shape.height() * 0.14},
                                  {shape.right(), shape.top() + shape.height() * 0.16}};
        painter->drawPolyline(points, 3);
        break;
    }
    case Mark::Dash:
        painter->drawLine(QPointF(shape.left() + line / 2, shape.center().y()), QPointF(shape.right() - line / 2, shape.center().y()));
        break;
    }
    painter->restore();
}

int chipWidth(const QFontMetrics &metrics, const QString &word)
{
    return metrics.horizontalAdvance(word) + metrics.height() * 2 / 3 + grid * 2 + grid * 3 / 4;
}

int paintChip(QPainter *painter, const QRect &box, Mark mark, Tone tone, const QString &word, const QPalette &palette)
{
    const QFontMetrics metrics = painter->fontMetrics();
    const int width = qMin(box.width(), chipWidth(metrics, word));
    const int height = qMin(box.height(), metrics.height() + grid);
    const QRect chip(box.left(), box.center().y() - height / 2, width, height);
    const QColor color = toneColor(tone, palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QColor ground = color;
    ground.setAlphaF(isDark(palette) ? 0.20f : 0.12f);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(chip, height / 2.0, height / 2.0);
    const int side = metrics.height() * 2 / 3;
    const QRectF markBox(chip.left() + grid, chip.top() + (height - side) / 2.0, side, side);
    paintMark(painter, markBox, mark, color);
    painter->setPen(palette.color(QPalette::WindowText));
    const QRect text = chip.adjusted(grid + side + grid * 3 / 4, 0, -grid / 2, 0);
    painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                      metrics.elidedText(word, Qt::ElideRight, text.width()));
    painter->restore();
    return width;
}

QLabel *makeMutedLabel(const QString &text, QWidget *parent)
{
    return new MutedLabel(text, parent);
}

} // namespace nimbook::ui
