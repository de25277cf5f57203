// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyleOptionViewItem>

class QPainter;

namespace nimbook::ui {

/// Draws an item as the style does, its content in line with the title that FlatHeader writes above it.
/// \param item filled by the delegate's initStyleOption()
void paintInsetCell(QPainter *painter, QStyleOptionViewItem item);
/// Where it draws: for what has to be hit, such as a tick.
QRect insetCellRect(const QStyleOptionViewItem &item);

} // namespace nimbook::ui
