// SPDX-License-Identifier: Apache-2.0
#include "ui/terminal/terminal_view.h"

#include "ui/common/look.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace nimbook::ui {

TerminalView::TerminalView(QWidget *parent) : QAbstractScrollArea(parent), m_screen(new TerminalScreen(this))
{
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_InputMethodEnabled);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // a width that comes and goes would wrap the lines anew
    viewport()->setCursor(Qt::IBeamCursor);
    viewport()->setBackgroundRole(QPalette::Base);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setStyleHint(QFont::Monospace);
    setFont(fixed);
    measure();
    connect(m_screen, &TerminalScreen::changed, this, &TerminalView::onScreenChanged);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, [this] {
        m_following = verticalScrollBar()->value() == verticalScrollBar()->maximum();
        viewport()->update();
    });
}

void TerminalView::measure()
{
    const QFontMetricsF metrics(font());
    m_cell = {metrics.horizontalAdvance(QLatin1Char('M')), std::ceil(metrics.height())};
}

void TerminalView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    const int columns = std::max(20, int((viewport()->width() - grid) / m_cell.width()));
    const int rows = std::max(4, int(viewport()->height() / m_cell.height()));
    if (columns == m_screen->columns() && rows == m_screen->rows())
        return;
    m_screen->resize(columns, rows);
    Q_EMIT sizeChanged(columns, rows);
}

void TerminalView::onScreenChanged()
{
    QScrollBar *bar = verticalScrollBar();
    const bool follow = m_following;
    bar->setPageStep(m_screen->rows());
    bar->setRange(0, m_screen->historySize());
    if (follow)
        bar->setValue(bar->maximum());
    viewport()->update();
}

QColor TerminalView::shown(const QColor &color, const QColor &otherwise) const
{
    return color.isValid() ? color : otherwise;
}

bool TerminalView::isSelected(int line, int column) const
{
    const Place place{line, column};
    return std::min(m_anchor, m_end) <= place && place < std::max(m_anchor, m_end);
}

void TerminalView::paintLine(QPainter &painter, int line, int y) const
{
    const TerminalLine cells = m_screen->line(line);
    QFont bold = font();
    bold.setBold(true);
    for (int column = 0; column < cells.size(); ++column) {
        const TerminalCell &cell = cells[column];
        const QRectF box(grid / 2 + column * m_cell.width(), y, m_cell.width() * cell.width, m_cell.height());
        QColor ink = shown(cell.foreground, palette().color(QPalette::Text));
        QColor ground = shown(cell.background, palette().color(QPalette::Base));
        if (cell.reverse)
            std::swap(ink, ground);
        if (isSelected(line, column)) {
            ink = palette().color(QPalette::HighlightedText);
            ground = palette().color(QPalette::Highlight);
        }
        // Colours are the program's choice, made for black or for white: where they vanish on ours, they are moved towards the text.
        if (std::abs(qGray(ink.rgb()) - qGray(ground.rgb())) < 70)
            ink = mix(ink, palette().color(QPalette::Text), 0.6);
        if (ground != palette().color(QPalette::Base))
            painter.fillRect(box, ground);
        if (!cell.text.isEmpty()) {
            painter.setPen(ink);
            painter.setFont(cell.bold ? bold : font());
            painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, cell.text);
        }
        if (cell.underline)
            painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), ink);
        if (cell.width == 2)
            ++column;
    }
}

void TerminalView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const int first = verticalScrollBar()->value();
    for (int row = 0; row < m_screen->rows(); ++row)
        paintLine(painter, first + row, int(row * m_cell.height()));
    if (!m_screen->isCursorVisible())
        return;
    const QRectF cursor(grid / 2 + m_screen->cursorColumn() * m_cell.width(), (m_screen->cursorLine() - first) * m_cell.height(), m_cell.width(),
                        m_cell.height());
    const QColor accent = toneColor(Tone::Accent, palette());
    if (hasFocus()) {
        QColor see(accent);
        see.setAlpha(150);
        painter.fillRect(cursor, see);
    } else {
        painter.setPen(accent);
        painter.drawRect(cursor.adjusted(0, 0, -1, -1));
    }
}

bool TerminalView::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // What a shell is used with comes to it before the window's shortcuts.
        const auto *key = static_cast<QKeyEvent *>(event);
        const auto modifiers = key->modifiers() & ~Qt::KeypadModifier;
        const bool letter = key->key() >= Qt::Key_A && key->key() <= Qt::Key_Z;
        const bool copyOrPaste = modifiers == (Qt::ControlModifier | Qt::ShiftModifier) && (key->key() == Qt::Key_C || key->key() == Qt::Key_V);
        if ((modifiers == Qt::ControlModifier && letter) || copyOrPaste || (modifiers == Qt::NoModifier && key->key() == Qt::Key_Escape)) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool TerminalView::focusNextPrevChild(bool)
{
    return false; // Tab completes; F6 leaves
}

void TerminalView::keyPressEvent(QKeyEvent *event)
{
    const auto modifiers = event->modifiers() & ~Qt::KeypadModifier;
    if (modifiers == (Qt::ControlModifier | Qt::ShiftModifier) && event->key() == Qt::Key_C)
        return copy();
    if (modifiers == (Qt::ControlModifier | Qt::ShiftModifier) && event->key() == Qt::Key_V)
        return paste();
    if (modifiers == Qt::ShiftModifier && (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown)) {
        verticalScrollBar()->triggerAction(event->key() == Qt::Key_PageUp ? QScrollBar::SliderPageStepSub : QScrollBar::SliderPageStepAdd);
        return;
    }
    if (!m_screen->pressKey(*event)) {
        event->ignore();
        return;
    }
    m_anchor = m_end = {};
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

void TerminalView::inputMethodEvent(QInputMethodEvent *event)
{
    if (!event->commitString().isEmpty())
        Q_EMIT m_screen->output(event->commitString().toUtf8());
    event->accept();
}

QVariant TerminalView::inputMethodQuery(Qt::InputMethodQuery query) const
{
    if (query == Qt::ImEnabled)
        return true;
    if (query == Qt::ImCursorRectangle)
        return QRectF(m_screen->cursorColumn() * m_cell.width(), (m_screen->cursorLine() - verticalScrollBar()->value()) * m_cell.height(),
                      m_cell.width(), m_cell.height()).toRect();
    return QAbstractScrollArea::inputMethodQuery(query);
}

TerminalView::Place TerminalView::placeAt(const QPoint &position) const
{
    return {verticalScrollBar()->value() + int(std::clamp(position.y(), 0, viewport()->height() - 1) / m_cell.height()),
            std::max(0, int(std::lround((position.x() - grid / 2) / m_cell.width())))};
}

void TerminalView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_anchor = m_end = placeAt(event->pos());
    viewport()->update();
}

void TerminalView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton))
        return;
    m_end = placeAt(event->pos());
    viewport()->update();
}

void TerminalView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && QApplication::clipboard()->supportsSelection() && m_anchor != m_end)
        QApplication::clipboard()->setText(selectedText(), QClipboard::Selection);
    if (event->button() == Qt::MiddleButton && QApplication::clipboard()->supportsSelection())
        m_screen->paste(QApplication::clipboard()->text(QClipboard::Selection));
}

void TerminalView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const Place place = placeAt(event->pos());
    const QString line = m_screen->text(place.line).leftJustified(m_screen->columns());
    const auto isWord = [&](int column) { return column >= 0 && column < line.size() && !line[column].isSpace(); };
    int first = std::min(place.column, int(line.size()) - 1), last = first;
    while (isWord(first - 1))
        --first;
    while (isWord(last))
        ++last;
    m_anchor = {place.line, first};
    m_end = {place.line, last};
    viewport()->update();
}

QString TerminalView::selectedText() const
{
    const Place from = std::min(m_anchor, m_end), to = std::max(m_anchor, m_end);
    QStringList lines;
    for (int line = from.line; line <= to.line && from != to; ++line) {
        const QString text = m_screen->text(line);
        const int begin = line == from.line ? from.column : 0;
        lines << text.mid(begin, line == to.line ? to.column - begin : -1);
    }
    return lines.join(QLatin1Char('\n'));
}

void TerminalView::copy()
{
    if (m_anchor != m_end)
        QApplication::clipboard()->setText(selectedText());
}

void TerminalView::paste()
{
    m_screen->paste(QApplication::clipboard()->text());
}

void TerminalView::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *copying = menu->addAction(tr("&Copy"), this, &TerminalView::copy);
    copying->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C));
    copying->setEnabled(m_anchor != m_end);
    menu->addAction(tr("&Paste"), this, &TerminalView::paste)->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_V));
    menu->popup(event->globalPos());
}

void TerminalView::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TerminalView::focusOutEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TerminalView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measure();
    viewport()->update();
}

} // namespace nimbook::ui
