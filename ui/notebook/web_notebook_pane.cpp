// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/web_notebook_pane.h"

#include "ui/common/flat_tabs.h"
#include "ui/notebook/notebook_downloads.h"
#include "ui/notebook/notebook_page.h"
#include "ui/notebook/request_interceptor.h"

#include <QAction>
#include <QDesktopServices>
#include <QToolButton>
#include <QVBoxLayout>
#include <QWebEngineDownloadRequest>
#include <QWebEngineHistory>
#include <QWebEngineProfile>
#include <QWebEngineView>

namespace nimbook::ui {

WebNotebookPane::WebNotebookPane(QString downloadFolder, QWidget *parent)
    : NotebookPane(parent), m_downloadFolder(std::move(downloadFolder)), m_interceptor(std::make_unique<RequestInterceptor>()),
      m_tabs(new FlatTabs(this))
{
    openExternally = [](const QUrl &url) { QDesktopServices::openUrl(url); };
    m_tabs->setObjectName(QStringLiteral("notebookTabs"));
    m_tabs->setAccessibleName(tr("Notebook pages"));
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setElideMode(Qt::ElideRight);
    m_tabs->setTabBarAutoHide(true);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &WebNotebookPane::closeTab);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(m_interceptor.get(), &RequestInterceptor::refused, this, &WebNotebookPane::refused);
}

WebNotebookPane::~WebNotebookPane()
{
    closeAll();
}

void WebNotebookPane::open(const QUrl &root, const Secret &token)
{
    const bool sameOrigin = m_policy.isOwnOrigin(root);
    m_policy = NavigationPolicy(root);
    m_interceptor->setTarget(m_policy, token);
    if (sameOrigin && m_tabs->count() > 0)
        return;
    closeAll();
    m_policy = NavigationPolicy(root);
    m_interceptor->setTarget(m_policy, token);
    m_profile = std::make_unique<QWebEngineProfile>();
    m_profile->setUrlRequestInterceptor(m_interceptor.get());
    m_profile->setPersistentCookiesPolicy(QWebEngineProfile::NoPersistentCookies);
    m_profile->setSpellCheckEnabled(false);
    m_downloads = new NotebookDownloads(*m_profile, m_downloadFolder, m_profile.get());
    connect(m_downloads, &NotebookDownloads::finished, this, &NotebookPane::downloadFinished);
    connect(m_downloads, &NotebookDownloads::failed, this, &NotebookPane::downloadFailed);
    connect(m_downloads, &NotebookDownloads::started, this,
            [this](QWebEngineDownloadRequest *request) { closeEmptyPopupOf(request->page()); });
    addTab(true)->load(root);
}

void WebNotebookPane::closeAll()
{
    while (m_tabs->count() > 0) {
        QWidget *view = m_tabs->widget(0);
        m_tabs->removeTab(0);
        delete view;
    }
    m_profile.reset();
    m_downloads = nullptr;
    m_policy = NavigationPolicy();
    m_interceptor->setTarget(m_policy, Secret());
}

bool WebNotebookPane::isOpen() const
{
    return m_tabs->count() > 0;
}

QWebEngineView *WebNotebookPane::currentView() const
{
    return qobject_cast<QWebEngineView *>(m_tabs->currentWidget());
}

QWebEngineView *WebNotebookPane::openPath(const QString &path)
{
    if (!isOpen())
        return nullptr;
    QUrl url = m_policy.root();
    url.setPath(url.path() + path, QUrl::DecodedMode);
    QWebEngineView *view = addTab(true);
    view->load(url);
    return view;
}

QWebEngineView *WebNotebookPane::addTab(bool inFront)
{
    auto *view = new QWebEngineView(m_tabs);
    auto *page = new NotebookPage(m_profile.get(), m_policy, view);
    page->makeWindow = [this](bool front, bool byUser) -> QWebEnginePage * {
        // A page that opens windows by itself gets a few; a storm of them ends here.
        constexpr int mostTabsWithoutAClick = 12;
        return byUser || m_tabs->count() < mostTabsWithoutAClick ? addTab(front)->page() : nullptr;
    };
    connect(page, &NotebookPage::linkLeaves, this, [this](const QUrl &url) { openExternally(url); });
    view->setPage(page);
    view->setAccessibleName(tr("Jupyter"));
    const int index = m_tabs->addTab(view, tr("Loading…"));
    if (inFront)
        m_tabs->setCurrentIndex(index);
    connect(view, &QWebEngineView::titleChanged, this, [this, view](const QString &title) {
        const int at = m_tabs->indexOf(view);
        // Until a page has a title the engine offers its address; that is not for a tab.
        const QString shown = title.contains(QLatin1String("://")) || title.startsWith(m_policy.root().authority()) ? tr("Jupyter") : title;
        m_tabs->setTabText(at, shown);
        m_tabs->setTabToolTip(at, shown);
    });
    connect(view, &QWebEngineView::renderProcessTerminated, this,
            [this, view](QWebEnginePage::RenderProcessTerminationStatus status, int code) { onRendererGone(view, status, code); });
    connect(page, &QWebEnginePage::windowCloseRequested, this, [this, view] { closeTab(m_tabs->indexOf(view)); });
    return view;
}

void WebNotebookPane::closeTab(int index)
{
    if (index < 0 || m_tabs->count() <= 1)
        return; // the last page stays: an empty pane would have no way back
    QWidget *view = m_tabs->widget(index);
    m_tabs->removeTab(index);
    view->deleteLater();
}

void WebNotebookPane::onRendererGone(QWebEngineView *view, QWebEnginePage::RenderProcessTerminationStatus status, int exitCode)
{
    if (status == QWebEnginePage::NormalTerminationStatus)
        return;
    Q_EMIT pageFailed(tr("The page %1 has crashed (status %2). The kernel on the machine goes on; reload the page to see it again.")
                          .arg(m_tabs->tabText(m_tabs->indexOf(view)))
                          .arg(exitCode));
}

void WebNotebookPane::closeEmptyPopupOf(QWebEnginePage *page)
{
    // target=_blank opens a tab first and turns into a download only then.
    for (int i = 1; page && i < m_tabs->count(); ++i) {
        auto *view = qobject_cast<QWebEngineView *>(m_tabs->widget(i));
        if (view && view->page() == page && page->history()->count() == 0)
            QMetaObject::invokeMethod(this, [this, view = QPointer(view)] { closeTab(m_tabs->indexOf(view)); }, Qt::QueuedConnection);
    }
}

NotebookPaneFactory webNotebookPaneFactory(std::function<QString()> downloadFolder)
{
    return [downloadFolder = std::move(downloadFolder)](QWidget *parent) -> NotebookPane * {
        return new WebNotebookPane(downloadFolder(), parent);
    };
}

} // namespace nimbook::ui
