// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <QUrl>

#include <memory>

class QTemporaryFile;

namespace nimbook::ui {

/// Opens Jupyter in the system's browser without its token in any program's arguments, which every user of this computer can read:
/// the browser is given a file that only its owner can read, and that leads on to Jupyter. Jupyter's own `jupyter notebook` does the same.
///
/// The token is in the address for the moment of that first request; then Jupyter sets a cookie and leads on to a clean one.
class BrowserHandover {
public:
    BrowserHandover();
    ~BrowserHandover(); ///< removes the file

    /// \param page the page to show, on the tunnel's origin
    /// \return the file to open. It is removed with this object, or when the next one is made.
    Result<QUrl> prepare(const QUrl &page, const Secret &token);
    void forget(); ///< removes the file now

private:
    std::unique_ptr<QTemporaryFile> m_file;
};

} // namespace nimbook::ui
