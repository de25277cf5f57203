// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"
#include "cloud/model/instance.h"
#include "jupyter/container.h"
#include "ssh/session.h"
#include "ssh/tunnel.h"
#include "transfer/transfer_queue.h"
#include "workspace/host_key_change.h"
#include "workspace/machine_monitor.h"
#include "workspace/notebook_address.h"

#include <memory>
#include <optional>

namespace nimbook::workspace {

class MachineContainer;
class DetachedRun;
class PortForwards;
class Workspace;

/// One machine as somebody works on it: its SSH sessions, tunnel, Jupyter and files. Made by Workspace::session(), lives until sign-out
/// or until the machine is gone.
///
/// openNotebook() does everything that is missing, as steps:
///     startMachine → publishKey → waitForSsh (host key proven by the API) → waitForSetup → startContainer → openTunnel → waitForJupyter
/// connectFiles() is the same up to waitForSetup, startJupyter() up to startContainer. What is there already is Skipped, so closing the app and opening it again goes on
/// from where the machine is.
class MachineSession : public QObject {
    Q_OBJECT
public:
    MachineSession(Workspace &workspace, cloud::Instance machine, QObject *parent);
    ~MachineSession() override;

    const cloud::InstanceRef &ref() const;
    const cloud::Instance &machine() const; ///< as last seen in the list

    /// The flow that runs, or a new one, started. One at a time: asking again gives the same one. Owned by the session.
    Flow *openNotebook();
    Flow *startJupyter();
    Flow *connectFiles();
    Flow *reconnectFiles(); ///< as connectFiles(), but a machine that does not run is not started for it
    Flow *currentFlow() const; ///< null when none runs; the last one stays readable through lastFlow() for its steps and error
    Flow *lastFlow() const;

    bool isNotebookOpen() const;
    NotebookAddress notebook() const; ///< empty URL: not open
    QString containerImage() const;   ///< reference; from the machine's metadata nimbook-image, else the catalogue's CPU entry
    void setContainerImage(const QString &reference); ///< used by the next openNotebook(), which replaces a container of another image
    ssh::Tunnel *tunnel() const;      ///< null until one was opened
    transfer::TransferQueue *transfers() const; ///< null until connectFiles() or openNotebook() got that far
    /// The same list, there from the beginning where an earlier program left something unfinished; resuming one of it connects, and where
    /// the machine does not run waits until somebody starts and opens it. Null: nothing was left.
    transfer::TransferQueue *listedTransfers() const;
    bool isConnected() const; ///< an SSH session is open
    ssh::ConnectionSettings connection() const; ///< of the latest SSH session; no host: there was none

    // Started, owned by the session, deleted after finished(). Without a connection they fail with Network.
    ValueJob<QString> *readRequirements(); ///< the machine's /src/requirements.txt; empty text when there is none
    Job *writeRequirements(const QString &text);
    /// pip install -r /src/requirements.txt in the container, which must run; the log streams through RemoteScript::logReceived.
    jupyter::RemoteScript *installRequirements();
    jupyter::RemoteScript *containerLogs(int lines);
    MachineContainer &container();
    MachineMonitor &monitor(); ///< samples whenever there is a connection

    /// Runs a notebook (its path below /src) to its end in the container, also while this computer is away; see DetachedRun. Started, owned by
    /// the session, listed in the workspace's activity, deleted after its end. Those that an earlier program left are there from the beginning.
    DetachedRun *runInBackground(const QString &notebook);
    QList<DetachedRun *> detachedRuns() const;

    enum class Shell { Machine, Container };
    /// A shell in a terminal; null without a connection. Not started; owned by \a parent.
    ssh::RemoteTerminal *openShell(Shell where, const ssh::TerminalSize &size, QObject *parent);
    PortForwards &forwards();
    /// Brings a port of the machine, or of its container, to this computer, now and with every connection from now on; the list is in
    /// forwards(), and forwardOpened() or forwardFailed() tells. \param name "TensorBoard"; empty: the port says who it is
    void forwardPort(const QString &name, quint16 remotePort, bool inContainer);
    void stopForwarding(quint16 remotePort);
    /// An entry for ~/.ssh/config that reaches the machine with Nimbook's key and pinned host key; empty when it needs a relay.
    QString sshConfig() const;

    /// As openNotebook(), and asks the registry for a newer image behind the same name; a newer one replaces the container.
    Flow *updateImage();
    /// As openNotebook(), and a container that runs is restarted: its kernels end, what is installed and in /src stays. While a flow runs
    /// that one goes on instead.
    Flow *restartContainer();
    /// Makes this machine what /src/nimbook.lock recorded: same image digest, same packages. Fails with Conflict when the result differs.
    Flow *recreate();

    /// Answers hostKeyQuestion(). Accepting pins the key; refusing fails the flow.
    void answerHostKey(bool accept);
    QString pendingHostKey() const; ///< the fingerprint that waits for an answer; empty: none
    /// Drops the pinned key, so that the next connection proves or asks again.
    Result<void> forgetHostKey();
    /// Why the last flow refused the machine's host key; none: it did not.
    const std::optional<HostKeyChange> &refusedHostKey() const;
    /// Pins what Google vouches for in place of what was pinned (HostKeyChange::mayBeTrusted()), and begins anew what was refused.
    /// Null: there is nothing that may be trusted.
    Flow *trustNewHostKey();

    void setMachine(const cloud::Instance &machine); ///< the list saw it anew
    void suspectLink(); ///< this computer slept or changed its network
    void disconnectFromMachine(); ///< tunnel and sessions closed; the machine and the container go on

Q_SIGNALS:
    void flowStarted(nimbook::Flow *flow);
    void flowFinished(nimbook::Flow *flow);
    void notebookOpened(const nimbook::workspace::NotebookAddress &address);
    void notebookClosed();
    void transfersReady(); ///< transfers() is there and connected
    void tunnelStateChanged(nimbook::ssh::Tunnel::State state);
    void machineChanged(const nimbook::cloud::Instance &machine);
    void connectionChanged(bool connected); ///< isConnected()
    /// Nothing vouches for this machine's key (it publishes none and was never visited): the person has to compare it.
    void hostKeyQuestion(const QString &fingerprint);
    void detachedRunStarted(nimbook::workspace::DetachedRun *run);
    void forwardOpened(quint16 remotePort);
    void forwardFailed(const nimbook::Error &error);
    void logReceived(const QString &text); ///< what the scripts of the running flow print
    void noticed(const QString &notice);   ///< translated: something is not as it was wanted, and the running flow goes on

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nimbook::workspace
