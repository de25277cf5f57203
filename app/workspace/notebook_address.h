// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"

#include <QUrl>

namespace nimbook::workspace {

/// Where the notebook can be loaded, and the token that goes into a header, never into the URL.
struct NotebookAddress {
    QUrl url; ///< http://127.0.0.1:18888/
    Secret token;
    bool operator==(const NotebookAddress &) const = default;
};

} // namespace nimbook::workspace
