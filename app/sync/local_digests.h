// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"

#include <QFutureWatcher>
#include <QHash>
#include <QStringList>

#include <atomic>
#include <memory>

namespace nimbook::sync {

/// SHA-256 of files of this computer, raw, by path; read on a thread of the pool. What cannot be read is not in the answer.
class LocalDigests final : public ValueJob<QHash<QString, QByteArray>> {
    Q_OBJECT
public:
    explicit LocalDigests(const QStringList &paths, QObject *parent = nullptr);
    ~LocalDigests() override { *m_stopped = true; }

private:
    void run() override;
    void abort() override { *m_stopped = true; }

    QStringList m_paths;
    std::shared_ptr<std::atomic_bool> m_stopped = std::make_shared<std::atomic_bool>(false);
    QFutureWatcher<QHash<QString, QByteArray>> m_watcher;
};

} // namespace nimbook::sync
