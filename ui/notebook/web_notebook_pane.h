// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"
#include "ui/common/notebook_pane.h"
#include "ui/notebook/browser_handover.h"
#include "ui/notebook/navigation_policy.h"
#include "ui/notebook/window_budget.h"

#include <QPointer>
#include <QTimer>
#include <QWebEnginePage>

#include <memory>

class QTabWidget;
class QWebEngineProfile;
class QWebEngineView;

namespace nimbook::ui {

class EngineGate;
class NotebookDownloads;
class NotebookPage;
class PageBar;
class PageDownload;
class PageFrame;
class RequestInterceptor;

/// Jupyter in tabs, on one off-the-record profile: nothing of the page outlives the pane, and machines share no cookies.
class WebNotebookPane final : public NotebookPane {
    Q_OBJECT
public:
    /// \param gate made before the first pane of the process, shared by all
    WebNotebookPane(std::shared_ptr<EngineGate> gate, QString downloadFolder, QWidget *parent = nullptr);
    ~WebNotebookPane() override;

    void open(const QUrl &root, const Secret &token) override;
    void closeAll() override;
    bool isOpen() const override;
    bool startFind() override;

    QTabWidget *tabs() const { return m_tabs; }
    PageBar *bar() const { return m_bar; }
    PageFrame *currentFrame() const; ///< null: nothing is open
    QWebEngineView *currentView() const;
    /// Shows a page of the same Jupyter ("notebooks/train.ipynb") in a new tab.
    QWebEngineView *openPath(const QString &path);

    /// Links that belong to the system's browser; QDesktopServices unless a test says otherwise.
    std::function<void(const QUrl &)> openExternally;
    /// Which files an upload of the page takes; the desktop's own dialog unless a test says otherwise.
    std::function<QStringList(QWebEnginePage::FileSelectionMode mode)> pickFiles;

Q_SIGNALS:
    void refused(const QUrl &url); ///< a request or navigation that the policy did not allow

protected:
    void changeEvent(QEvent *event) override;

private:
    void connectBar();
    PageFrame *frame(int index) const;
    PageFrame *addTab(bool inFront);
    void closeTab(int index);
    void closeEmptyPopupOf(QWebEnginePage *page);
    void showTitle(PageFrame *frame);
    void showIcon(PageFrame *frame);
    void onDownload(PageDownload *download, QWebEnginePage *page);
    void fillDownloadMenu();
    void setZoom(qreal zoom);
    void applyColors();
    void applyClipboard();
    void printToPdf();
    void openInBrowser();

    std::shared_ptr<EngineGate> m_gate;
    QString m_downloadFolder;
    NavigationPolicy m_policy;
    WindowBudget m_windows;
    Secret m_token;
    qreal m_zoom = 1;
    BrowserHandover m_handover;
    QTimer m_handoverEnd; // a browser has read the file long before
    struct Downloaded {
        QString path;
        QString state; // translated; empty: it is there
        QPointer<Job> job;
    };
    QList<Downloaded> m_downloaded; // newest first
    // Declared in this order because pages must be gone before the profile, and the profile before its interceptor.
    std::unique_ptr<RequestInterceptor> m_interceptor;
    std::unique_ptr<QWebEngineProfile> m_profile;
    QTabWidget *m_tabs = nullptr;
    PageBar *m_bar = nullptr;
};

/// For main.cpp: panes that download to \a downloadFolder().
NotebookPaneFactory webNotebookPaneFactory(std::function<QString()> downloadFolder);

/// For main.cpp, before the first pane is made: pages are drawn without the graphics card.
void drawPagesWithoutGraphicsCard();

} // namespace nimbook::ui
