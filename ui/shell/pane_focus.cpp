// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/pane_focus.h"

#include <QApplication>
#include <QPointer>
#include <QVariant>
#include <QWidget>

namespace nimbook::ui {

namespace {

constexpr char lastFocusProperty[] = "nimbookLastFocus";

bool takesFocus(const QWidget *widget)
{
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus);
}

QWidget *focusTarget(QWidget *pane)
{
    auto *last = qobject_cast<QWidget *>(pane->property(lastFocusProperty).value<QObject *>());
    if (last && pane->isAncestorOf(last) && takesFocus(last))
        return last;
    // Views first: they are what one works in; buttons only where a pane has nothing else.
    for (const char *kind : {"QAbstractItemView", "QLineEdit", ""}) {
        for (QWidget *candidate = pane->nextInFocusChain(); candidate && candidate != pane; candidate = candidate->nextInFocusChain()) {
            if (pane->isAncestorOf(candidate) && takesFocus(candidate) && (!*kind || candidate->inherits(kind)))
                return candidate;
        }
    }
    return nullptr;
}

} // namespace

void movePaneFocus(const QList<QWidget *> &panes, int step)
{
    QWidget *now = QApplication::focusWidget();
    int current = -1;
    for (int index = 0; index < panes.size(); ++index) {
        if (now && panes.at(index)->isAncestorOf(now)) {
            current = index;
            panes.at(index)->setProperty(lastFocusProperty, QVariant::fromValue<QObject *>(now));
        }
    }
    const int count = int(panes.size());
    for (int tried = 1; tried <= count; ++tried) {
        const int index = ((current < 0 && step < 0 ? 0 : current) + step * tried + count * 2) % count;
        if (QWidget *target = focusTarget(panes.at(index))) {
            target->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

} // namespace nimbook::ui
