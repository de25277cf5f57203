// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <functional>

namespace nimbook::ui {

/// Something a page wants and does not have: shown in a bar above the page, which goes on meanwhile without it.
struct PageQuestion {
    QString what;     ///< translated: "This page wants to know where you are."
    QString answerFor; ///< names the permission, so that a page which asks again and again is asked about once
    std::function<void(bool allow)> answer;
};

} // namespace nimbook::ui
