// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QFutureWatcher>
#include <QStringList>

#include <atomic>
#include <memory>

namespace nimbook::sync {

/// Moves files of this computer to the desktop's trash, on a thread of the pool. The answer: what could not be moved.
class TrashJob final : public ValueJob<QStringList> {
    Q_OBJECT
public:
    explicit TrashJob(const QStringList &paths, QObject *parent = nullptr);
    ~TrashJob() override { *m_stopped = true; }

private:
    void run() override;
    void abort() override { *m_stopped = true; }

    QStringList m_paths;
    std::shared_ptr<std::atomic_bool> m_stopped = std::make_shared<std::atomic_bool>(false);
    QFutureWatcher<QStringList> m_watcher;
};

} // namespace nimbook::sync
