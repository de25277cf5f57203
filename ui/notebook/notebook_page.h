// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/notebook/navigation_policy.h"

#include <QWebEnginePage>

#include <functional>

namespace nimbook::ui {

/// One page of Jupyter: stays on the tunnel's origin, hands other links out, grants no permission by itself.
class NotebookPage final : public QWebEnginePage {
    Q_OBJECT
public:
    NotebookPage(QWebEngineProfile *profile, NavigationPolicy policy, QObject *parent);

    /// Makes the page for target=_blank or window.open(), in front or not; null refuses.
    std::function<QWebEnginePage *(bool inFront, bool byUser)> makeWindow;

Q_SIGNALS:
    void linkLeaves(const QUrl &url); ///< belongs to the system's browser
    void permissionRefused(const QString &what); ///< translated

protected:
    bool acceptNavigationRequest(const QUrl &url, NavigationType type, bool isMainFrame) override;

private:
    void onNewWindow(QWebEngineNewWindowRequest &request);
    void refusePermission(const QUrl &origin, Feature feature);

    NavigationPolicy m_policy;
};

} // namespace nimbook::ui
