// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/notebook_path.h"

#include <QRegularExpression>
#include <QUrl>

namespace nimbook::ui {

QString notebookPath(const QUrl &root, const QUrl &page)
{
    static const QRegularExpression form(QStringLiteral("^(?:notebooks|lab(?:/workspaces/[^/]+)?/tree|doc(?:/workspaces/[^/]+)?/tree)/(.+\\.ipynb)$"));
    const QString base = root.path(QUrl::FullyDecoded), path = page.path(QUrl::FullyDecoded);
    if (!path.startsWith(base))
        return {};
    const QString found = form.match(path.mid(base.size())).captured(1);
    // Jupyter would not serve it, and the shell that gets it should not have to think about it.
    return found.split(QLatin1Char('/')).contains(QStringLiteral("..")) ? QString() : found;
}

} // namespace nimbook::ui
