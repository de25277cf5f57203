// SPDX-License-Identifier: Apache-2.0
#include "ui/common/soft_selection.h"

#include "ui/common/look.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QEvent>

namespace nimbook::ui {

SoftSelection::SoftSelection(QAbstractItemView *view, bool onWindow) : QObject(view), m_view(view), m_onWindow(onWindow)
{
    view->installEventFilter(this);
    tint();
}

bool SoftSelection::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
        tint();
    return QObject::eventFilter(watched, event);
}

void SoftSelection::tint()
{
    if (m_tinting)
        return;
    m_tinting = true;
    const QPalette platform = QApplication::palette();
    const QColor ground = platform.color(QPalette::Active, m_onWindow ? QPalette::Window : QPalette::Base);
    const QColor accent = platform.color(QPalette::Active, QPalette::Highlight);
    QPalette mine;
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
        mine.setColor(group, QPalette::Base, ground);
        mine.setColor(group, QPalette::Highlight, mix(ground, accent, group == QPalette::Active ? 0.24 : 0.16));
        mine.setColor(group, QPalette::HighlightedText, platform.color(group, QPalette::Text));
    }
    m_view->setPalette(mine);
    m_tinting = false;
}

} // namespace nimbook::ui
