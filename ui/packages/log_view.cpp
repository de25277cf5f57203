// SPDX-License-Identifier: Apache-2.0
#include "ui/packages/log_view.h"

#include <QFontDatabase>
#include <QScrollBar>

#include <chrono>

namespace nimbook::ui {

LogView::LogView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
    setMaximumBlockCount(maximumLines);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setFrameShape(QFrame::NoFrame);
    setWordWrapMode(QTextOption::WrapAnywhere);
    m_timer.setSingleShot(true);
    m_timer.setInterval(std::chrono::milliseconds(50));
    connect(&m_timer, &QTimer::timeout, this, &LogView::flush);
}

void LogView::append(const QString &text)
{
    QString lines = text;
    if (lines.endsWith(u'\n'))
        lines.chop(1);
    m_waiting.append(lines.split(u'\n'));
    // What would be thrown away again at once need not be laid out first.
    if (m_waiting.size() > maximumLines)
        m_waiting.remove(0, m_waiting.size() - maximumLines);
    if (!m_timer.isActive())
        m_timer.start();
}

void LogView::clearLog()
{
    m_waiting.clear();
    clear();
}

void LogView::flush()
{
    QScrollBar *bar = verticalScrollBar();
    const bool follows = bar->value() >= bar->maximum() - 1;
    const int position = bar->value();
    appendPlainText(std::exchange(m_waiting, {}).join(u'\n'));
    bar->setValue(follows ? bar->maximum() : position);
}

} // namespace nimbook::ui
