// SPDX-License-Identifier: Apache-2.0
#include "workspace/activity.h"

#include <algorithm>

namespace nimbook::workspace {

namespace {
constexpr qsizetype endedEntriesKept = 200;
}

quint64 Activity::watch(Job *job, const QString &title)
{
    ActivityEntry entry;
    entry.id = m_nextId++;
    entry.title = title;
    entry.state = job->isFinished() ? job->state() : Job::State::Running;
    entry.progress = job->progress();
    entry.started = QDateTime::currentDateTimeUtc();
    entry.job = job;
    const quint64 id = entry.id;
    m_entries.prepend(entry);

    connect(job, &Job::progressChanged, this, [this, id](const Progress &progress) {
        if (ActivityEntry *running = entryOf(id)) {
            running->progress = progress;
            Q_EMIT entryChanged(id);
        }
    });
    connect(job, &Job::finished, this, [this, id, job] { end(id, job->state(), job->error()); });
    // Deleting a running job is a silent cancel; the line must not run on for ever.
    connect(job, &QObject::destroyed, this, [this, id] { end(id, Job::State::Cancelled, {}); });
    Q_EMIT entryAdded(id);
    if (job->isFinished())
        end(id, job->state(), job->error());
    return id;
}

ActivityEntry *Activity::entryOf(quint64 id)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [id](const ActivityEntry &entry) { return entry.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

const ActivityEntry *Activity::find(quint64 id) const
{
    return const_cast<Activity *>(this)->entryOf(id);
}

void Activity::end(quint64 id, Job::State state, const Error &error)
{
    ActivityEntry *entry = entryOf(id);
    if (!entry || entry->ended.isValid())
        return;
    entry->state = state;
    if (state == Job::State::Failed)
        entry->error = error;
    entry->ended = QDateTime::currentDateTimeUtc();
    entry->job = nullptr;
    Q_EMIT entryChanged(id);
    dropOldest();
}

void Activity::dropOldest()
{
    qsizetype ended = 0;
    const qsizetype before = m_entries.size();
    m_entries.removeIf([&ended](const ActivityEntry &entry) { return entry.ended.isValid() && ++ended > endedEntriesKept; });
    if (m_entries.size() != before)
        Q_EMIT entriesCleared();
}

int Activity::runningCount() const
{
    return int(std::count_if(m_entries.begin(), m_entries.end(), [](const ActivityEntry &entry) { return !entry.ended.isValid(); }));
}

void Activity::clearEnded()
{
    m_entries.removeIf([](const ActivityEntry &entry) { return entry.ended.isValid(); });
    Q_EMIT entriesCleared();
}

} // namespace nimbook::workspace
