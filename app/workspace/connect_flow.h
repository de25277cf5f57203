// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"
#include "workspace/boot_watch.h"
#include "workspace/machine_link.h"
#include "workspace/patience.h"
#include "workspace/reach_machine.h"

#include <QPointer>

#include <optional>

namespace nimbook::workspace {

class Workspace;

/// The steps of MachineSession::connectFiles(), startJupyter(), openNotebook() and recreate(). What is there already is skipped.
class ConnectFlow : public Flow {
    Q_OBJECT
public:
    enum class Goal { ///< each holds the ones before it
        Files,
        Jupyter,
        Notebook,
        Recreate, ///< the notebook with the image and the packages that nimbook.lock recorded
    };

    /// \param image container image for the notebook. Both references outlive the flow.
    ConnectFlow(Workspace &workspace, MachineLink &link, Goal goal, const QString &image, QObject *parent);
    ~ConnectFlow() override;

    /// Somebody wants more as well: the steps that are missing are put behind the others.
    void extendTo(Goal goal, const QString &image);

    /// A machine that does not run is left alone and the flow cancelled: for what nobody asked for by hand. Starting costs money.
    void setMayStart(bool may) { m_mayStart = may; }

    bool pullsAnew() const { return m_pullAnew; }
    void setStartAnew(bool anew) { m_startAnew = anew; } ///< before the container's step: one that runs is restarted
    void setPullAnew(bool anew) { m_pullAnew = anew; } ///< before the container's step: look for a newer image

    void answerHostKey(bool accept);
    Goal goal() const { return m_goal; }

Q_SIGNALS:
    void hostKeyQuestion(const QString &fingerprint);
    void hostKeyRefused(const nimbook::workspace::HostKeyChange &change);
    void machineSeen(const nimbook::cloud::Instance &machine);
    void logReceived(const QString &text);
    void noticed(const QString &notice); ///< translated: something is not as it was wanted, and the flow goes on
    void imageChosen(const QString &reference); ///< by nimbook.lock

protected:
    void abort() override;

private:
    void addStepsBetween(std::optional<Goal> reached, Goal goal);
    void startMachine();
    void lookWhetherItRuns();
    void publishKey();
    void waitForSsh();
    void waitForSetup();
    void watchBoot();
    void onBootProgress();
    void onSetupLost(const Error &error);
    void failInSetupStep(const Error &error); ///< the startup script's own step, as far as it told
    void reconnectAfterRestart();
    void readLock();
    void startContainer();
    void openTunnel();
    void onTunnelState();
    void waitForJupyter();
    void installRecorded();
    void compareWithLock();
    void see(const cloud::Instance &machine);
    ssh::Session *sessionOrFail();

    Workspace &m_workspace;
    MachineLink &m_link;
    Goal m_goal;
    QString m_image;
    ReachMachine::Login m_login;
    bool m_pullAnew = false;
    bool m_startAnew = false;
    bool m_mayStart = true;
    QPointer<ReachMachine> m_reach;
    QPointer<BootWatch> m_watch;
    bool m_setupOver = false;
    int m_restarts = 0; ///< of the machine, by its own driver installer
    jupyter::Server m_server;
};

} // namespace nimbook::workspace
