// SPDX-License-Identifier: Apache-2.0
#include "models/machine_mirrors.h"

#include "transfer/remote_files.h"

#include <algorithm>

namespace nimbook::models {

using sync::FollowedPair;
using sync::Mirror;

MachineMirrors::MachineMirrors(const QString &stateFolder, QString machineKey, QString machineName, QObject *parent)
    : QObject(parent)
    , m_stateFolder(stateFolder)
    , m_machineKey(std::move(machineKey))
    , m_machineName(std::move(machineName))
    , m_memory(sync::MirrorMemory::fileIn(stateFolder))
{
    const auto pairs = m_memory.of(m_machineKey);
    for (const FollowedPair &pair : pairs)
        m_lines.append({pair, {}, {}});
}

QString MachineMirrors::title(const FollowedPair &pair) const
{
    const QString here = transfer::displayName(pair.here);
    const QString there = transfer::displayName(pair.there);
    return pair.direction == Mirror::Direction::Down ? tr("Following %1 on %2 into %3").arg(there, m_machineName, here)
                                                     : tr("Following %1 up into %2 on %3").arg(here, there, m_machineName);
}

sync::FolderPair MachineMirrors::folders(const FollowedPair &pair) const
{
    const QString use = pair.direction == Mirror::Direction::Down ? QStringLiteral("down/") : QStringLiteral("up/");
    return {pair.here, pair.there, sync::Baseline::fileName(m_stateFolder, use + m_machineKey, pair.here, pair.there)};
}

MachineMirrors::Line *MachineMirrors::find(const FollowedPair &pair)
{
    const auto found = std::find_if(m_lines.begin(), m_lines.end(), [&pair](const Line &line) { return line.pair == pair; });
    return found == m_lines.end() ? nullptr : &*found;
}

void MachineMirrors::attach(transfer::TransferQueue *queue)
{
    if (m_queue != queue) {
        for (Line &line : m_lines) {
            if (Mirror *running = std::exchange(line.mirror, nullptr)) {
                running->disconnect(this);
                delete running;
            }
        }
    }
    m_queue = queue;
    for (Line &line : m_lines)
        start(line);
    Q_EMIT changed();
}

void MachineMirrors::follow(const FollowedPair &pair)
{
    Line *line = find(pair);
    if (!line) {
        tellIfFailed(m_memory.remember(m_machineKey, pair));
        m_lines.append({pair, {}, {}});
        line = &m_lines.last();
    }
    start(*line);
    Q_EMIT changed();
}

void MachineMirrors::start(Line &line)
{
    if (line.mirror || !m_queue)
        return;
    line.trouble.clear();
    auto *mirror = new Mirror(*m_queue, line.pair.direction, folders(line.pair), this);
    line.mirror = mirror;
    connect(mirror, &Mirror::copied, this, [this, direction = line.pair.direction] { Q_EMIT copied(direction); });
    connect(mirror, &Job::finished, this, [this, pair = line.pair, mirror] { onEnded(pair, *mirror); });
    Q_EMIT started(mirror, title(line.pair));
    mirror->startAndForget();
}

/// Cancelled means that somebody pressed Stop, here, in the activity strip or on its transfer. A failure is shown, and tried again
/// with the next connection.
void MachineMirrors::onEnded(const FollowedPair &pair, const Job &mirror)
{
    Line *line = find(pair);
    if (!line)
        return;
    line->mirror = nullptr;
    if (mirror.state() == Job::State::Cancelled) {
        m_lines.removeIf([&pair](const Line &each) { return each.pair == pair; });
        tellIfFailed(m_memory.forget(m_machineKey, pair));
    } else {
        line->trouble = mirror.error().message;
    }
    Q_EMIT changed();
}

void MachineMirrors::stop(const FollowedPair &pair)
{
    Line *line = find(pair);
    if (!line)
        return;
    if (line->mirror) {
        line->mirror->cancel();
        return;
    }
    m_lines.removeIf([&pair](const Line &each) { return each.pair == pair; });
    tellIfFailed(m_memory.forget(m_machineKey, pair));
    Q_EMIT changed();
}

void MachineMirrors::stopAll()
{
    const auto all = m_lines;
    for (const Line &line : all)
        stop(line.pair);
}

void MachineMirrors::tellIfFailed(const Result<Done> &noted)
{
    if (!noted)
        Q_EMIT problem(noted.error());
}

} // namespace nimbook::models
