// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QApplication>
#include <QDir>
#include <QPalette>
#include <QPixmap>
#include <QStyleFactory>
#include <QTest>
#include <QWidget>

namespace nimbook::testing {

/// A dark palette as desktops have one, for pages that must read well on both.
inline QPalette darkPalette()
{
    QPalette palette;
    const QColor ground(0x24, 0x26, 0x2b), base(0x1c, 0x1e, 0x22), text(0xea, 0xec, 0xf0), accent(0x5a, 0x9b, 0xf5);
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled}) {
        const QColor written = group == QPalette::Disabled ? QColor(0x80, 0x84, 0x8c) : text;
        palette.setColor(group, QPalette::Window, ground);
        palette.setColor(group, QPalette::WindowText, written);
        palette.setColor(group, QPalette::Base, base);
        palette.setColor(group, QPalette::AlternateBase, ground);
        palette.setColor(group, QPalette::Text, written);
        palette.setColor(group, QPalette::Button, QColor(0x31, 0x34, 0x3a));
        palette.setColor(group, QPalette::ButtonText, written);
        palette.setColor(group, QPalette::ToolTipBase, base);
        palette.setColor(group, QPalette::ToolTipText, text);
        palette.setColor(group, QPalette::PlaceholderText, QColor(0x80, 0x84, 0x8c));
        palette.setColor(group, QPalette::Highlight, accent);
        palette.setColor(group, QPalette::HighlightedText, Qt::white);
        palette.setColor(group, QPalette::Link, accent);
        palette.setColor(group, QPalette::Light, QColor(0x40, 0x44, 0x4c));
        palette.setColor(group, QPalette::Mid, QColor(0x1a, 0x1c, 0x20));
        palette.setColor(group, QPalette::Dark, QColor(0x14, 0x15, 0x18));
    }
    return palette;
}

/// Where pictures of the pages are wanted ($NIMBOOK_SCREENSHOT_DIR): \a widget as NAME.png. Otherwise nothing.
inline void picture(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("NIMBOOK_SCREENSHOT_DIR");
    if (folder.isEmpty())
        return;
    QTest::qWait(60); // one frame: this is a tool for eyes, not a test
    QDir().mkpath(folder);
    widget.grab().save(folder + u'/' + name + QStringLiteral(".png"));
}

/// The same page in light and in dark.
inline void pictures(QWidget &widget, const QString &name)
{
    if (qEnvironmentVariableIsEmpty("NIMBOOK_SCREENSHOT_DIR"))
        return;
    const QPalette before = QApplication::palette();
    picture(widget, name + QStringLiteral("-light"));
    QApplication::setPalette(darkPalette());
    picture(widget, name + QStringLiteral("-dark"));
    QApplication::setPalette(before);
}

} // namespace nimbook::testing
