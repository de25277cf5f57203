// SPDX-License-Identifier: Apache-2.0
#include "workspace/machine_link.h"

#include "base/logging.h"
#include "workspace/way_to_machine.h"

#include <QDir>
#include <QRegularExpression>

#include <algorithm>

namespace nimbook::workspace {

MachineLink::MachineLink(cloud::Instance machine, QString stateFolder, QObject *parent)
    : QObject(parent), m_machine(std::move(machine)), m_stateFolder(std::move(stateFolder))
{
    connect(&m_forwards, &PortForwards::changed, this, [this] {
        if (!m_closing) // what still stands is none to build on
            Q_EMIT tunnelsChanged();
    });
    if (!hasLeftTransfers(m_stateFolder, m_machine))
        return;
    ssh::ConnectionSettings nowhere;
    nowhere.machineName = m_machine.ref.name;
    m_transfers = std::make_unique<transfer::TransferQueue>(nowhere, transferOptions());
}

MachineLink::~MachineLink()
{
    // The tunnel's last words would reach a half-destroyed object.
    if (m_tunnel)
        m_tunnel->disconnect(this);
}

bool MachineLink::setMachine(const cloud::Instance &machine)
{
    if (m_machine == machine)
        return false;
    m_machine = machine;
    followAddress();
    return true;
}

void MachineLink::followAddress()
{
    // Stopped and started elsewhere, the machine has another address; its host key says that it is the same one.
    if (m_machine.state() != cloud::MachineState::Running || m_machine.externalAddress.isEmpty())
        return;
    const QString &host = m_machine.externalAddress;
    const quint16 port = m_machine.sshPort();
    m_forwards.follow(host, port);
    if (!m_tunnel || m_tunnelSettings.route || (m_tunnelSettings.host == host && m_tunnelSettings.port == port))
        return;
    qCInfo(lcWorkspace) << m_machine.ref.text() << "moved to" << host << port;
    m_tunnelSettings.host = host;
    m_tunnelSettings.port = port;
    m_tunnel->setConnection(m_tunnelSettings);
    m_tunnel->reconnectNow();
}

bool MachineLink::hasTunnel(ssh::Tunnel::State state) const
{
    const auto &forwards = m_forwards.all();
    return (m_tunnel && m_tunnel->state() == state)
        || std::any_of(forwards.cbegin(), forwards.cend(), [state](const auto &one) { return one.tunnel->state() == state; });
}

QList<const ssh::Tunnel *> MachineLink::doubted() const
{
    QList<const ssh::Tunnel *> found;
    if (m_tunnel && m_tunnel->phase() == ssh::Tunnel::Phase::Doubted)
        found.append(m_tunnel.get());
    for (const auto &one : m_forwards.all()) {
        if (one.tunnel->phase() == ssh::Tunnel::Phase::Doubted)
            found.append(one.tunnel.get());
    }
    return found;
}

void MachineLink::failStrangers(const QList<const ssh::Tunnel *> &doubts, const cloud::Instance &machine)
{
    if (machine.state() != cloud::MachineState::Running)
        return; // where it will be, the next look tells
    const auto judge = [&](ssh::Tunnel &tunnel, const ssh::ConnectionSettings &settings) {
        const bool canFollow = !settings.route && !machine.externalAddress.isEmpty();
        if (doubts.contains(&tunnel) && tunnel.phase() == ssh::Tunnel::Phase::Doubted && (leadsTo(settings, machine) || !canFollow))
            tunnel.giveUp();
    };
    if (m_tunnel)
        judge(*m_tunnel, m_tunnelSettings);
    for (const auto &one : m_forwards.all())
        judge(*one.tunnel, one.settings);
}

void MachineLink::adopt(std::unique_ptr<ssh::Session> session, const ssh::ConnectionSettings &settings)
{
    if (m_session)
        m_session.release()->deleteLater();
    m_session = std::move(session);
    m_settings = settings;
    m_lost = false;
    connect(m_session.get(), &ssh::Session::disconnected, this, [this, lost = m_session.get()](const Error &error) {
        qCInfo(lcWorkspace) << "session to" << m_machine.ref.text() << "lost:" << error;
        if (m_session.get() != lost)
            return;
        m_session.release()->deleteLater();
        m_lost = true;
        Q_EMIT connectionChanged(false);
    });
    Q_EMIT connectionChanged(true);
}

ssh::Session *MachineLink::session() const
{
    return m_session && m_session->isOpen() ? m_session.get() : nullptr;
}

bool MachineLink::isCurrent() const
{
    return session() && leadsTo(m_settings, m_machine);
}

QString MachineLink::journalFolder(const QString &stateFolder, const cloud::Instance &machine)
{
    static const QRegularExpression number(QStringLiteral("^\\d{1,20}$")); // of a machine that another one never gets again
    return stateFolder.isEmpty() || !number.match(machine.id).hasMatch() ? QString() : QStringLiteral("%1/transfers/%2").arg(stateFolder, machine.id);
}

bool MachineLink::hasLeftTransfers(const QString &stateFolder, const cloud::Instance &machine)
{
    const QString folder = journalFolder(stateFolder, machine);
    return !folder.isEmpty() && !QDir(folder).entryList({QStringLiteral("*.json")}, QDir::Files).isEmpty();
}

transfer::QueueOptions MachineLink::transferOptions() const
{
    transfer::QueueOptions options;
    options.journalDirectory = journalFolder(m_stateFolder, m_machine);
    return options;
}

void MachineLink::readyFiles()
{
    m_filesReady = true;
    if (m_transfers)
        m_transfers->setConnection(m_settings);
    else
        m_transfers = std::make_unique<transfer::TransferQueue>(m_settings, transferOptions());
    Q_EMIT transfersReady();
}

bool MachineLink::hasLostFiles() const
{
    using State = transfer::Transfer::State;
    if (!m_lost || !m_transfers)
        return false;
    const QList<transfer::Transfer> all = m_transfers->transfers();
    return std::any_of(all.cbegin(), all.cend(), [](const transfer::Transfer &one) {
        return one.isLost() || one.state == State::Waiting || one.state == State::Planning || one.state == State::Running;
    });
}

bool MachineLink::tunnelLeadsTo(quint16 remotePort) const
{
    return m_tunnel && m_tunnel->state() == ssh::Tunnel::State::Live && m_tunnelTarget == remotePort
        && m_tunnelSettings.host == m_settings.host && m_tunnelSettings.port == m_settings.port;
}

void MachineLink::openTunnel(quint16 remotePort, quint16 preferredPort, const QSet<quint16> &reserved)
{
    closeTunnel();
    m_tunnel = std::make_unique<ssh::Tunnel>(m_settings, remotePort);
    m_tunnelTarget = remotePort;
    m_tunnelSettings = m_settings;
    m_tunnel->setProbe("/api"); // answered without a token
    m_tunnel->setMayMove(true);
    connect(m_tunnel.get(), &ssh::Tunnel::stateChanged, this, &MachineLink::onTunnelState);
    connect(m_tunnel.get(), &ssh::Tunnel::phaseChanged, this, &MachineLink::tunnelsChanged);
    m_tunnel->open(preferredPort, reserved);
}

void MachineLink::onTunnelState(ssh::Tunnel::State state)
{
    Q_EMIT tunnelStateChanged(state);
    if (state == ssh::Tunnel::State::Failed)
        closeNotebook();
}

void MachineLink::setNotebook(const NotebookAddress &address)
{
    m_notebook = address;
    Q_EMIT notebookOpened(m_notebook);
}

void MachineLink::closeNotebook()
{
    if (m_notebook.url.isEmpty())
        return;
    m_notebook = {};
    Q_EMIT notebookClosed();
}

void MachineLink::closeTunnel()
{
    if (!m_tunnel)
        return;
    const bool wasOpen = m_tunnel->state() != ssh::Tunnel::State::Closed;
    m_tunnel->disconnect(this);
    m_tunnel->close();
    // Somebody may hold it for the length of a signal.
    m_tunnel.release()->deleteLater();
    if (wasOpen)
        Q_EMIT tunnelStateChanged(ssh::Tunnel::State::Closed);
}

void MachineLink::suspectLinks()
{
    if (m_session)
        m_session->checkAlive();
    if (m_tunnel)
        m_tunnel->suspectLink();
    m_forwards.suspectLinks();
    if (m_transfers)
        m_transfers->suspectLink();
}

void MachineLink::close()
{
    m_closing = true;
    m_lost = false;
    m_forwards.clear();
    m_closing = false;
    closeNotebook();
    closeTunnel();
    if (m_session) {
        m_session->disconnect(this);
        m_session->close();
        m_session.release()->deleteLater();
        Q_EMIT connectionChanged(false);
    }
}

} // namespace nimbook::workspace
