// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/flow.h"
#include "cloud/jobs/operation_job.h"
#include "workspace/capacity_search.h"
#include "workspace/creation_journal.h"
#include "workspace/machine_list.h"
#include "workspace/patience.h"

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>

namespace nimbook::workspace {

/// Makes a machine: check what can be checked without cost, create, wait until the list shows it.
///
/// A zone that has none left is no end while the plan knows another one: every attempt of the first round is a step of its own, later
/// rounds ("keep trying") are one step each. Whatever a failed attempt left behind is removed before the next one. Cancelling while
/// Google is at it stops the waiting only: the machine is made, shown and can be deleted.
class CreateMachineFlow : public Flow {
    Q_OBJECT
public:
    /// \param note where each attempt is written down before Google hears of it; its id becomes a label of machine and disk
    CreateMachineFlow(cloud::ComputeClient &compute, MachineList &list, cloud::CreateSpec spec, CapacityPlan plan,
                      std::unique_ptr<CreationNote> note, Patience patience, QObject *parent);
    ~CreateMachineFlow() override;

    const cloud::CreateSpec &spec() const { return m_spec; } ///< its zone is the one that was tried last; after success the machine's
    bool mayHaveBeenMade() const { return m_mayBeMade; }     ///< after failure or cancel: Google was asked and has not said no

protected:
    void abort() override;

private:
    struct Refusal {
        QString zone;
        Error error;
    };

    void check();
    void checkImage();
    void checkAccelerator();
    void onAccelerators(const QList<cloud::AcceleratorType> &types);
    void tryZone();
    void insert();
    void onInsertFailed(const cloud::OperationJob &job);
    void askWhoseItIs(const Error &error);
    void cleanUp(const Error &error, const QStringList &zonesAvailable);
    void decide(const Error &error, const QStringList &zonesAvailable);
    void goOn(CapacitySearch::Verdict verdict);
    void addRound();
    void waitForRound();
    void giveUp(const Error &error);
    void appear();
    void lookInList();

    bool mayKeepTrying() const;
    QString roundDetail() const;
    Error summary(const Error &last) const;

    cloud::ComputeClient &m_compute;
    QPointer<MachineList> m_list;
    cloud::CreateSpec m_spec;
    CapacityPlan m_plan;
    CapacitySearch m_search;
    std::unique_ptr<CreationNote> m_note;
    Patience m_patience;
    QTimer m_deadline;
    QTimer m_pause;
    QElapsedTimer m_since; ///< the first attempt
    QList<Refusal> m_refusals;
    qsizetype m_roundBegan = 0; ///< index into m_refusals
    int m_round = 1;
    bool m_mayBeMade = false;
};

} // namespace nimbook::workspace
