// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_trim.h"

#include <QWebEnginePage>
#include <QWebEngineScript>
#include <QWebEngineScriptCollection>

namespace nimbook::ui {

void hideWaysOutOfJupyter(QWebEnginePage *page)
{
    QWebEngineScript script;
    script.setName(QStringLiteral("nimbook-trim"));
    script.setInjectionPoint(QWebEngineScript::DocumentReady);
    script.setWorldId(QWebEngineScript::ApplicationWorld); // the page's own scripts cannot see it
    script.setSourceCode(QStringLiteral(R"js((() => {
    if (window !== window.top || !document.body || document.body.dataset.baseUrl === undefined) return;
    const style = document.createElement('style');
    style.id = 'nimbook-trim';
    style.textContent = '#logout, #shutdown { display: none !important; }';
    document.head.appendChild(style);
})())js"));
    page->scripts().insert(script);
}

} // namespace nimbook::ui
