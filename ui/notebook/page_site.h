// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/secret.h"
#include "ui/notebook/navigation_policy.h"

#include <QString>

#include <memory>

class QWebEngineProfile;

namespace nimbook::ui {

class EngineGate;
class RequestInterceptor;

/// One web server of the machine that the pane shows: Jupyter with its token, or another program's forwarded port without one.
///
/// Each has an off-the-record profile of its own: cookies belong to a host and not to a port, so on one profile the program behind
/// TensorBoard's port would be sent Jupyter's cookies. Goes after its pages.
class PageSite {
public:
    /// \param name what the person calls it; empty: Jupyter
    PageSite(std::shared_ptr<EngineGate> gate, const QUrl &root, const Secret &token, QString name);
    ~PageSite();
    Q_DISABLE_COPY_MOVE(PageSite)

    bool isJupyter() const { return m_name.isEmpty(); }
    const QString &name() const { return m_name; }
    const NavigationPolicy &policy() const { return m_policy; }
    const QUrl &root() const { return m_policy.root(); }
    const Secret &token() const { return m_token; }
    void setToken(const Secret &token);

    QWebEngineProfile *profile() const { return m_profile.get(); }
    RequestInterceptor *interceptor() const { return m_interceptor.get(); }

private:
    std::shared_ptr<EngineGate> m_gate;
    NavigationPolicy m_policy;
    Secret m_token;
    QString m_name;
    std::unique_ptr<RequestInterceptor> m_interceptor;
    std::unique_ptr<QWebEngineProfile> m_profile; // goes before the interceptor that it calls
};

} // namespace nimbook::ui
