// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "workspace/machine_container.h"
#include "workspace/settings.h"

#include <QPointer>

namespace nimbook::jupyter {
class RemoteScript;
}

namespace nimbook::workspace {

class MachineSession;

/// A notebook that runs on the machine whether anybody is connected or not. Progress: cells. The value is output().
///
/// While the connection is lost it waits, and follows the run again when there is one. Cancelling ends the run on the machine, if it can
/// be reached; closing the program does not. Error kinds: WrongState (no container), NotFound, RemoteCommandFailed (a cell, with its words).
class DetachedRun final : public ValueJob<QString> {
    Q_OBJECT
public:
    DetachedRun(MachineSession &session, const QString &notebook, QObject *parent);
    /// One that was started before, by this program or an earlier one: it is followed, and never started a second time.
    DetachedRun(MachineSession &session, const KnownRun &known, QObject *parent);

    QString notebook() const { return m_notebook; }
    KnownRun known() const { return {m_notebook, m_run}; }
    QString output() const; ///< where the notebook with its outputs is, below /: "/src/outputs/train-20250101-120000.ipynb"

protected:
    void run() override;
    void abort() override;

private:
    void follow();
    void onScriptFinished();

    MachineSession &m_session;
    QString m_notebook;
    MachineContainer::RunWish m_wish;
    QString m_run; // names the run on the machine: asking twice does not start it twice
    QPointer<jupyter::RemoteScript> m_script;
};

} // namespace nimbook::workspace
