// SPDX-License-Identifier: Apache-2.0
#include "ui/common/busy_spinner.h"

#include "ui/common/look.h"

#include <QPainter>
#include <QStyle>
#include <QTimerEvent>

namespace nimbook::ui {

BusySpinner::BusySpinner(int side, QWidget *parent) : QWidget(parent), m_side(side)
{
    setFixedSize(side, side);
    setAccessibleName(tr("Busy"));
}

void BusySpinner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double line = qMax(1.5, m_side / 9.0);
    const QRectF ring = QRectF(rect()).adjusted(line, line, -line, -line);
    painter.setPen(QPen(separatorColor(palette()), line));
    painter.drawEllipse(ring);
    painter.setPen(QPen(toneColor(Tone::Accent, palette()), line, Qt::SolidLine, Qt::RoundCap));
    painter.drawArc(ring, -m_angle * 16, 100 * 16);
}

void BusySpinner::showEvent(QShowEvent *)
{
    // A desktop that asks for no animations gets a still arc.
    if (style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) > 0)
        m_timer.start(40, this);
}

void BusySpinner::hideEvent(QHideEvent *)
{
    m_timer.stop();
}

void BusySpinner::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return;
    m_angle = (m_angle + 14) % 360;
    update();
}

} // namespace nimbook::ui
