// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace nimbook::models {

/// One way to say the same without the window.
struct CommandForm {
    QString title; ///< "nimbookctl", "gcloud", "ssh", "Request to Compute Engine"; a program's name is not translated
    QString text;
    bool operator==(const CommandForm &) const = default;
};

} // namespace nimbook::models
