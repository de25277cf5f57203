// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWebEnginePage;

namespace nimbook::ui {

/// Light or dark, as the window is, for the classic notebook: it has no dark theme, so its page is drawn inverted, with pictures and
/// plots turned back. JupyterLab and Notebook 7 have themes of their own and keep what the person chose there.
///
/// \return nothing: a page that is not Jupyter's stays as it is. Call it before the first load and whenever the palette changes.
void setPageDark(QWebEnginePage *page, bool dark);

} // namespace nimbook::ui
