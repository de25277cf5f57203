// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/notebook_page.h"

#include "ui/notebook/page_permissions.h"

#include <QAuthenticator>
#include <QWebEngineCertificateError>
#include <QWebEngineFullScreenRequest>
#include <QWebEngineNewWindowRequest>
#include <QWebEngineProfile>
#include <QWebEngineSettings>

namespace nimbook::ui {

namespace {

/// What a page says may be long, and may try to look like several lines of ours.
QString quotedFromPage(const QString &text)
{
    constexpr int enough = 300;
    const QString line = text.simplified();
    return line.size() > enough ? line.left(enough) + QStringLiteral("…") : line;
}

} // namespace

NotebookPage::NotebookPage(QWebEngineProfile *profile, NavigationPolicy policy, QObject *parent)
    : QWebEnginePage(profile, parent), m_policy(std::move(policy))
{
    settings()->setAttribute(QWebEngineSettings::ScreenCaptureEnabled, false);
    settings()->setAttribute(QWebEngineSettings::LocalContentCanAccessRemoteUrls, false);
    settings()->setAttribute(QWebEngineSettings::LocalContentCanAccessFileUrls, false);
    settings()->setAttribute(QWebEngineSettings::AllowWindowActivationFromJavaScript, false);
    settings()->setAttribute(QWebEngineSettings::JavascriptCanPaste, false);
    settings()->setAttribute(QWebEngineSettings::PdfViewerEnabled, true);
    settings()->setAttribute(QWebEngineSettings::FullScreenSupportEnabled, true);
    connect(this, &QWebEnginePage::newWindowRequested, this, &NotebookPage::onNewWindow);
    connect(this, &QWebEnginePage::certificateError, this, [this](QWebEngineCertificateError error) {
        error.rejectCertificate();
        Q_EMIT said(tr("The certificate of %1 cannot be trusted, so nothing was loaded from there: %2").arg(error.url().authority(), quotedFromPage(error.description())));
    });
    // Somebody who wants a name and a password: an authenticator that stays empty refuses.
    connect(this, &QWebEnginePage::authenticationRequired, this,
            [this] { Q_EMIT said(tr("The page asked for a name and a password. Jupyter here needs none, so Nimbook did not ask you.")); });
    forwardPermissionRequests(this);
}

bool NotebookPage::acceptNavigationRequest(const QUrl &url, NavigationType type, bool isMainFrame)
{
    const bool byUser = (type == NavigationTypeLinkClicked || type == NavigationTypeTyped) && hasGesture && hasGesture();
    switch (m_policy.navigation(url, isMainFrame, byUser)) {
    case NavigationPolicy::Decision::Inside:
        return true;
    case NavigationPolicy::Decision::External:
        Q_EMIT linkLeaves(url);
        return false;
    case NavigationPolicy::Decision::Refuse:
        break;
    }
    return false;
}

void NotebookPage::onNewWindow(QWebEngineNewWindowRequest &request)
{
    const QUrl url = request.requestedUrl();
    // Jupyter opens about:blank on the click and gives it an address when the server has answered.
    const bool inside = url.isEmpty() || m_policy.navigation(url, true, false) == NavigationPolicy::Decision::Inside;
    if (!inside) {
        if (m_policy.navigation(url, true, request.isUserInitiated()) == NavigationPolicy::Decision::External
            && m_budget.mayAsk(std::chrono::steady_clock::now()))
            Q_EMIT linkLeaves(url);
        return;
    }
    const bool inFront = request.destination() != QWebEngineNewWindowRequest::InNewBackgroundTab;
    if (QWebEnginePage *page = makeWindow ? makeWindow(inFront, request.isUserInitiated()) : nullptr)
        request.openIn(page);
    else
        Q_EMIT said(tr("The page tried to open more windows than one can look at; the rest was stopped."));
}

QStringList NotebookPage::chooseFiles(FileSelectionMode mode, const QStringList &oldFiles, const QStringList &acceptedMimeTypes)
{
    return pickFiles ? pickFiles(mode) : QWebEnginePage::chooseFiles(mode, oldFiles, acceptedMimeTypes);
}

void NotebookPage::javaScriptAlert(const QUrl &, const QString &text)
{
    Q_EMIT said(tr("The page says: %1").arg(quotedFromPage(text)));
}

bool NotebookPage::javaScriptConfirm(const QUrl &origin, const QString &text)
{
    // Jupyter asks so before unsaved work is left. A page that asks without end gets "no".
    return m_budget.mayAsk(std::chrono::steady_clock::now()) && QWebEnginePage::javaScriptConfirm(origin, text);
}

bool NotebookPage::javaScriptPrompt(const QUrl &, const QString &text, const QString &, QString *)
{
    Q_EMIT said(tr("The page asked you to type something into a box (“%1”). Jupyter never does that, so Nimbook refused it.")
                    .arg(quotedFromPage(text)));
    return false;
}

} // namespace nimbook::ui
