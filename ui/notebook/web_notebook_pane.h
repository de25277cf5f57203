// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"
#include "ui/common/notebook_pane.h"
#include "ui/notebook/browser_handover.h"
#include "ui/notebook/window_budget.h"

#include <QPointer>
#include <QTimer>
#include <QWebEnginePage>

#include <memory>
#include <vector>

class QAction;
class QTabWidget;
class QWebEngineView;

namespace nimbook::ui {

class EngineGate;
class NotebookDownloads;
class NotebookPage;
class PageBar;
class PageDownload;
class PageFrame;
class PageSite;

/// Jupyter in tabs, and the machine's forwarded ports beside it: each server on an off-the-record profile of its own, so that nothing of
/// a page outlives the pane, and neither machines nor ports share cookies.
class WebNotebookPane final : public NotebookPane {
    Q_OBJECT
public:
    /// \param gate made before the first pane of the process, shared by all
    WebNotebookPane(std::shared_ptr<EngineGate> gate, QString downloadFolder, QWidget *parent = nullptr);
    ~WebNotebookPane() override;

    void open(const QUrl &root, const Secret &token) override;
    void openForward(const QUrl &root, const QString &name) override;
    void closeForward(const QUrl &root) override;
    void closeAll() override;
    bool isOpen() const override;
    bool startFind() override;

    QTabWidget *tabs() const { return m_tabs; }
    PageBar *bar() const { return m_bar; }
    PageFrame *currentFrame() const; ///< null: nothing is open
    QWebEngineView *currentView() const;
    /// Shows a page of Jupyter ("notebooks/train.ipynb") in a new tab; null while there is none.
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
    QString currentNotebook() const; ///< its path below Jupyter's folder; empty: no notebook is in front
    PageFrame *frame(int index) const;
    std::unique_ptr<PageSite> makeSite(const QUrl &root, const Secret &token, const QString &name); ///< null: pageFailed() said why
    PageFrame *addTab(PageSite &site, bool inFront);
    void closeTabsOf(const PageSite &site);
    void closeTab(int index);
    void closeEmptyPopupOf(QWebEnginePage *page);
    void showTitle(PageFrame *frame);
    void showIcon(PageFrame *frame);
    void onDownload(PageDownload *download, QWebEnginePage *page);
    void fillDownloadMenu();
    void setZoom(qreal zoom);
    void applyColors();
    void applyClipboard();
    void onFullScreenRequest(PageFrame *frame, bool on);
    void leaveFullScreen();
    void printToPdf();
    void openInBrowser();

    std::shared_ptr<EngineGate> m_gate;
    QString m_downloadFolder;
    WindowBudget m_windows;
    QPointer<PageFrame> m_fullScreen; // its page fills the screen by itself
    QAction *m_escape;
    qreal m_zoom = 1;
    BrowserHandover m_handover;
    QTimer m_handoverEnd; // a browser has read the file long before
    struct Downloaded {
        QString path;
        QString state; // translated; empty: it is there
        QPointer<Job> job;
    };
    QList<Downloaded> m_downloaded; // newest first
    // Their pages must be gone before them: closeAll().
    std::unique_ptr<PageSite> m_jupyter;
    std::vector<std::unique_ptr<PageSite>> m_forwards;
    QTabWidget *m_tabs = nullptr;
    PageBar *m_bar = nullptr;
};

/// For main.cpp: panes that download to \a downloadFolder().
NotebookPaneFactory webNotebookPaneFactory(std::function<QString()> downloadFolder);

/// For main.cpp, before the first pane is made: pages are drawn without the graphics card.
void drawPagesWithoutGraphicsCard();

} // namespace nimbook::ui
