// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QDateTime>
#include <QList>
#include <QObject>
#include <QPointer>

namespace nimbook::workspace {

/// One line of the activity strip: something that was asked for and takes time.
struct ActivityEntry {
    quint64 id = 0;
    QString title; ///< translated: "Stopping trainer-1"
    Job::State state = Job::State::Running;
    Progress progress;
    Error error; ///< when Failed
    QDateTime started;
    QDateTime ended;
    QPointer<Job> job; ///< for cancel; null after the end
};

/// What runs and what ran, newest first, at most 200 ended entries.
class Activity : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    quint64 watch(Job *job, const QString &title); ///< follows the job to its end; does not own it
    const QList<ActivityEntry> &entries() const { return m_entries; }
    const ActivityEntry *find(quint64 id) const; ///< null: dropped or cleared; valid until the next change
    int runningCount() const;
    void clearEnded();

Q_SIGNALS:
    void entryAdded(quint64 id);
    void entryChanged(quint64 id);
    void entriesCleared(); ///< some left the list: read entries() again

private:
    ActivityEntry *entryOf(quint64 id);
    void end(quint64 id, Job::State state, const Error &error);
    void dropOldest();

    QList<ActivityEntry> m_entries;
    quint64 m_nextId = 1;
};

} // namespace nimbook::workspace
