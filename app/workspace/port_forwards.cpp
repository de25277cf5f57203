// SPDX-License-Identifier: Apache-2.0
#include "workspace/port_forwards.h"

#include <algorithm>

namespace nimbook::workspace {

const PortForwards::Forward *PortForwards::find(quint16 remotePort) const
{
    const auto found = std::find_if(m_forwards.cbegin(), m_forwards.cend(), [remotePort](const Forward &one) { return one.remotePort == remotePort; });
    return found == m_forwards.cend() ? nullptr : &*found;
}

void PortForwards::add(const QString &name, quint16 remotePort, const QString &host, const ssh::ConnectionSettings &settings, quint16 localPort)
{
    const auto known = std::find_if(m_forwards.begin(), m_forwards.end(), [remotePort](const Forward &one) { return one.remotePort == remotePort; });
    if (known != m_forwards.end()) {
        if (known->host != host) // a container's address is another one after each start
            known->tunnel->setRemoteHost(known->host = host);
        return;
    }
    auto tunnel = std::make_unique<ssh::Tunnel>(settings, remotePort);
    tunnel->setRemoteHost(host);
    connect(tunnel.get(), &ssh::Tunnel::phaseChanged, this, &PortForwards::changed);
    // Ports below 1024 are not for an ordinary user to listen on.
    tunnel->open(localPort > 0 ? localPort : remotePort >= 1024 ? remotePort : quint16(remotePort + 8000));
    m_forwards.push_back({name.isEmpty() ? tr("Port %1").arg(remotePort) : name, remotePort, host, std::move(tunnel)});
    Q_EMIT changed();
}

void PortForwards::remove(quint16 remotePort)
{
    const auto found = std::find_if(m_forwards.begin(), m_forwards.end(), [remotePort](const Forward &one) { return one.remotePort == remotePort; });
    if (found == m_forwards.end())
        return;
    found->tunnel->disconnect(this);
    found->tunnel.release()->deleteLater(); // somebody may hold it for the length of a signal
    m_forwards.erase(found);
    Q_EMIT changed();
}

void PortForwards::setConnection(const ssh::ConnectionSettings &settings)
{
    for (const Forward &one : m_forwards) {
        one.tunnel->setConnection(settings);
        one.tunnel->reconnectNow();
    }
}

void PortForwards::suspectLinks()
{
    for (const Forward &one : m_forwards)
        one.tunnel->suspectLink();
}

void PortForwards::clear()
{
    while (!m_forwards.empty())
        remove(m_forwards.back().remotePort);
}

} // namespace nimbook::workspace
