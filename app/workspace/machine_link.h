// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/model/instance.h"
#include "jupyter/container.h"
#include "ssh/session.h"
#include "ssh/tunnel.h"
#include "transfer/transfer_queue.h"
#include "workspace/notebook_address.h"
#include "workspace/port_forwards.h"

#include <memory>

namespace nimbook::workspace {

/// What stands open towards one machine: the session for commands, the tunnel, the files, the notebook's address.
///
/// The transfer queue stays from its first connection on, so that its list outlives a stop of the machine.
class MachineLink : public QObject {
    Q_OBJECT
public:
    /// \param stateFolder where unfinished transfers are written down, a folder for each machine; empty: nowhere
    MachineLink(cloud::Instance machine, QString stateFolder, QObject *parent);
    ~MachineLink() override;

    const cloud::Instance &machine() const { return m_machine; }
    bool setMachine(const cloud::Instance &machine); ///< false: nothing is different

    void adopt(std::unique_ptr<ssh::Session> session, const ssh::ConnectionSettings &settings);
    ssh::Session *session() const; ///< null: not connected
    const ssh::ConnectionSettings &settings() const { return m_settings; } ///< of the latest session
    /// Connected, and to where the machine is now: its address may have changed over a stop.
    bool isCurrent() const;

    transfer::TransferQueue *transfers() const { return m_filesReady ? m_transfers.get() : nullptr; } ///< null before the first readyFiles()
    void readyFiles();
    /// What an earlier program left unfinished, listed before there is a connection; later the same queue as transfers(). Null: nothing.
    transfer::TransferQueue *listedTransfers() const { return m_transfers.get(); }
    static bool hasLeftTransfers(const QString &stateFolder, const cloud::Instance &machine);
    bool isLost() const { return m_lost; } ///< the session ended by itself, and nobody has closed or replaced it since
    bool hasLostFiles() const;             ///< and there are transfers that want to go on

    ssh::Tunnel *tunnel() const { return m_tunnel.get(); }
    bool tunnelLeadsTo(quint16 remotePort) const; ///< live, and to this port of the machine as it is now
    void openTunnel(quint16 remotePort, quint16 preferredPort, const QSet<quint16> &reserved = {}); ///< as ssh::Tunnel::open()
    void closeTunnel();

    PortForwards &forwards() { return m_forwards; }

    bool hasTunnel(ssh::Tunnel::State state) const; ///< one of the forwards counts as well
    /// Those that another machine answered: somebody has to ask where ours is now.
    QList<const ssh::Tunnel *> doubted() const;
    /// Before setMachine(): those of \a doubts that lead to where the machine runs have failed, for it is the machine itself that shows another key.
    /// \param machine asked for after \a doubts had come up
    void failStrangers(const QList<const ssh::Tunnel *> &doubts, const cloud::Instance &machine);
    void followAddress(); ///< to where the machine was last seen; setMachine() does it by itself

    const NotebookAddress &notebook() const { return m_notebook; }
    void setNotebook(const NotebookAddress &address);

    void suspectLinks(); ///< this computer slept or changed its network: what does not answer at once is connected anew
    void close(); ///< everything but the list of transfers

Q_SIGNALS:
    void connectionChanged(bool connected);
    void transfersReady();
    void tunnelStateChanged(nimbook::ssh::Tunnel::State state); ///< of the notebook's
    void tunnelsChanged(); ///< any one's phase, the forwards' as well
    void notebookOpened(const nimbook::workspace::NotebookAddress &address);
    void notebookClosed();

private:
    static QString journalFolder(const QString &stateFolder, const cloud::Instance &machine); ///< empty: nothing is kept
    transfer::QueueOptions transferOptions() const;
    void closeNotebook();
    void onTunnelState(ssh::Tunnel::State state);

    cloud::Instance m_machine;
    QString m_stateFolder;
    ssh::ConnectionSettings m_settings;
    quint16 m_tunnelTarget = 0;
    ssh::ConnectionSettings m_tunnelSettings;
    NotebookAddress m_notebook;
    std::unique_ptr<ssh::Session> m_session;
    std::unique_ptr<ssh::Tunnel> m_tunnel;
    PortForwards m_forwards;
    bool m_closing = false;
    bool m_lost = false; // the session, and nobody has closed it since
    std::unique_ptr<transfer::TransferQueue> m_transfers;
    bool m_filesReady = false;
};

} // namespace nimbook::workspace
