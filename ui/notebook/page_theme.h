// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWebEnginePage;

namespace nimbook::ui {

/// Light or dark, as the window is: the classic notebook is drawn inverted, JupyterLab and Notebook 7 get their own dark theme while the
/// person has chosen none there. Nothing is stored for it.
///
/// A page that is not Jupyter's stays as it is. Call it before the first load and whenever the palette changes.
void setPageDark(QWebEnginePage *page, bool dark);

} // namespace nimbook::ui
