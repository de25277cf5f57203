// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/result.h"

#include <QObject>
#include <QThreadPool>

#include <functional>

namespace nimbook::transfer {

/// Threads for what only the disk can hurry: fsync of an arrived file. Several at once share one journal commit.
class WorkPool : public QObject {
    Q_OBJECT
public:
    /// \param owner whose thread the answers come to, also after it has moved to another
    explicit WorkPool(QObject *owner) : QObject(owner) { m_pool.setMaxThreadCount(8); }
    ~WorkPool() override { m_pool.waitForDone(); }

    /// \a work runs on a pool thread, \a then on the thread of this object; \a then is never touched by the pool's thread.
    void run(std::function<Result<Done>()> work, std::function<void(Result<Done>)> then)
    {
        m_pool.start([this, work = std::move(work), then = std::move(then)]() mutable {
            Result<Done> result = work();
            work = nullptr;
            QMetaObject::invokeMethod(
                this, [then = std::move(then), result = std::move(result)] { then(result); }, Qt::QueuedConnection);
        });
    }

private:
    QThreadPool m_pool;
};

} // namespace nimbook::transfer
