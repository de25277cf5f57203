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
        if (known->tunnel->state() == ssh::Tunnel::State::Failed)
            begin(*known, settings, known->tunnel->localPort() > 0 ? known->tunnel->localPort() : localPort);
        return;
    }
    auto tunnel = std::make_unique<ssh::Tunnel>(settings, remotePort);
    tunnel->setRemoteHost(host);
    tunnel->setMayMove(true);
    connect(tunnel.get(), &ssh::Tunnel::phaseChanged, this, &PortForwards::changed);
    connect(tunnel.get(), &ssh::Tunnel::stateChanged, this, [one = tunnel.get()](ssh::Tunnel::State state) {
        // Only a first attempt ends so: the session that asked for it stands, hence it was a hiccup. From now on it tries by itself.
        const bool hiccup = one->error().kind == ErrorKind::Network || one->error().kind == ErrorKind::Timeout;
        if (state == ssh::Tunnel::State::Failed && hiccup)
            one->reconnectNow();
    });
    m_forwards.push_back({name.isEmpty() ? tr("Port %1").arg(remotePort) : name, remotePort, host, settings, std::move(tunnel)});
    begin(m_forwards.back(), settings, localPort);
    Q_EMIT changed();
}

void PortForwards::begin(Forward &forward, const ssh::ConnectionSettings &settings, quint16 localPort)
{
    forward.settings = settings;
    forward.tunnel->setConnection(settings);
    // Ports below 1024 are not for an ordinary user to listen on.
    forward.tunnel->open(localPort > 0 ? localPort : forward.remotePort >= 1024 ? forward.remotePort : quint16(forward.remotePort + 8000));
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

void PortForwards::follow(const QString &host, quint16 port)
{
    for (Forward &one : m_forwards) {
        if (one.settings.route || (one.settings.host == host && one.settings.port == port))
            continue;
        one.settings.host = host;
        one.settings.port = port;
        one.tunnel->setConnection(one.settings);
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
