// SPDX-License-Identifier: Apache-2.0
#include "ui/notebook/page_site.h"

#include "ui/notebook/engine_gate.h"
#include "ui/notebook/page_permissions.h"
#include "ui/notebook/request_interceptor.h"

#include <QWebEngineProfile>

namespace nimbook::ui {

PageSite::PageSite(std::shared_ptr<EngineGate> gate, const QUrl &root, const Secret &token, QString name)
    : m_gate(std::move(gate)), m_policy(root), m_token(token), m_name(std::move(name)), m_interceptor(std::make_unique<RequestInterceptor>())
    , m_profile(std::make_unique<QWebEngineProfile>())
{
    m_gate->allow(root);
    m_interceptor->setTarget(m_policy, m_token);
    m_profile->setUrlRequestInterceptor(m_interceptor.get());
    m_profile->setPersistentCookiesPolicy(QWebEngineProfile::NoPersistentCookies);
    m_profile->setSpellCheckEnabled(false);
    forgetPermissionsWith(m_profile.get());
}

PageSite::~PageSite()
{
    m_gate->withdraw(root());
}

void PageSite::setToken(const Secret &token)
{
    m_token = token;
    m_interceptor->setTarget(m_policy, token);
}

} // namespace nimbook::ui
