// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/plan_builder.h"

#include <chrono>
#include <deque>

struct stat;

namespace nimbook::transfer {

/// Walks local files and folders into a plan, a little at a time, so that its thread stays free for others.
class LocalWalk {
public:
    /// \param folders where below the destination each source goes; empty: all go into the destination itself
    LocalWalk(TransferPlan &plan, const QList<QByteArray> &sources, const QList<QByteArray> &folders = {});

    bool step(std::chrono::milliseconds budget); ///< true: all is walked

private:
    void addSource(const QByteArray &path, const std::optional<QByteArray> &folder);
    void enter(int walkedFolder);
    void addEntry(int walkedFolder, const QByteArray &name);
    void addLink(int walkedFolder, const QByteArray &name);
    void queueFolder(WalkedFolder folder);

    TransferPlan &m_plan;
    PlanBuilder m_builder;
    std::deque<std::pair<QByteArray, std::optional<QByteArray>>> m_sources; ///< and the folder of a placed one
    std::vector<WalkedFolder> m_walked;
    std::deque<int> m_queue;
};

} // namespace nimbook::transfer
