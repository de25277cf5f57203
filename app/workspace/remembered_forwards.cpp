// SPDX-License-Identifier: Apache-2.0
#include "workspace/remembered_forwards.h"

#include "workspace/machine_container.h"
#include "workspace/machine_link.h"

#include <algorithm>

namespace nimbook::workspace {

RememberedForwards::RememberedForwards(MachineLink &link, MachineContainer &container, Settings &settings, QObject *parent)
    : QObject(parent), m_link(link), m_container(container), m_settings(settings)
{
    connect(&link.forwards(), &PortForwards::changed, this, &RememberedForwards::onForwardsChanged);
}

void RememberedForwards::add(const QString &name, quint16 remotePort, bool inContainer)
{
    const QString machine = m_link.machine().ref.name;
    if (!m_link.session()) {
        Q_EMIT failed({ErrorKind::Network, tr("Port %1 of %2 cannot be forwarded: there is no connection.").arg(remotePort).arg(machine),
                       tr("Open the notebook first: that connects."), {}, {}});
        return;
    }
    forget(remotePort);
    QList<KnownForward> known = m_settings.forwards(m_link.machine().id);
    known.append({name, remotePort, inContainer, 0});
    m_settings.setForwards(m_link.machine().id, known);
    if (!inContainer) {
        putUp();
        Q_EMIT opened(remotePort);
        return;
    }
    auto *look = m_container.status();
    connect(look, &Job::finished, this, [this, look, name, remotePort, machine] {
        const auto status = look->result();
        if (status && status->isRunning() && !status->address.isEmpty() && m_link.session()) {
            m_link.forwards().add(name, remotePort, status->address, m_link.settings());
            Q_EMIT opened(remotePort);
            return;
        }
        forget(remotePort);
        Q_EMIT failed({ErrorKind::WrongState, tr("Port %1 of the container on %2 cannot be forwarded: the container does not run.").arg(remotePort).arg(machine),
                       tr("Start it on the page Container, then forward the port again."), look->error().detail, {}});
    });
}

void RememberedForwards::remove(quint16 remotePort)
{
    forget(remotePort);
    m_link.forwards().remove(remotePort);
}

void RememberedForwards::forget(quint16 remotePort)
{
    QList<KnownForward> known = m_settings.forwards(m_link.machine().id);
    if (known.removeIf([remotePort](const KnownForward &one) { return one.remotePort == remotePort; }) > 0)
        m_settings.setForwards(m_link.machine().id, known);
}

void RememberedForwards::putUp()
{
    if (!m_link.session())
        return;
    const QList<KnownForward> known = m_settings.forwards(m_link.machine().id);
    for (const KnownForward &one : known) {
        if (!one.inContainer)
            m_link.forwards().add(one.name, one.remotePort, QStringLiteral("127.0.0.1"), m_link.settings(), one.localPort);
    }
    if (std::none_of(known.cbegin(), known.cend(), [](const KnownForward &one) { return one.inContainer; }))
        return;
    auto *look = m_container.status();
    connect(look, &Job::finished, this, [this, look] {
        const auto status = look->result();
        if (!status || !status->isRunning() || status->address.isEmpty() || !m_link.session())
            return; // it is put up when the container runs
        const QList<KnownForward> now = m_settings.forwards(m_link.machine().id);
        for (const KnownForward &one : now) {
            if (one.inContainer)
                m_link.forwards().add(one.name, one.remotePort, status->address, m_link.settings(), one.localPort);
        }
    });
}

void RememberedForwards::onForwardsChanged()
{
    QList<KnownForward> known = m_settings.forwards(m_link.machine().id);
    bool moved = false;
    for (KnownForward &one : known) {
        const PortForwards::Forward *up = m_link.forwards().find(one.remotePort);
        const quint16 port = up ? up->tunnel->localPort() : 0;
        if (port > 0 && std::exchange(one.localPort, port) != port)
            moved = true;
    }
    if (moved)
        m_settings.setForwards(m_link.machine().id, known);
}

} // namespace nimbook::workspace
