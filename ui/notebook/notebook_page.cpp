// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/notebook_page.h"

#include <QWebEngineCertificateError>
#include <QWebEngineNewWindowRequest>
#include <QWebEngineProfile>
#include <QWebEngineSettings>

namespace nimbook::ui {

NotebookPage::NotebookPage(QWebEngineProfile *profile, NavigationPolicy policy, QObject *parent)
    : QWebEnginePage(profile, parent), m_policy(std::move(policy))
{
    settings()->setAttribute(QWebEngineSettings::ScreenCaptureEnabled, false);
    settings()->setAttribute(QWebEngineSettings::LocalContentCanAccessRemoteUrls, false);
    settings()->setAttribute(QWebEngineSettings::AllowWindowActivationFromJavaScript, false);
    settings()->setAttribute(QWebEngineSettings::PdfViewerEnabled, true);
    connect(this, &QWebEnginePage::newWindowRequested, this, &NotebookPage::onNewWindow);
    connect(this, &QWebEnginePage::featurePermissionRequested, this, &NotebookPage::refusePermission);
    connect(this, &QWebEnginePage::certificateError, this, [](QWebEngineCertificateError error) { error.rejectCertificate(); });
}

bool NotebookPage::acceptNavigationRequest(const QUrl &url, NavigationType type, bool isMainFrame)
{
    const bool byUser = type == NavigationTypeLinkClicked || type == NavigationTypeTyped;
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
        if (m_policy.navigation(url, true, request.isUserInitiated()) == NavigationPolicy::Decision::External)
            Q_EMIT linkLeaves(url);
        return;
    }
    const bool inFront = request.destination() != QWebEngineNewWindowRequest::InNewBackgroundTab;
    if (QWebEnginePage *page = makeWindow ? makeWindow(inFront, request.isUserInitiated()) : nullptr)
        request.openIn(page);
}

void NotebookPage::refusePermission(const QUrl &origin, Feature feature)
{
    setFeaturePermission(origin, feature, PermissionDeniedByUser);
    switch (feature) {
    case Geolocation: Q_EMIT permissionRefused(tr("The page asked where you are. Nimbook did not say.")); break;
    case Notifications: break; // asked by some extensions at every start; a quiet no is enough
    case MediaAudioCapture:
    case MediaVideoCapture:
    case MediaAudioVideoCapture: Q_EMIT permissionRefused(tr("The page asked for the camera or the microphone and did not get it.")); break;
    case DesktopVideoCapture:
    case DesktopAudioVideoCapture: Q_EMIT permissionRefused(tr("The page asked to record the screen and was not allowed to.")); break;
    default: Q_EMIT permissionRefused(tr("The page asked for a permission that Nimbook does not give.")); break;
    }
}

} // namespace nimbook::ui
