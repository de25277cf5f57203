// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWebEnginePage;

namespace nimbook::ui {

/// Takes away what only breaks a page of Jupyter in this window: the classic notebook's Logout button, and its Quit where the server was
/// started by somebody else (run-jupyter.sh starts it without). Call it before the first load.
void hideWaysOutOfJupyter(QWebEnginePage *page);

} // namespace nimbook::ui
