// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/terminal/terminal_screen.h"

#include <QAbstractScrollArea>

namespace nimbook::ui {

/// A terminal in the window: draws a TerminalScreen, follows its end, selects and copies.
///
/// Keys of a shell (Ctrl+R, Ctrl+L, Ctrl+C …) go to the shell; the window keeps F6, F10, F11, Alt with a digit, and all with Ctrl+Shift:
/// Ctrl+Shift+C and V copy and paste, as in other terminals.
class TerminalView final : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TerminalView(QWidget *parent = nullptr);

    TerminalScreen *screen() const { return m_screen; }
    QString selectedText() const;
    void copy();
    void paste();

Q_SIGNALS:
    void sizeChanged(int columns, int rows);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void inputMethodEvent(QInputMethodEvent *event) override;
    QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;
    void changeEvent(QEvent *event) override;

private:
    struct Place {
        int line = 0;
        int column = 0;
        auto operator<=>(const Place &) const = default;
    };
    void measure();
    void onScreenChanged();
    Place placeAt(const QPoint &position) const;
    bool isSelected(int line, int column) const;
    void paintLine(QPainter &painter, int line, int y) const;
    QColor shown(const QColor &color, const QColor &otherwise) const;

    TerminalScreen *m_screen;
    QSizeF m_cell;
    Place m_anchor;
    Place m_end;
    bool m_following = true; // the end is in sight
};

} // namespace nimbook::ui
