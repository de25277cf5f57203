// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/user_gesture.h"

#include <QCoreApplication>
#include <QEvent>
#include <QWidget>

namespace nimbook::ui {

// From the click to the navigation that it causes: a busy page takes its time.
static constexpr qint64 gestureLasts = 2'000; // ms

UserGesture::UserGesture(QWidget *view) : QObject(view), m_view(view)
{
    // The engine's widget takes the events, and may be another one after a crash: so all of the program's go by here.
    QCoreApplication::instance()->installEventFilter(this);
}

bool UserGesture::isFresh() const
{
    return m_last.isValid() && m_last.elapsed() < gestureLasts;
}

bool UserGesture::eventFilter(QObject *watched, QEvent *event)
{
    const auto type = event->type();
    if (type == QEvent::MouseButtonPress || type == QEvent::MouseButtonRelease || type == QEvent::KeyPress || type == QEvent::TouchEnd) {
        const auto *widget = qobject_cast<QWidget *>(watched);
        if (widget && (widget == m_view || m_view->isAncestorOf(widget)))
            m_last.start();
    }
    return false;
}

} // namespace nimbook::ui
