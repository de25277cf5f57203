// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace nimbook::ui {

/// Shows a file, marked, in the desktop's file manager; where none speaks org.freedesktop.FileManager1, its folder is opened.
void revealFile(const QString &path);

} // namespace nimbook::ui
