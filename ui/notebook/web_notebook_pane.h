// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/common/notebook_pane.h"
#include "ui/notebook/navigation_policy.h"

#include <QPointer>
#include <QWebEnginePage>

#include <memory>

class QTabWidget;
class QWebEngineProfile;
class QWebEngineView;

namespace nimbook::ui {

class NotebookDownloads;
class NotebookPage;
class RequestInterceptor;

/// Jupyter in tabs, on one off-the-record profile: nothing of the page outlives the pane, and machines share no cookies.
class WebNotebookPane final : public NotebookPane {
    Q_OBJECT
public:
    explicit WebNotebookPane(QString downloadFolder, QWidget *parent = nullptr);
    ~WebNotebookPane() override;

    void open(const QUrl &root, const Secret &token) override;
    void closeAll() override;
    bool isOpen() const override;

    QTabWidget *tabs() const { return m_tabs; }
    QWebEngineView *currentView() const;
    /// Shows a page of the same Jupyter ("notebooks/train.ipynb") in a new tab.
    QWebEngineView *openPath(const QString &path);

    /// Links that belong to the system's browser; QDesktopServices unless a test says otherwise.
    std::function<void(const QUrl &)> openExternally;

Q_SIGNALS:
    void refused(const QUrl &url); ///< a request or navigation that the policy did not allow

private:
    QWebEngineView *addTab(bool inFront);
    void closeTab(int index);
    void onRendererGone(QWebEngineView *view, QWebEnginePage::RenderProcessTerminationStatus status, int exitCode);
    void closeEmptyPopupOf(QWebEnginePage *page);

    QString m_downloadFolder;
    NavigationPolicy m_policy;
    // Declared in this order because pages must be gone before the profile, and the profile before its interceptor.
    std::unique_ptr<RequestInterceptor> m_interceptor;
    std::unique_ptr<QWebEngineProfile> m_profile;
    NotebookDownloads *m_downloads = nullptr;
    QTabWidget *m_tabs = nullptr;
};

/// For main.cpp: panes that download to \a downloadFolder().
NotebookPaneFactory webNotebookPaneFactory(std::function<QString()> downloadFolder);

} // namespace nimbook::ui
