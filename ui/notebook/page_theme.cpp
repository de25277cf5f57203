// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_theme.h"

#include <QWebEnginePage>
#include <QWebEngineScript>
#include <QWebEngineScriptCollection>

namespace nimbook::ui {

namespace {

QString themeScriptName() { return QStringLiteral("nimbook-theme"); }

/// Runs at the creation of each document and again at each change. The classic notebook alone: JupyterLab has a theme of its own to choose.
QString themeScript(bool dark)
{
    return QStringLiteral(R"js((() => {
    if (window !== window.top) return;
    const state = window.nimbookTheme || (window.nimbookTheme = { turn: 0 });
    const turn = ++state.turn;
    const dark = %1;
    const themeClassic = () => {
        let style = document.getElementById('nimbook-dark');
        if (!dark) { if (style) style.remove(); return; }
        if (style) return;
        style = document.createElement('style');
        style.id = 'nimbook-dark';
        style.textContent = `@media screen {
            html { background: #fff; filter: invert(0.89) hue-rotate(180deg); }
            img, video, canvas, iframe, .output_svg svg, #terminado-container .terminal { filter: invert(1) hue-rotate(180deg); }
        }`;
        document.head.appendChild(style);
    };
    const theme = () => {
        if (document.getElementById('jupyter-config-data')) return; // JupyterLab, Notebook 7
        if (document.body && (document.body.dataset.notebookPath !== undefined || document.body.dataset.baseUrl !== undefined)) themeClassic();
    };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => { if (state.turn === turn) theme(); });
    else theme();
})())js").arg(dark ? QStringLiteral("true") : QStringLiteral("false"));
}

} // namespace

void setPageDark(QWebEnginePage *page, bool dark)
{
    QWebEngineScriptCollection &scripts = page->scripts();
    for (const QWebEngineScript &old : scripts.find(themeScriptName()))
        scripts.remove(old);
    QWebEngineScript script;
    script.setName(themeScriptName());
    script.setInjectionPoint(QWebEngineScript::DocumentCreation);
    script.setWorldId(QWebEngineScript::MainWorld); // as runJavaScript() below: both count the same turns
    script.setSourceCode(themeScript(dark));
    scripts.insert(script);
    if (!page->url().isEmpty())
        page->runJavaScript(themeScript(dark));
}

} // namespace nimbook::ui
