// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_route.h"

#include "ssh/iap_dialer.h"

#include <QCoreApplication>

namespace nimbook::ssh {

Dialer *IapRoute::makeDialer(QObject *parent) const
{
    return new IapDialer(m_target, m_tokens, parent);
}

QString IapRoute::description() const
{
    return QCoreApplication::translate("nimbook::ssh::IapRoute", "through Identity-Aware Proxy");
}

} // namespace nimbook::ssh
