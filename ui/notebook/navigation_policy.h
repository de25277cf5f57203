// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QUrl>

namespace nimbook::ui {

/// Where a page of the notebook may go. Pure rules, so that a table can test them.
class NavigationPolicy {
public:
    enum class Decision {
        Inside,   ///< loads in the window
        External, ///< belongs to the system's browser
        Refuse,   ///< loads nowhere
    };

    NavigationPolicy() = default;
    explicit NavigationPolicy(const QUrl &root) : m_root(root) {}

    const QUrl &root() const { return m_root; }

    /// The tunnel's own origin: scheme, host and port, all three; ws counts as http, since the kernel's socket goes there.
    bool isOwnOrigin(const QUrl &url) const;

    /// A frame wants to go to \a url.
    Decision navigation(const QUrl &url, bool mainFrame, bool byUser) const;
    /// A page wants to load \a url as a part of itself: image, script, fetch, websocket.
    bool mayLoad(const QUrl &url) const;

private:
    QUrl m_root;
};

} // namespace nimbook::ui
