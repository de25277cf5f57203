// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>
#include <QPalette>

namespace nimbook::ui {

/// One of resources/icons, drawn in the palette's colour of the moment: it follows light and dark, and is crisp at any scale.
/// \param name file name without folder and ending: "play"
QIcon symbolicIcon(const QString &name, QPalette::ColorRole role = QPalette::WindowText);

} // namespace nimbook::ui
