// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "sync/tree.h"

#include <QFutureWatcher>

#include <atomic>
#include <memory>

namespace nimbook::sync {

/// Walks a folder of this computer on a thread of the pool. Error kinds: NotFound, PermissionDenied (of the root; a folder below
/// that cannot be read is named in Tree::leftOut).
class LocalTree final : public ValueJob<Tree> {
    Q_OBJECT
public:
    explicit LocalTree(const QString &root, QObject *parent = nullptr);
    ~LocalTree() override;

private:
    void run() override;
    void abort() override;

    QString m_root;
    std::shared_ptr<std::atomic_bool> m_stopped = std::make_shared<std::atomic_bool>(false);
    QFutureWatcher<Result<Tree>> m_watcher;
};

} // namespace nimbook::sync
