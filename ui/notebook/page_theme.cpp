// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_theme.h"

#include <QWebEnginePage>
#include <QWebEngineScript>
#include <QWebEngineScriptCollection>

namespace nimbook::ui {

namespace {

QString themeScriptName() { return QStringLiteral("nimbook-theme"); }

/// Runs at the creation of each document and again at each change: where the two halves below find what the window looks like.
QString sharedState(bool dark)
{
    return QStringLiteral("const nimbook = window.nimbookTheme || (window.nimbookTheme = {}); nimbook.dark = %1;").arg(dark ? QStringLiteral("true") : QStringLiteral("false"));
}

/// The classic notebook has no dark theme: its page is drawn inverted, with pictures and plots turned back.
QString classicScript()
{
    return QStringLiteral(R"js(
    nimbook.classic = nimbook.classic || (() => {
        if (document.getElementById('jupyter-config-data')) return; // JupyterLab, Notebook 7
        if (!document.body || (document.body.dataset.notebookPath === undefined && document.body.dataset.baseUrl === undefined)) return;
        let style = document.getElementById('nimbook-dark');
        if (!nimbook.dark) { if (style) style.remove(); return; }
        if (style) return;
        style = document.createElement('style');
        style.id = 'nimbook-dark';
        style.textContent = `@media screen {
            html { background: #fff; filter: invert(0.89) hue-rotate(180deg); }
            img, video, canvas, iframe, .output_svg svg, #terminado-container .terminal { filter: invert(1) hue-rotate(180deg); }
        }`;
        document.head.appendChild(style);
    });
    if (document.readyState !== 'loading') nimbook.classic();
    else if (!nimbook.waiting) {
        nimbook.waiting = true;
        document.addEventListener('DOMContentLoaded', () => nimbook.classic());
    }
)js");
}

/// JupyterLab and Notebook 7 have a dark theme. Which one is shown is a setting of the person's, kept on the machine; while none was chosen
/// the setting's own default counts, and that one is what is answered here in the window's colours. Nothing is written anywhere, and what is
/// chosen in the menu of JupyterLab stays chosen. The pages read their settings through fetch() (JupyterLab 4, services/setting).
QString labScript()
{
    return QStringLiteral(R"js(
    const plugin = '@jupyterlab/apputils-extension:themes';
    const name = () => nimbook.dark ? 'JupyterLab Dark' : 'JupyterLab Light';
    nimbook.follow = nimbook.follow || (() => {
        // A page that is up changes its colours as JupyterLab does: by the theme's sheet, behind the one that it loaded itself.
        const config = document.getElementById('jupyter-config-data');
        if (!config || nimbook.asked === undefined || !document.body.dataset.jpThemeName) return;
        const old = document.getElementById('nimbook-lab-theme');
        if (nimbook.chosen || document.body.dataset.jpThemeName === name()) { if (nimbook.chosen && old) old.remove(); return; }
        const base = JSON.parse(config.textContent).fullThemesUrl || JSON.parse(config.textContent).themesUrl || '/lab/api/themes';
        const sheet = document.createElement('link');
        sheet.id = 'nimbook-lab-theme';
        sheet.rel = 'stylesheet';
        sheet.href = base + '/@jupyterlab/theme-' + (nimbook.dark ? 'dark' : 'light') + '-extension/index.css';
        sheet.onload = () => {
            if (old) old.remove();
            document.body.dataset.jpThemeLight = String(!nimbook.dark);
            document.body.dataset.jpThemeName = name();
        };
        document.body.appendChild(sheet); // where JupyterLab puts its own
    });
    if (!nimbook.fetch) {
        nimbook.fetch = window.fetch;
        const isChoice = setting => /"theme"\s*:/.test((setting.raw || '').replace(/^\s*\/\/.*$/gm, ''));
        const answer = setting => {
            if (setting.id !== plugin || !setting.schema || !setting.schema.properties || !setting.schema.properties.theme) return;
            nimbook.asked = true;
            nimbook.chosen = isChoice(setting);
            setting.schema.properties.theme.default = name();
        };
        window.fetch = async function (...words) {
            const request = words[0] instanceof Request ? words[0] : new Request(...words);
            const url = decodeURIComponent(request.url);
            const whole = /\/lab\/api\/settings(\/@jupyterlab\/apputils-extension:themes)?\/?(\?.*)?$/.exec(url);
            const reply = await nimbook.fetch.apply(window, words);
            if (!whole || !reply.ok) return reply;
            if (request.method === 'PUT' && whole[1]) nimbook.chosen = true; // somebody has just chosen one
            if (request.method !== 'GET') return reply;
            try {
                const body = await reply.clone().json();
                (body.settings && Array.isArray(body.settings) ? body.settings : [body]).forEach(answer);
                return new Response(JSON.stringify(body), { status: reply.status, statusText: reply.statusText, headers: reply.headers });
            } catch (error) {
                return reply;
            }
        };
    }
    nimbook.follow();
)js");
}

QString themeScript(bool dark)
{
    return QStringLiteral("(() => { if (window !== window.top) return;\n") + sharedState(dark) + classicScript() + labScript() + QStringLiteral("})()");
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
    script.setWorldId(QWebEngineScript::MainWorld); // the page's own fetch() is there, and runJavaScript() below
    script.setSourceCode(themeScript(dark));
    scripts.insert(script);
    if (!page->url().isEmpty())
        page->runJavaScript(themeScript(dark));
}

} // namespace nimbook::ui
