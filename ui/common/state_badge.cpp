// SPDX-License-Identifier: Apache-2.0
#include "ui/common/state_badge.h"

#include <QFontMetrics>
#include <QPainter>

namespace nimbook::ui {

StateBadge::StateBadge(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StateBadge::setState(Mark mark, Tone tone, const QString &word)
{
    if (mark == m_mark && tone == m_tone && word == m_word)
        return;
    m_mark = mark;
    m_tone = tone;
    m_word = word;
    setAccessibleName(tr("State: %1").arg(word));
    updateGeometry();
    update();
}

QSize StateBadge::sizeHint() const
{
    return {chipWidth(fontMetrics(), m_word), fontMetrics().height() + grid};
}

void StateBadge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintChip(&painter, rect(), m_mark, m_tone, m_word, palette());
}

} // namespace nimbook::ui
