// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/notebook/navigation_policy.h"
#include "ui/notebook/page_question.h"
#include "ui/notebook/window_budget.h"

#include <QWebEnginePage>

#include <functional>

namespace nimbook::ui {

/// One page of Jupyter: stays on the tunnel's origin, hands other links out, grants no permission by itself.
///
/// Certificate errors, passwords of servers and proxies, and prompt() are refused: nothing on the tunnel's origin needs them, so
/// whoever asks wants to take something.
class NotebookPage final : public QWebEnginePage {
    Q_OBJECT
public:
    NotebookPage(QWebEngineProfile *profile, NavigationPolicy policy, QObject *parent);

    /// Makes the page for target=_blank or window.open(), in front or not; null refuses.
    std::function<QWebEnginePage *(bool inFront, bool byUser)> makeWindow;
    /// Whether a person has just clicked or typed in the page; without it nobody has.
    std::function<bool()> hasGesture;
    /// Which files an upload takes; the desktop's own dialog unless a test says otherwise.
    std::function<QStringList(FileSelectionMode mode)> pickFiles;

Q_SIGNALS:
    void linkLeaves(const QUrl &url); ///< belongs to the system's browser
    void asked(const nimbook::ui::PageQuestion &question);
    void said(const QString &what);   ///< translated: what the page tried, or wanted to show in a box

protected:
    bool acceptNavigationRequest(const QUrl &url, NavigationType type, bool isMainFrame) override;
    QStringList chooseFiles(FileSelectionMode mode, const QStringList &oldFiles, const QStringList &acceptedMimeTypes) override;
    void javaScriptAlert(const QUrl &origin, const QString &text) override;
    bool javaScriptConfirm(const QUrl &origin, const QString &text) override;
    bool javaScriptPrompt(const QUrl &origin, const QString &text, const QString &preset, QString *result) override;

private:
    void onNewWindow(QWebEngineNewWindowRequest &request);

    NavigationPolicy m_policy;
    WindowBudget m_budget;
};

} // namespace nimbook::ui
