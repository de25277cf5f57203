// SPDX-License-Identifier: Apache-2.0
#include "ui/packages/requirements_edit.h"

#include "ui/common/look.h"

#include <QFontDatabase>
#include <QHelpEvent>
#include <QTextBlock>
#include <QToolTip>

namespace nimbook::ui {

RequirementsEdit::RequirementsEdit(QWidget *parent) : QPlainTextEdit(parent)
{
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setLineWrapMode(NoWrap);
    setTabChangesFocus(true);
    setFrameShape(QFrame::NoFrame);
    setPlaceholderText(tr("One package a line:\nnumpy>=1.26\npandas\n"));
    connect(this, &QPlainTextEdit::textChanged, this, &RequirementsEdit::check);
}

void RequirementsEdit::check()
{
    m_problems = models::requirementsProblems(toPlainText());
    mark();
    Q_EMIT checked();
}

void RequirementsEdit::mark()
{
    QList<QTextEdit::ExtraSelection> marks;
    for (const models::RequirementsProblem &problem : std::as_const(m_problems)) {
        QTextEdit::ExtraSelection mark;
        mark.cursor = QTextCursor(document()->findBlockByNumber(problem.line - 1));
        mark.cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        mark.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        mark.format.setUnderlineColor(toneColor(Tone::Bad, palette()));
        marks.append(mark);
    }
    setExtraSelections(marks);
}

bool RequirementsEdit::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const int line = cursorForPosition(viewport()->mapFromParent(help->pos())).blockNumber() + 1;
        QToolTip::hideText();
        for (const models::RequirementsProblem &problem : std::as_const(m_problems)) {
            if (problem.line == line)
                QToolTip::showText(help->globalPos(), problem.text, this);
        }
        return true;
    }
    return QPlainTextEdit::event(event);
}

void RequirementsEdit::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        mark();
}

} // namespace nimbook::ui
