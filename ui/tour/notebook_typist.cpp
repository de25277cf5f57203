// SPDX-License-Identifier: Apache-2.0
#include "ui/tour/notebook_typist.h"

#include "ui/notebook/web_notebook_pane.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QWebEngineView>

namespace nimbook::ui {

namespace {

void typeKey(QWidget *widget, int key, Qt::KeyboardModifiers modifiers, const QString &text)
{
    QCoreApplication::postEvent(widget, new QKeyEvent(QEvent::KeyPress, key, modifiers, text));
    QCoreApplication::postEvent(widget, new QKeyEvent(QEvent::KeyRelease, key, modifiers, text));
}

} // namespace

void typeText(QWidget *widget, const QString &text)
{
    for (const QChar c : text) {
        if (c == QLatin1Char('\n'))
            typeKey(widget, Qt::Key_Return, Qt::NoModifier, QStringLiteral("\r"));
        else
            typeKey(widget, c.toUpper().unicode(), Qt::NoModifier, QString(c));
    }
}

NotebookTypist::NotebookTypist(QWidget &window) : m_window(window) {}

WebNotebookPane *NotebookTypist::pane() const
{
    const auto panes = m_window.findChildren<WebNotebookPane *>();
    for (WebNotebookPane *pane : panes) {
        if (pane->isOpen())
            return pane;
    }
    return nullptr;
}

QWebEngineView *NotebookTypist::view() const
{
    return pane() ? pane()->currentView() : nullptr;
}

void NotebookTypist::evaluate(const QString &script) const
{
    if (QWebEngineView *page = view())
        page->page()->runJavaScript(script);
}

void NotebookTypist::ask(const QString &script, QVariant &answer)
{
    if (QWebEngineView *page = view())
        page->page()->runJavaScript(script, [&answer, self = QPointer(this)](const QVariant &value) {
            if (self)
                answer = value;
        });
}

bool NotebookTypist::isTreeShown()
{
    ask(QStringLiteral("!!document.querySelector('#new-menu li[id^=kernel-] a')"), m_tree);
    return m_tree.toBool();
}

void NotebookTypist::newPythonNotebook()
{
    evaluate(QStringLiteral("document.querySelector('#new-menu li[id^=kernel-] a').click()"));
}

bool NotebookTypist::isKernelReady()
{
    ask(QStringLiteral("typeof Jupyter !== 'undefined' && !!Jupyter.notebook && !!Jupyter.notebook.kernel"
                       " && Jupyter.notebook.kernel.is_connected() && Jupyter.notebook.get_cells().length > 0"),
        m_kernel);
    return m_kernel.toBool();
}

void NotebookTypist::typeAndRun(const QString &line)
{
    QWebEngineView *page = view();
    if (!page || !page->focusProxy())
        return;
    page->page()->runJavaScript(QStringLiteral("Jupyter.notebook.select(Jupyter.notebook.ncells() - 1); Jupyter.notebook.edit_mode()"),
                                [target = QPointer(page->focusProxy()), line](const QVariant &) {
                                    if (!target)
                                        return;
                                    target->setFocus();
                                    typeText(target, line);
                                    typeKey(target, Qt::Key_Return, Qt::ShiftModifier, QStringLiteral("\r"));
                                });
}

void NotebookTypist::markPage()
{
    m_marked = QVariant();
    evaluate(QStringLiteral("window.nimbookMark = 'same page'"));
}

bool NotebookTypist::isMarkedPage()
{
    ask(QStringLiteral("window.nimbookMark === 'same page'"), m_marked);
    return m_marked.toBool();
}

QString NotebookTypist::output()
{
    ask(QStringLiteral("Jupyter.notebook.get_cells().map(c => c.output_area ? c.output_area.outputs.map("
                       "o => (o.text || '') + (o.traceback ? o.traceback.join(' ') : '')).join('') : '').join('\\n')"),
        m_output);
    return m_output.toString();
}

void NotebookTypist::forget()
{
    m_tree = m_kernel = m_output = m_marked = QVariant();
}

} // namespace nimbook::ui
