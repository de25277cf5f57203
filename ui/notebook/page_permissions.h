// SPDX-License-Identifier: Apache-2.0
#pragma once

class QWebEngineProfile;

namespace nimbook::ui {

class NotebookPage;

/// Turns the engine's permission requests into questions of the page. Asking denies nothing and grants nothing; requests that
/// nobody answers stay without effect, which for a page is a "no".
void forwardPermissionRequests(NotebookPage *page);

/// Answers are not written down: a machine that is made anew is asked about anew.
void forgetPermissionsWith(QWebEngineProfile *profile);

} // namespace nimbook::ui
