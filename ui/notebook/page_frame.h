// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/notebook/page_question.h"

#include <QElapsedTimer>
#include <QQueue>
#include <QWebEnginePage>
#include <QWidget>

class QWebEngineLoadingInfo;
class QWebEngineView;

namespace nimbook::ui {

class ErrorBanner;
class FindBar;
class NotebookPage;
class PageSite;
class RenderWatch;

/// One tab: the page, above it what it asks for or what is wrong with it, below it the search.
class PageFrame final : public QWidget {
    Q_OBJECT
public:
    PageFrame(PageSite &site, QWidget *parent);

    PageSite &site() const { return m_site; }
    void setPage(NotebookPage *page);
    QWebEngineView *view() const { return m_view; }
    FindBar *findBar() const { return m_find; }
    void showFullScreenNotice(); ///< that the page fills the screen, and how to leave
    void clearFullScreenNotice();
    RenderWatch *renderWatch() const { return m_renderWatch; }

Q_SIGNALS:
    void browserWanted();           ///< show this page in the system's browser
    void softwareRenderingWanted(); ///< at the next start

private:
    void ask(const PageQuestion &question);
    void showNextQuestion();
    void answer(bool allow);
    void say(const QString &what);
    void onLoading(const QWebEngineLoadingInfo &loading);
    void onRendererGone(QWebEnginePage::RenderProcessTerminationStatus status, int exitCode);
    void offerWaysOut(const QString &what, const QString &nextStep);

    PageSite &m_site;
    ErrorBanner *m_bar;
    QWebEngineView *m_view;
    FindBar *m_find;
    RenderWatch *m_renderWatch;
    QQueue<PageQuestion> m_questions; // the first one is on the bar
    QElapsedTimer m_lastCrash;
    bool m_nothingAnswered = false;
    bool m_noticed = false; // the bar says how to leave the full screen
};

} // namespace nimbook::ui
