// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/request_interceptor.h"

namespace nimbook::ui {

void RequestInterceptor::setTarget(const NavigationPolicy &policy, const Secret &token)
{
    m_policy = policy;
    m_token = token;
}

void RequestInterceptor::interceptRequest(QWebEngineUrlRequestInfo &info)
{
    const QUrl url = info.requestUrl();
    if (m_policy.isOwnOrigin(url)) {
        if (!m_token.isEmpty())
            info.setHttpHeader("Authorization", "token " + m_token.reveal());
        return;
    }
    if (m_policy.mayLoad(url))
        return;
    // Whole pages are the page's own decision (a link may belong to the system's browser); parts of a page end here.
    if (info.resourceType() == QWebEngineUrlRequestInfo::ResourceTypeMainFrame)
        return;
    info.block(true);
    Q_EMIT refused(url);
}

} // namespace nimbook::ui
