// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/web_notebook_pane.h"

#include "ui/common/flat_tabs.h"
#include "ui/common/look.h"
#include "ui/common/reveal_file.h"
#include "ui/common/symbolic_icon.h"
#include "ui/notebook/engine_gate.h"
#include "ui/notebook/find_bar.h"
#include "ui/notebook/notebook_path.h"
#include "ui/notebook/notebook_downloads.h"
#include "ui/notebook/notebook_page.h"
#include "ui/notebook/page_bar.h"
#include "ui/notebook/page_download.h"
#include "ui/notebook/page_frame.h"
#include "ui/notebook/page_site.h"
#include "ui/notebook/page_theme.h"
#include "ui/notebook/page_trim.h"
#include "ui/notebook/request_interceptor.h"

#include <QAction>
#include <QDesktopServices>
#include <QDir>
#include <QEvent>
#include <QFileInfo>
#include <QMenu>
#include <QVBoxLayout>
#include <QWebEngineFullScreenRequest>
#include <QWebEngineHistory>
#include <QWebEngineProfile>
#include <QWebEngineSettings>
#include <QWebEngineView>

#include <algorithm>
#include <utility>

namespace nimbook::ui {

WebNotebookPane::WebNotebookPane(std::shared_ptr<EngineGate> gate, QString downloadFolder, QWidget *parent)
    : NotebookPane(parent), m_gate(std::move(gate)), m_downloadFolder(std::move(downloadFolder)), m_escape(new QAction(tr("Leave full screen"), this)), m_tabs(new FlatTabs(this)), m_bar(new PageBar(this))
{
    openExternally = [](const QUrl &url) { QDesktopServices::openUrl(url); };
    m_tabs->setObjectName(QStringLiteral("notebookTabs"));
    m_tabs->setAccessibleName(tr("Notebook pages"));
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setElideMode(Qt::ElideRight);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->setCornerWidget(m_bar);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &WebNotebookPane::closeTab);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    setFocusProxy(m_tabs);
    m_handoverEnd.setSingleShot(true);
    connect(&m_handoverEnd, &QTimer::timeout, this, [this] { m_handover.forget(); });
    connectBar();
}

WebNotebookPane::~WebNotebookPane()
{
    closeAll();
}

void WebNotebookPane::connectBar()
{
    const auto onView = [this](QAction *action, auto call) {
        connect(action, &QAction::triggered, this, [this, call] {
            if (QWebEngineView *view = currentView())
                call(*view);
        });
    };
    onView(m_bar->back, [](QWebEngineView &view) { view.back(); });
    onView(m_bar->reload, [](QWebEngineView &view) { view.reload(); });
    onView(m_bar->newTab, [this](QWebEngineView &) {
        if (QWebEngineView *files = openPath(QString()))
            files->setFocus();
    });
    onView(m_bar->closeTab, [this](QWebEngineView &) { closeTab(m_tabs->currentIndex()); });
    const auto walk = [this](int step) { m_tabs->setCurrentIndex((m_tabs->currentIndex() + step + m_tabs->count()) % m_tabs->count()); };
    onView(m_bar->nextTab, [walk](QWebEngineView &) { walk(1); });
    onView(m_bar->previousTab, [walk](QWebEngineView &) { walk(-1); });
    onView(m_bar->find, [this](QWebEngineView &) { currentFrame()->findBar()->open(); });
    connect(m_bar->zoomIn, &QAction::triggered, this, [this] { setZoom(m_zoom * 1.1); });
    connect(m_bar->zoomOut, &QAction::triggered, this, [this] { setZoom(m_zoom / 1.1); });
    connect(m_bar->zoomReset, &QAction::triggered, this, [this] { setZoom(1); });
    connect(m_bar->fullScreen, &QAction::toggled, this, [this](bool on) {
        if (!on)
            leaveFullScreen(); // the page has to know
        Q_EMIT fullScreenWanted(on);
    });
    // Only while a page fills the screen by itself: otherwise Escape is Jupyter's, which leaves a cell with it.
    m_escape->setObjectName(QStringLiteral("leaveFullScreenAction"));
    m_escape->setShortcut(Qt::Key_Escape);
    m_escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_escape->setEnabled(false);
    addAction(m_escape);
    connect(m_escape, &QAction::triggered, this, &WebNotebookPane::leaveFullScreen);
    connect(m_bar->printToPdf, &QAction::triggered, this, &WebNotebookPane::printToPdf);
    connect(m_bar->openInBrowser, &QAction::triggered, this, &WebNotebookPane::openInBrowser);
    connect(m_bar->ownColors, &QAction::toggled, this, &WebNotebookPane::applyColors);
    connect(m_bar->clipboard, &QAction::toggled, this, &WebNotebookPane::applyClipboard);
    connect(m_bar->pageMenu(), &QMenu::aboutToShow, this, [this] {
        m_bar->runInBackground->setEnabled(!currentNotebook().isEmpty());
    });
    onView(m_bar->runInBackground, [this](QWebEngineView &) {
        const QString notebook = currentNotebook();
        if (!notebook.isEmpty())
            Q_EMIT runInBackgroundWanted(notebook);
    });
    connect(m_bar->downloadMenu(), &QMenu::aboutToShow, this, &WebNotebookPane::fillDownloadMenu);
}

QString WebNotebookPane::currentNotebook() const
{
    const PageFrame *page = currentFrame();
    return page && page->site().isJupyter() ? notebookPath(page->site().root(), page->view()->url()) : QString();
}

std::unique_ptr<PageSite> WebNotebookPane::makeSite(const QUrl &root, const Secret &token, const QString &name)
{
    if (!m_gate->isOpen()) {
        Q_EMIT pageFailed(tr("No port of this computer is free for the page's way to the tunnel. Close some programs and open the notebook again."));
        return nullptr;
    }
    auto site = std::make_unique<PageSite>(m_gate, root, token, name);
    connect(site->interceptor(), &RequestInterceptor::refused, this, &WebNotebookPane::refused);
    auto *downloads = new NotebookDownloads(*site->profile(), m_downloadFolder, site->profile());
    connect(downloads, &NotebookDownloads::finished, this, &NotebookPane::downloadFinished);
    connect(downloads, &NotebookDownloads::failed, this, &NotebookPane::downloadFailed);
    connect(downloads, &NotebookDownloads::started, this, &WebNotebookPane::onDownload);
    return site;
}

void WebNotebookPane::open(const QUrl &root, const Secret &token)
{
    if (m_jupyter && !m_jupyter->policy().isOwnOrigin(root)) {
        closeTabsOf(*m_jupyter);
        m_jupyter.reset();
    }
    if (m_jupyter) {
        m_jupyter->setToken(token);
        for (int i = 0; i < m_tabs->count(); ++i) {
            if (&frame(i)->site() == m_jupyter.get())
                return;
        }
    } else if (!(m_jupyter = makeSite(root, token, {}))) {
        return;
    }
    addTab(*m_jupyter, true)->view()->load(root);
}

void WebNotebookPane::openForward(const QUrl &root, const QString &name)
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (const PageSite &site = frame(i)->site(); !site.isJupyter() && site.policy().isOwnOrigin(root)) {
            m_tabs->setCurrentIndex(i);
            return;
        }
    }
    const auto known = std::find_if(m_forwards.cbegin(), m_forwards.cend(), [&root](const auto &site) { return site->policy().isOwnOrigin(root); });
    PageSite *site = known == m_forwards.cend() ? nullptr : known->get(); // its last tab was closed, and whoever signed in there still is
    if (!site) {
        auto made = makeSite(root, {}, name.isEmpty() ? root.authority() : name);
        if (!made)
            return;
        m_forwards.push_back(std::move(made));
        site = m_forwards.back().get();
    }
    addTab(*site, true)->view()->load(root);
}

void WebNotebookPane::closeForward(const QUrl &root)
{
    const auto found = std::find_if(m_forwards.begin(), m_forwards.end(), [&root](const auto &site) { return site->policy().isOwnOrigin(root); });
    if (found == m_forwards.end())
        return;
    closeTabsOf(**found);
    m_forwards.erase(found);
    if (m_tabs->count() == 0 && m_jupyter)
        addTab(*m_jupyter, true)->view()->load(m_jupyter->root());
}

void WebNotebookPane::closeTabsOf(const PageSite &site)
{
    for (int i = m_tabs->count() - 1; i >= 0; --i) {
        if (QWidget *page = m_tabs->widget(i); &frame(i)->site() == &site) {
            m_tabs->removeTab(i);
            delete page; // now: the profile must not go before it
        }
    }
    const auto closing = findChildren<PageFrame *>(); // those that are to be deleted later
    for (PageFrame *page : closing) {
        if (&page->site() == &site)
            delete page;
    }
}

void WebNotebookPane::closeAll()
{
    while (m_tabs->count() > 0)
        m_tabs->removeTab(0);
    qDeleteAll(findChildren<PageFrame *>());
    m_forwards.clear();
    m_jupyter.reset();
    m_handover.forget();
    if (m_bar->fullScreen->isChecked())
        m_bar->fullScreen->setChecked(false);
}

bool WebNotebookPane::isOpen() const
{
    return m_tabs->count() > 0;
}

bool WebNotebookPane::startFind()
{
    PageFrame *page = currentFrame();
    if (!page || !isVisible() || !isAncestorOf(window()->focusWidget()))
        return false;
    page->findBar()->open();
    return true;
}

PageFrame *WebNotebookPane::frame(int index) const
{
    return qobject_cast<PageFrame *>(m_tabs->widget(index));
}

PageFrame *WebNotebookPane::currentFrame() const
{
    return frame(m_tabs->currentIndex());
}

QWebEngineView *WebNotebookPane::currentView() const
{
    PageFrame *page = currentFrame();
    return page ? page->view() : nullptr;
}

QWebEngineView *WebNotebookPane::openPath(const QString &path)
{
    if (!m_jupyter)
        return nullptr;
    QUrl url = m_jupyter->root();
    url.setPath(url.path() + path, QUrl::DecodedMode);
    QWebEngineView *view = addTab(*m_jupyter, true)->view();
    view->load(url);
    return view;
}

PageFrame *WebNotebookPane::addTab(PageSite &site, bool inFront)
{
    auto *frame = new PageFrame(site, m_tabs);
    QWebEngineView *view = frame->view();
    auto *page = new NotebookPage(site.profile(), site.policy(), view);
    page->makeWindow = [this, &site](bool front, bool byUser) -> QWebEnginePage * {
        return m_windows.mayOpenWindow(byUser, m_tabs->count()) ? addTab(site, front)->view()->page() : nullptr;
    };
    page->pickFiles = pickFiles;
    if (site.isJupyter())
        hideWaysOutOfJupyter(page);
    // A bar says it in the person's words, and knows what to do.
    page->settings()->setAttribute(QWebEngineSettings::ErrorPageEnabled, site.isJupyter());
    frame->setPage(page);
    if (site.isJupyter())
        setPageDark(page, isDark(palette()) && !m_bar->ownColors->isChecked());
    const int index = m_tabs->addTab(frame, site.isJupyter() ? tr("Loading…") : site.name());
    showIcon(frame);
    if (inFront)
        m_tabs->setCurrentIndex(index);
    connect(page, &NotebookPage::linkLeaves, this, [this](const QUrl &url) { openExternally(url); });
    connect(page, &QWebEnginePage::windowCloseRequested, this, [this, frame] { closeTab(m_tabs->indexOf(frame)); });
    connect(page, &QWebEnginePage::fullScreenRequested, this, [this, frame](QWebEngineFullScreenRequest request) {
        request.accept();
        onFullScreenRequest(frame, request.toggleOn());
    });
    connect(view, &QWebEngineView::titleChanged, this, [this, frame] { showTitle(frame); });
    connect(view, &QWebEngineView::urlChanged, this, [this, frame] { showIcon(frame); });
    // The engine takes a new page's zoom from the profile, or from nowhere.
    connect(view, &QWebEngineView::loadFinished, this, [this, view] { view->setZoomFactor(m_zoom); });
    connect(frame, &PageFrame::browserWanted, this, &WebNotebookPane::openInBrowser);
    connect(frame, &PageFrame::softwareRenderingWanted, this, &NotebookPane::softwareRenderingWanted);
    applyClipboard();
    return frame;
}

void WebNotebookPane::showTitle(PageFrame *frame)
{
    const int at = m_tabs->indexOf(frame);
    const PageSite &site = frame->site();
    const QString title = frame->view()->title();
    // Until a page has a title the engine offers its address; that is not for a tab.
    const bool isAddress = title.contains(QLatin1String("://")) || title.startsWith(site.root().authority());
    // Another program's page keeps the name that the person gave it: it must not look like a notebook.
    m_tabs->setTabText(at, !site.isJupyter() ? site.name() : isAddress ? tr("Jupyter") : title);
    m_tabs->setTabToolTip(at, !site.isJupyter() && !isAddress ? tr("%1: %2").arg(site.name(), title) : m_tabs->tabText(at));
}

void WebNotebookPane::showIcon(PageFrame *frame)
{
    const QString path = frame->view()->url().path();
    QString icon = QStringLiteral("notebook");
    if (!frame->site().isJupyter())
        icon = QStringLiteral("globe");
    else if (path.startsWith(QLatin1String("/tree")))
        icon = QStringLiteral("folder");
    else if (path.startsWith(QLatin1String("/terminals")))
        icon = QStringLiteral("console");
    else if (path.startsWith(QLatin1String("/edit")) || path.startsWith(QLatin1String("/view")) || path.startsWith(QLatin1String("/files")))
        icon = QStringLiteral("file");
    m_tabs->setTabIcon(m_tabs->indexOf(frame), symbolicIcon(icon));
}

void WebNotebookPane::closeTab(int index)
{
    if (index < 0 || m_tabs->count() <= 1)
        return; // the last page stays: an empty pane would have no way back
    QWidget *page = m_tabs->widget(index);
    if (page == m_fullScreen)
        leaveFullScreen();
    m_tabs->removeTab(index);
    page->deleteLater();
}

void WebNotebookPane::closeEmptyPopupOf(QWebEnginePage *page)
{
    // target=_blank opens a tab first and turns into a download only then.
    for (int i = 1; page && i < m_tabs->count(); ++i) {
        if (frame(i)->view()->page() == page && page->history()->count() == 0)
            QMetaObject::invokeMethod(this, [this, empty = QPointer(frame(i))] { closeTab(m_tabs->indexOf(empty)); }, Qt::QueuedConnection);
    }
}

void WebNotebookPane::onDownload(PageDownload *download, QWebEnginePage *page)
{
    constexpr int kept = 30;
    closeEmptyPopupOf(page);
    m_downloaded.prepend({download->path(), tr("on its way"), download});
    if (m_downloaded.size() > kept)
        m_downloaded.removeLast();
    connect(download, &Job::finished, this, [this, download] {
        const auto entry = std::find_if(m_downloaded.begin(), m_downloaded.end(), [&](const Downloaded &one) { return one.job == download; });
        if (entry != m_downloaded.end())
            entry->state = download->state() == Job::State::Succeeded ? QString() : tr("not downloaded");
    });
    Q_EMIT downloadStarted(download, QFileInfo(download->path()).fileName());
}

void WebNotebookPane::fillDownloadMenu()
{
    QMenu *menu = m_bar->downloadMenu();
    menu->clear();
    for (const Downloaded &entry : std::as_const(m_downloaded)) {
        const QString name = QFileInfo(entry.path).fileName().replace(QLatin1Char('&'), QLatin1String("&&"));
        QAction *action = menu->addAction(entry.state.isEmpty() ? name : tr("%1 – %2").arg(name, entry.state));
        action->setToolTip(tr("Shows %1 in the file manager").arg(entry.path));
        action->setEnabled(entry.state.isEmpty());
        connect(action, &QAction::triggered, this, [path = entry.path] { revealFile(path); });
    }
    if (m_downloaded.isEmpty())
        menu->addAction(tr("Nothing was downloaded yet"))->setEnabled(false);
    menu->addSeparator();
    connect(menu->addAction(symbolicIcon(QStringLiteral("folder")), tr("Open the download folder")), &QAction::triggered, this,
            [this] { openExternally(QUrl::fromLocalFile(m_downloadFolder)); });
}

void WebNotebookPane::setZoom(qreal zoom)
{
    m_zoom = std::clamp(zoom, 0.5, 3.0);
    for (int i = 0; i < m_tabs->count(); ++i)
        frame(i)->view()->setZoomFactor(m_zoom);
}

void WebNotebookPane::applyColors()
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        if (frame(i)->site().isJupyter())
            setPageDark(frame(i)->view()->page(), isDark(palette()) && !m_bar->ownColors->isChecked());
    }
}

void WebNotebookPane::applyClipboard()
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        QWebEngineSettings *settings = frame(i)->view()->page()->settings();
        settings->setAttribute(QWebEngineSettings::JavascriptCanAccessClipboard, m_bar->clipboard->isChecked());
        settings->setAttribute(QWebEngineSettings::JavascriptCanPaste, m_bar->clipboard->isChecked());
    }
}

void WebNotebookPane::changeEvent(QEvent *event)
{
    NotebookPane::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_bar)
        applyColors();
}

void WebNotebookPane::onFullScreenRequest(PageFrame *frame, bool on)
{
    if (!on && m_fullScreen && m_fullScreen != frame)
        return; // a page behind another one has nothing to give back
    m_fullScreen = on ? frame : nullptr;
    m_escape->setEnabled(on);
    m_tabs->tabBar()->setVisible(!on);
    m_bar->setVisible(!on);
    if (on) {
        m_tabs->setCurrentWidget(frame);
        // What looks like the desktop, or like a question of Nimbook's, may be the page: so it is said, each time.
        frame->showFullScreenNotice();
    } else {
        frame->clearFullScreenNotice();
    }
    m_bar->fullScreen->setChecked(on);
}

void WebNotebookPane::leaveFullScreen()
{
    const QPointer<PageFrame> frame = std::exchange(m_fullScreen, nullptr);
    m_escape->setEnabled(false);
    m_tabs->tabBar()->show();
    m_bar->show();
    if (frame) {
        frame->clearFullScreenNotice();
        frame->view()->triggerPageAction(QWebEnginePage::ExitFullScreen);
    }
    m_bar->fullScreen->setChecked(false);
}

void WebNotebookPane::printToPdf()
{
    QWebEngineView *view = currentView();
    if (!view)
        return;
    const QString name = NotebookDownloads::safeName(m_tabs->tabText(m_tabs->currentIndex()));
    if (!QDir().mkpath(m_downloadFolder)) {
        Q_EMIT downloadFailed(name, tr("The folder %1 cannot be made.").arg(m_downloadFolder));
        return;
    }
    const QString file = NotebookDownloads::freeName(m_downloadFolder, name + QStringLiteral(".pdf"));
    connect(view->page(), &QWebEnginePage::pdfPrintingFinished, this, [this, file](const QString &path, bool ok) {
        if (!ok) {
            Q_EMIT downloadFailed(file, tr("%1 cannot be written to.").arg(m_downloadFolder));
            return;
        }
        m_downloaded.prepend({path, {}, {}});
        Q_EMIT downloadFinished(path);
    }, Qt::SingleShotConnection);
    view->page()->printToPdf(QDir(m_downloadFolder).filePath(file));
}

void WebNotebookPane::openInBrowser()
{
    if (!isOpen())
        return;
    if (!currentFrame()->site().isJupyter()) { // nothing there is secret
        Q_EMIT shownElsewhere(currentView()->url());
        openExternally(currentView()->url());
        return;
    }
    const Result<QUrl> file = m_handover.prepare(currentView()->url(), m_jupyter->token());
    if (!file) {
        Q_EMIT pageFailed(file.error().message);
        return;
    }
    m_handoverEnd.start(60'000);
    Q_EMIT shownElsewhere(currentView()->url());
    openExternally(*file);
}

NotebookPaneFactory webNotebookPaneFactory(std::function<QString()> downloadFolder)
{
    return [downloadFolder = std::move(downloadFolder), gate = std::shared_ptr<EngineGate>()](QWidget *parent) mutable -> NotebookPane * {
        if (!gate)
            gate = std::make_shared<EngineGate>();
        return new WebNotebookPane(gate, downloadFolder(), parent);
    };
}

void drawPagesWithoutGraphicsCard()
{
    const QByteArray flags = qgetenv("QTWEBENGINE_CHROMIUM_FLAGS");
    qputenv("QTWEBENGINE_CHROMIUM_FLAGS", (flags + " --disable-gpu").trimmed());
    qputenv("QT_QUICK_BACKEND", "software");
}

} // namespace nimbook::ui
