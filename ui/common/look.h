// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QRectF>

class QLabel;
class QPainter;

namespace nimbook::ui {

/// Every distance on a page is a multiple of this, in logical pixels.
inline constexpr int grid = 8;

/// What a colour says; the colour itself follows the palette, so light and dark both read well.
enum class Tone { Good, Busy, Idle, Warning, Bad, Accent };

/// The shape that tells a state without colour.
enum class Mark { Disc, HalfDisc, Ring, Pause, Cross, Triangle, Check, Dash };

bool isDark(const QPalette &palette);
QColor mix(const QColor &from, const QColor &to, double amount); ///< amount 0…1 of \a to
QColor toneColor(Tone tone, const QPalette &palette);
QColor mutedText(const QPalette &palette);
QColor separatorColor(const QPalette &palette);
QColor hoverColor(const QPalette &palette);

/// The second and last text size of a page.
QFont titleFont(const QFont &base);

void paintMark(QPainter *painter, const QRectF &box, Mark mark, const QColor &color);
/// A mark and a word on a faint ground; returns the width it took. \a box gives left, centre line and height.
int paintChip(QPainter *painter, const QRect &box, Mark mark, Tone tone, const QString &word, const QPalette &palette);
int chipWidth(const QFontMetrics &metrics, const QString &word);

/// A label in the muted colour, which follows palette changes.
QLabel *makeMutedLabel(const QString &text, QWidget *parent);

} // namespace nimbook::ui
