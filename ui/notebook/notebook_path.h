// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

class QUrl;

namespace nimbook::ui {

/// Which notebook a page of the Jupyter at \a root shows, as a path below Jupyter's folder: "runs/train.ipynb". Empty: none.
/// Knows the addresses of the classic notebook, of Notebook 7 and of JupyterLab, with and without named workspaces.
QString notebookPath(const QUrl &root, const QUrl &page);

} // namespace nimbook::ui
