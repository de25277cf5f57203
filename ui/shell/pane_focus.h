// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>

class QWidget;

namespace nimbook::ui {

/// Moves the keyboard focus to the next (+1) or previous (-1) of \a panes, in a circle; each remembers where it was.
void movePaneFocus(const QList<QWidget *> &panes, int step);

} // namespace nimbook::ui
