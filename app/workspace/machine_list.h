// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cloud/gce/compute_client.h"

#include <QDateTime>
#include <QMap>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <optional>

namespace nimbook::workspace {

/// All machines of one project, kept fresh: changes are told one by one, so that a view keeps its selection and scroll position.
///
/// Asks every 15 s, every 2 s while a machine changes state or refreshSoon() was called; slower, with the reason, while it fails.
/// Machines of a zone that did not answer stay as they were.
class MachineList : public QObject {
    Q_OBJECT
public:
    MachineList(cloud::ComputeClient &compute, QString project, QObject *parent = nullptr);

    QString project() const { return m_project; }
    QList<cloud::Instance> machines() const; ///< by name, then zone
    const cloud::Instance *find(const cloud::InstanceRef &ref) const;
    bool isLoaded() const { return m_loaded; }    ///< at least one answer has come
    bool isRefreshing() const;
    QStringList unreachableZones() const { return m_unreachable; }
    const std::optional<Error> &lastError() const { return m_lastError; } ///< of the latest attempt; none when it worked

    void refresh();     ///< now
    void refreshSoon(); ///< now, and often for the next half minute: something was just asked for

    /// A single answer that came between two listings; a machine that the list does not know is not added.
    void learn(const cloud::Instance &machine);

Q_SIGNALS:
    void machineAdded(const nimbook::cloud::Instance &machine);
    void machineChanged(const nimbook::cloud::Instance &machine);
    void machineRemoved(const nimbook::cloud::InstanceRef &ref);
    void refreshed(); ///< an attempt ended, well or not: look at lastError()

private:
    void onListed();
    void apply(const cloud::InstanceListing &listing);
    void scheduleNext();

    cloud::ComputeClient &m_compute;
    QString m_project;
    QMap<cloud::InstanceRef, cloud::Instance> m_machines;
    QStringList m_unreachable;
    std::optional<Error> m_lastError;
    QPointer<ValueJob<cloud::InstanceListing>> m_listing;
    QTimer m_timer;
    QDateTime m_hurryUntil;
    int m_failures = 0;
    bool m_loaded = false;
    bool m_again = false; ///< refresh() was called while one was under way
};

} // namespace nimbook::workspace
