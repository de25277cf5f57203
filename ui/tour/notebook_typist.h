// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <QWidget>

class QWebEngineView;

namespace nimbook::ui {

class WebNotebookPane;

/// Posts the key events of somebody who types \a text into \a widget.
void typeText(QWidget *widget, const QString &text);

/// Uses the notebook's page as a person does: clicks what it offers, types into the cell, reads what it answers.
///
/// The page is asked by script and answers later; ask() repeats itself, so a caller polls output() or isTrue().
class NotebookTypist : public QObject {
    Q_OBJECT
public:
    explicit NotebookTypist(QWidget &window);

    void newPythonNotebook();            ///< through the tree page's own New menu
    void typeAndRun(const QString &line); ///< into the last, empty cell; ends with Shift+Return
    bool isTreeShown();
    bool isKernelReady();
    void markPage();     ///< with something that a reload would take away
    bool isMarkedPage(); ///< the page is still the one that was marked
    QString output(); ///< all text the cells have printed, as last answered
    void forget();    ///< the page has gone: nothing is known of it any more

private:
    WebNotebookPane *pane() const;
    QWebEngineView *view() const;
    void evaluate(const QString &script) const;
    void ask(const QString &script, QVariant &answer);

    QWidget &m_window;
    QVariant m_tree;
    QVariant m_kernel;
    QVariant m_output;
    QVariant m_marked;
};

} // namespace nimbook::ui
