// SPDX-License-Identifier: Apache-2.0
#include "ui/common/accent_button.h"

#include <QApplication>
#include <QEvent>

namespace nimbook::ui {

AccentButton::AccentButton(const QString &text, QWidget *parent) : QPushButton(text, parent)
{
    tint();
}

void AccentButton::changeEvent(QEvent *event)
{
    QPushButton::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange
        || event->type() == QEvent::EnabledChange)
        tint();
}

void AccentButton::tint()
{
    if (m_tinting)
        return;
    m_tinting = true;
    const QPalette platform = QApplication::palette();
    QPalette mine;
    if (isEnabled()) {
        mine.setColor(QPalette::Button, platform.color(QPalette::Active, QPalette::Highlight));
        mine.setColor(QPalette::ButtonText, platform.color(QPalette::Active, QPalette::HighlightedText));
    }
    setPalette(mine);
    m_tinting = false;
}

} // namespace nimbook::ui
