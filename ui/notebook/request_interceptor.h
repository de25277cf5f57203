// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"
#include "ui/notebook/navigation_policy.h"

#include <QWebEngineUrlRequestInterceptor>

namespace nimbook::ui {

/// Puts Jupyter's token into the Authorization header of every request to the tunnel's own origin, and refuses all others.
///
/// A header, because a token in the URL shows up in titles and histories, and a cookie would be sent to every port of this host.
class RequestInterceptor final : public QWebEngineUrlRequestInterceptor {
    Q_OBJECT
public:
    using QWebEngineUrlRequestInterceptor::QWebEngineUrlRequestInterceptor;

    /// \param token empty: none is sent
    void setTarget(const NavigationPolicy &policy, const Secret &token);
    void interceptRequest(QWebEngineUrlRequestInfo &info) override;

Q_SIGNALS:
    void refused(const QUrl &url);

private:
    NavigationPolicy m_policy;
    Secret m_token;
};

} // namespace nimbook::ui
