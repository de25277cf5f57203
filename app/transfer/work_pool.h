// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/job.h"
#include "base/result.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <mutex>
#include <vector>

namespace nimbook::transfer {

/// Threads for what only the disk or the processor can hurry: fsync of an arrived file, a digest.
class WorkPool : public QObject {
    Q_OBJECT
public:
    /// \param owner whose thread the answers come to, also after it has moved to another
    WorkPool(QObject *owner, int threads) : QObject(owner) { m_pool.setMaxThreadCount(threads); }
    ~WorkPool() override
    {
        m_pool.clear(); // what has not begun never will
        m_pool.waitForDone();
    }

    /// \a work runs on a pool thread, \a then on the thread of this object; \a then is never touched by the pool's thread.
    template<typename T>
    void run(std::function<Result<T>()> work, std::function<void(Result<T>)> then)
    {
        m_pool.start([this, work = std::move(work), then = std::move(then)]() mutable {
            auto answer = [then = std::move(then), result = work()] { then(result); };
            work = nullptr;
            {
                const std::lock_guard lock(m_mutex);
                m_answers.push_back(std::move(answer));
            }
            // The call carries nothing: what a queued call carries is freed by whichever thread lets go of it last.
            QMetaObject::invokeMethod(this, &WorkPool::deliver, Qt::QueuedConnection);
        });
    }

private:
    void deliver()
    {
        std::vector<std::function<void()>> answers;
        {
            const std::lock_guard lock(m_mutex);
            answers.swap(m_answers);
        }
        for (const auto &answer : answers)
            answer();
    }

    std::mutex m_mutex; // guards m_answers
    std::vector<std::function<void()>> m_answers;
    QThreadPool m_pool;
};

} // namespace nimbook::transfer
