// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_frame.h"

#include "base/logging.h"
#include "ui/common/error_banner.h"
#include "ui/notebook/find_bar.h"
#include "ui/notebook/notebook_page.h"
#include "ui/notebook/page_site.h"
#include "ui/notebook/render_watch.h"
#include "ui/notebook/user_gesture.h"

#include <QPushButton>
#include <QVBoxLayout>
#include <QWebEngineLoadingInfo>
#include <QWebEngineView>

#include <algorithm>
#include <utility>

namespace nimbook::ui {

// A page that dies again so soon would die for ever.
static constexpr qint64 crashesBelongTogether = 60'000; // ms

PageFrame::PageFrame(PageSite &site, QWidget *parent)
    : QWidget(parent)
    , m_site(site)
    , m_bar(new ErrorBanner(this))
    , m_view(new QWebEngineView(this))
    , m_find(new FindBar(m_view, this))
    , m_renderWatch(new RenderWatch(m_view))
{
    m_bar->setObjectName(QStringLiteral("pageBanner"));
    m_view->setAccessibleName(site.isJupyter() ? tr("Jupyter") : site.name());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_find);
    setFocusProxy(m_view);

    connect(m_bar, &ErrorBanner::dismissed, this, [this] {
        if (!m_questions.isEmpty())
            answer(false);
    });
    connect(m_view, &QWebEngineView::renderProcessTerminated, this, &PageFrame::onRendererGone);
    connect(m_renderWatch, &RenderWatch::blank, this, [this] {
        offerWaysOut(tr("The page has loaded, but this computer's graphics show nothing of it."),
                     tr("Load it again. If it stays empty, drawing without the graphics card usually helps."));
    });
}

void PageFrame::setPage(NotebookPage *page)
{
    m_view->setPage(page);
    page->hasGesture = [gesture = new UserGesture(m_view)] { return gesture->isFresh(); };
    connect(page, &QWebEnginePage::loadingChanged, this, &PageFrame::onLoading);
    connect(page, &NotebookPage::asked, this, &PageFrame::ask);
    connect(page, &NotebookPage::said, this, &PageFrame::say);
}

void PageFrame::ask(const PageQuestion &question)
{
    // Asked again while the bar is up: one answer is for both.
    const auto same = std::find_if(m_questions.begin(), m_questions.end(),
                                   [&](const PageQuestion &waiting) { return waiting.answerFor == question.answerFor; });
    if (same != m_questions.end()) {
        same->answer = [first = same->answer, second = question.answer](bool allow) {
            first(allow);
            second(allow);
        };
        return;
    }
    m_questions.enqueue(question);
    if (m_questions.size() == 1)
        showNextQuestion();
}

void PageFrame::showNextQuestion()
{
    if (m_questions.isEmpty()) {
        m_bar->clear();
        return;
    }
    m_bar->showMessage(ErrorBanner::Kind::Question, m_questions.head().what,
                       tr("Whatever a notebook runs can ask. Without your answer it gets nothing."));
    QPushButton *refuse = m_bar->addButton(tr("Do not allow"), QStringLiteral("refusePermissionButton"));
    QPushButton *allow = m_bar->addButton(tr("Allow"), QStringLiteral("allowPermissionButton"));
    // Queued: the buttons go with the answer.
    connect(allow, &QPushButton::clicked, this, [this] { answer(true); }, Qt::QueuedConnection);
    connect(refuse, &QPushButton::clicked, this, [this] { answer(false); }, Qt::QueuedConnection);
}

void PageFrame::answer(bool allow)
{
    if (m_questions.isEmpty())
        return;
    const PageQuestion question = m_questions.dequeue();
    question.answer(allow);
    showNextQuestion();
}

void PageFrame::say(const QString &what)
{
    if (m_questions.isEmpty()) // a question must not be talked away by the page
        m_bar->showMessage(ErrorBanner::Kind::Information, what);
}

void PageFrame::showFullScreenNotice()
{
    if (!m_questions.isEmpty())
        return; // a bar is there already: what is seen is not the page alone
    m_noticed = true;
    m_bar->showMessage(ErrorBanner::Kind::Information, tr("%1 fills the screen. Esc or F11 leaves.").arg(m_site.isJupyter() ? tr("The page") : m_site.name()));
}

void PageFrame::clearFullScreenNotice()
{
    if (std::exchange(m_noticed, false) && m_questions.isEmpty())
        m_bar->clear();
}

void PageFrame::onLoading(const QWebEngineLoadingInfo &loading)
{
    // Jupyter is there before its page is; another program may still be starting, or may have ended.
    if (m_site.isJupyter() || !m_questions.isEmpty())
        return;
    if (loading.status() == QWebEngineLoadingInfo::LoadSucceededStatus && std::exchange(m_nothingAnswered, false))
        m_bar->clear();
    if (loading.status() != QWebEngineLoadingInfo::LoadFailedStatus) // one that became a download is stopped, not failed
        return;
    m_nothingAnswered = true;
    m_bar->showMessage(ErrorBanner::Kind::Warning, tr("Nothing answers for %1 yet.").arg(m_site.name()),
                       tr("Start it on the machine, and have it listen on the forwarded port. In the container it has to listen on all addresses."));
    QPushButton *reload = m_bar->addButton(tr("Load again"), QStringLiteral("reloadPageButton"));
    connect(reload, &QPushButton::clicked, this, [this, where = loading.url()] { m_view->load(where.isEmpty() ? m_site.root() : where); }, Qt::QueuedConnection);
}

void PageFrame::onRendererGone(QWebEnginePage::RenderProcessTerminationStatus status, int exitCode)
{
    if (status == QWebEnginePage::NormalTerminationStatus)
        return;
    qCWarning(lcUi) << "the page's process ended, status" << status << "code" << exitCode;
    for (const PageQuestion &question : std::as_const(m_questions))
        question.answer(false);
    m_questions.clear();
    const bool again = m_lastCrash.isValid() && m_lastCrash.elapsed() < crashesBelongTogether;
    m_lastCrash.start();
    if (again) {
        offerWaysOut(tr("The page has crashed twice (status %1). The kernel on the machine goes on.").arg(exitCode),
                     tr("Large outputs can be too much for a page; graphics drivers are the other usual reason."));
        return;
    }
    m_bar->showMessage(ErrorBanner::Kind::Warning, tr("The page crashed and was loaded again. The kernel on the machine goes on."));
    // Not from inside the signal: the engine is still cleaning up.
    QMetaObject::invokeMethod(m_view, &QWebEngineView::reload, Qt::QueuedConnection);
}

void PageFrame::offerWaysOut(const QString &what, const QString &nextStep)
{
    m_bar->showMessage(ErrorBanner::Kind::Error, what, nextStep);
    QPushButton *reload = m_bar->addButton(tr("Load again"), QStringLiteral("reloadPageButton"));
    QPushButton *software = m_bar->addButton(tr("Draw without the graphics card"), QStringLiteral("softwareRenderingButton"));
    QPushButton *browser = m_bar->addButton(tr("Open in the browser"), QStringLiteral("openInBrowserButton"));
    connect(reload, &QPushButton::clicked, this, [this] {
        m_bar->clear();
        m_view->reload();
    }, Qt::QueuedConnection);
    connect(software, &QPushButton::clicked, this, [this] {
        m_bar->showMessage(ErrorBanner::Kind::Information, tr("From its next start Nimbook draws pages without the graphics card."));
        Q_EMIT softwareRenderingWanted();
    }, Qt::QueuedConnection);
    connect(browser, &QPushButton::clicked, this, &PageFrame::browserWanted);
}

} // namespace nimbook::ui
