// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_theme.h"

#include <QWebEnginePage>
#include <QWebEngineScript>
#include <QWebEngineScriptCollection>

namespace nimbook::ui {

namespace {

QString themeScriptName() { return QStringLiteral("nimbook-theme"); }

/// Runs at the creation of each document and again at each change. JupyterLab gives its application out only when its page says so in its
/// settings, which are read before its own scripts run: hence the observer.
QString themeScript(bool dark)
{
    return QStringLiteral(R"js((() => {
    if (window !== window.top) return;
    const state = window.nimbookTheme || (window.nimbookTheme = { turn: 0 });
    const turn = ++state.turn;
    const dark = %1;
    const isLab = () => !!document.getElementById('jupyter-config-data');
    const exposeLab = () => {
        const data = document.getElementById('jupyter-config-data');
        if (!data || !data.textContent.includes('}')) return false;
        try {
            const settings = JSON.parse(data.textContent);
            settings.exposeAppInBrowser = true;
            data.textContent = JSON.stringify(settings);
        } catch (e) {}
        return true;
    };
    if (document.readyState === 'loading' && turn === 1) {
        const observer = new MutationObserver(() => { if (exposeLab()) observer.disconnect(); });
        observer.observe(document, { childList: true, subtree: true });
        document.addEventListener('DOMContentLoaded', () => observer.disconnect());
    }
    const themeLab = async () => {
        for (let i = 0; i < 240 && !(window.jupyterapp && window.jupyterapp.commands); i++)
            await new Promise(done => setTimeout(done, 250));
        if (!window.jupyterapp) return;
        await window.jupyterapp.restored;
        if (state.turn !== turn) return;
        const isDark = document.body.dataset.jpThemeLight === 'false';
        if (isDark !== dark)
            window.jupyterapp.commands.execute('apputils:change-theme', { theme: dark ? 'JupyterLab Dark' : 'JupyterLab Light' });
    };
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
        if (isLab()) themeLab();
        else if (document.body && (document.body.dataset.notebookPath !== undefined || document.body.dataset.baseUrl !== undefined)) themeClassic();
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
    script.setWorldId(QWebEngineScript::MainWorld); // JupyterLab's application is an object of the page
    script.setSourceCode(themeScript(dark));
    scripts.insert(script);
    if (!page->url().isEmpty())
        page->runJavaScript(themeScript(dark));
}

} // namespace nimbook::ui
