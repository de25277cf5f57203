// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QList>
#include <QObject>
#include <QString>

#include <deque>
#include <memory>

class QKeyEvent;

namespace nimbook::ui {

/// What one place of the terminal shows. An invalid colour is the view's own, so that light and dark fit.
struct TerminalCell {
    QString text; ///< empty: nothing is written there
    QColor foreground;
    QColor background;
    bool bold = false;
    bool italic = false;
    bool underline = false;
    bool reverse = false;
    int width = 1; ///< 2: the next place belongs to it
};
using TerminalLine = QList<TerminalCell>;

/// A terminal without a window: bytes in, a grid of cells and a history out; keys in, bytes out. libvterm knows the sequences.
class TerminalScreen final : public QObject {
    Q_OBJECT
public:
    explicit TerminalScreen(QObject *parent = nullptr);
    ~TerminalScreen() override;

    void feed(const QByteArray &bytes);
    void resize(int columns, int rows);
    void reset();
    int columns() const;
    int rows() const;

    int historySize() const { return int(m_history.size()); } ///< lines that scrolled out, at most 10000
    /// \param line 0 is the oldest of the history; the screen's own lines follow it
    TerminalLine line(int line) const;
    QString text(int line) const; ///< without blanks at its end

    bool isCursorVisible() const { return m_cursorVisible; }
    int cursorLine() const { return historySize() + m_cursorRow; }
    int cursorColumn() const { return m_cursorColumn; }

    /// Bytes for a key go out through output(). False: it means nothing to a terminal.
    bool pressKey(const QKeyEvent &event);
    void paste(const QString &text); ///< bracketed, where the program asked for that

Q_SIGNALS:
    void output(const QByteArray &bytes);
    void changed();

private:
    class Engine;
    friend class Engine;
    std::unique_ptr<Engine> m_engine;
    std::deque<TerminalLine> m_history;
    int m_cursorRow = 0;
    int m_cursorColumn = 0;
    bool m_cursorVisible = true;
};

} // namespace nimbook::ui
