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
#include "ui/notebook/page_permissions.h"
#include "ui/notebook/page_theme.h"
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

namespace nimbook::ui {

WebNotebookPane::WebNotebookPane(std::shared_ptr<EngineGate> gate, QString downloadFolder, QWidget *parent)
    : NotebookPane(parent), m_gate(std::move(gate)), m_downloadFolder(std::move(downloadFolder)), m_interceptor(std::make_unique<RequestInterceptor>()),
      m_tabs(new FlatTabs(this)), m_bar(new PageBar(this))
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
    connect(m_interceptor.get(), &RequestInterceptor::refused, this, &WebNotebookPane::refused);
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
    onView(m_bar->newTab, [this](QWebEngineView &) { openPath(QString())->setFocus(); });
    onView(m_bar->closeTab, [this](QWebEngineView &) { closeTab(m_tabs->currentIndex()); });
    const auto walk = [this](int step) { m_tabs->setCurrentIndex((m_tabs->currentIndex() + step + m_tabs->count()) % m_tabs->count()); };
    onView(m_bar->nextTab, [walk](QWebEngineView &) { walk(1); });
    onView(m_bar->previousTab, [walk](QWebEngineView &) { walk(-1); });
    onView(m_bar->find, [this](QWebEngineView &) { currentFrame()->findBar()->open(); });
    connect(m_bar->zoomIn, &QAction::triggered, this, [this] { setZoom(m_zoom * 1.1); });
    connect(m_bar->zoomOut, &QAction::triggered, this, [this] { setZoom(m_zoom / 1.1); });
    connect(m_bar->zoomReset, &QAction::triggered, this, [this] { setZoom(1); });
    connect(m_bar->fullScreen, &QAction::toggled, this, &NotebookPane::fullScreenWanted);
    connect(m_bar->printToPdf, &QAction::triggered, this, &WebNotebookPane::printToPdf);
    connect(m_bar->openInBrowser, &QAction::triggered, this, &WebNotebookPane::openInBrowser);
    connect(m_bar->ownColors, &QAction::toggled, this, &WebNotebookPane::applyColors);
    connect(m_bar->clipboard, &QAction::toggled, this, &WebNotebookPane::applyClipboard);
    connect(m_bar->pageMenu(), &QMenu::aboutToShow, this, [this] {
        m_bar->runInBackground->setEnabled(isOpen() && !notebookPath(m_policy.root(), currentView()->url()).isEmpty());
    });
    onView(m_bar->runInBackground, [this](QWebEngineView &view) {
        const QString notebook = notebookPath(m_policy.root(), view.url());
        if (!notebook.isEmpty())
            Q_EMIT runInBackgroundWanted(notebook);
    });
    connect(m_bar->downloadMenu(), &QMenu::aboutToShow, this, &WebNotebookPane::fillDownloadMenu);
}

void WebNotebookPane::open(const QUrl &root, const Secret &token)
{
    const bool sameOrigin = m_policy.isOwnOrigin(root);
    if (!sameOrigin || m_tabs->count() == 0)
        closeAll();
    m_policy = NavigationPolicy(root);
    m_token = token;
    m_interceptor->setTarget(m_policy, token);
    if (m_tabs->count() > 0)
        return;
    if (!m_gate->isOpen()) {
        Q_EMIT pageFailed(tr("No port of this computer is free for the page's way to the tunnel. Close some programs and open the notebook again."));
        return;
    }
    m_gate->allow(root);
    m_profile = std::make_unique<QWebEngineProfile>();
    m_profile->setUrlRequestInterceptor(m_interceptor.get());
    m_profile->setPersistentCookiesPolicy(QWebEngineProfile::NoPersistentCookies);
    m_profile->setSpellCheckEnabled(false);
    forgetPermissionsWith(m_profile.get());
    auto *downloads = new NotebookDownloads(*m_profile, m_downloadFolder, m_profile.get());
    connect(downloads, &NotebookDownloads::finished, this, &NotebookPane::downloadFinished);
    connect(downloads, &NotebookDownloads::failed, this, &NotebookPane::downloadFailed);
    connect(downloads, &NotebookDownloads::started, this, &WebNotebookPane::onDownload);
    addTab(true)->view()->load(root);
}

void WebNotebookPane::closeAll()
{
    while (m_tabs->count() > 0) {
        QWidget *page = m_tabs->widget(0);
        m_tabs->removeTab(0);
        delete page;
    }
    m_profile.reset();
    if (!m_policy.root().isEmpty())
        m_gate->withdraw(m_policy.root());
    m_policy = NavigationPolicy();
    m_token = Secret();
    m_interceptor->setTarget(m_policy, Secret());
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
    if (!isOpen())
        return nullptr;
    QUrl url = m_policy.root();
    url.setPath(url.path() + path, QUrl::DecodedMode);
    QWebEngineView *view = addTab(true)->view();
    view->load(url);
    return view;
}

PageFrame *WebNotebookPane::addTab(bool inFront)
{
    auto *frame = new PageFrame(m_tabs);
    QWebEngineView *view = frame->view();
    auto *page = new NotebookPage(m_profile.get(), m_policy, view);
    page->makeWindow = [this](bool front, bool byUser) -> QWebEnginePage * {
        return m_windows.mayOpenWindow(byUser, m_tabs->count()) ? addTab(front)->view()->page() : nullptr;
    };
    page->pickFiles = pickFiles;
    frame->setPage(page);
    setPageDark(page, isDark(palette()) && !m_bar->ownColors->isChecked());
    const int index = m_tabs->addTab(frame, tr("Loading…"));
    if (inFront)
        m_tabs->setCurrentIndex(index);
    connect(page, &NotebookPage::linkLeaves, this, [this](const QUrl &url) { openExternally(url); });
    connect(page, &QWebEnginePage::windowCloseRequested, this, [this, frame] { closeTab(m_tabs->indexOf(frame)); });
    connect(page, &QWebEnginePage::fullScreenRequested, this, [this](QWebEngineFullScreenRequest request) {
        request.accept();
        m_bar->fullScreen->setChecked(request.toggleOn());
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
    const QString title = frame->view()->title();
    // Until a page has a title the engine offers its address; that is not for a tab.
    const QString shown = title.contains(QLatin1String("://")) || title.startsWith(m_policy.root().authority()) ? tr("Jupyter") : title;
    m_tabs->setTabText(at, shown);
    m_tabs->setTabToolTip(at, shown);
}

void WebNotebookPane::showIcon(PageFrame *frame)
{
    const QString path = frame->view()->url().path();
    QString icon = QStringLiteral("notebook");
    if (path.startsWith(QLatin1String("/tree")))
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
    for (int i = 0; i < m_tabs->count(); ++i)
        setPageDark(frame(i)->view()->page(), isDark(palette()) && !m_bar->ownColors->isChecked());
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
    const Result<QUrl> file = m_handover.prepare(currentView()->url(), m_token);
    if (!file) {
        Q_EMIT pageFailed(file.error().message);
        return;
    }
    m_handoverEnd.start(60'000);
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
