// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/navigation_policy.h"

namespace nimbook::ui {

bool NavigationPolicy::isOwnOrigin(const QUrl &url) const
{
    if (m_root.isEmpty())
        return false;
    const QString scheme = url.scheme() == QLatin1String("ws") ? QStringLiteral("http") : url.scheme();
    // Never compare as text: "http://127.0.0.1:18888.evil.example/" begins like ours.
    return scheme == m_root.scheme() && url.host() == m_root.host() && url.port(80) == m_root.port(80)
        && url.userInfo().isEmpty();
}

NavigationPolicy::Decision NavigationPolicy::navigation(const QUrl &url, bool mainFrame, bool byUser) const
{
    if (isOwnOrigin(url))
        return Decision::Inside;
    if (url.scheme() == QLatin1String("about") || (url.scheme() == QLatin1String("blob") && isOwnOrigin(QUrl(url.path()))))
        return Decision::Inside;
    // Sandboxed outputs (HTML reprs, PDF previews) live in data: frames; as a whole page it could only deceive.
    if (url.scheme() == QLatin1String("data"))
        return mainFrame ? Decision::Refuse : Decision::Inside;
    const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    const bool mail = url.scheme() == QLatin1String("mailto");
    // A frame or a script must not be able to open the person's browser by itself.
    return (web || mail) && mainFrame && byUser ? Decision::External : Decision::Refuse;
}

bool NavigationPolicy::mayLoad(const QUrl &url) const
{
    return isOwnOrigin(url) || url.scheme() == QLatin1String("data") || url.scheme() == QLatin1String("about")
        || url.scheme() == QLatin1String("blob");
}

} // namespace nimbook::ui
