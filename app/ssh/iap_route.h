// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ssh/iap_tokens.h"
#include "ssh/route.h"

#include <QUrl>

namespace nimbook::ssh {

/// What the relay is asked for.
struct IapTarget {
    QUrl relay; ///< "wss://tunnel.cloudproxy.app/v4/"
    QString project;
    QString zone;
    QString instance; ///< its name
    QString networkInterface = QStringLiteral("nic0");
    quint16 port = 22; ///< on the machine
    bool operator==(const IapTarget &) const = default;
};

/// To a machine through Google's Identity-Aware Proxy: it needs no address that can be reached from here.
class IapRoute final : public Route {
public:
    IapRoute(IapTarget target, std::shared_ptr<IapTokens> tokens) : m_target(std::move(target)), m_tokens(std::move(tokens)) {}

    Dialer *makeDialer(QObject *parent) const override;
    QString description() const override;
    const IapTarget &target() const { return m_target; }

private:
    IapTarget m_target;
    std::shared_ptr<IapTokens> m_tokens;
};

} // namespace nimbook::ssh
