// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFutureWatcher>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace nimbook::sync {

/// Computes \a work on a thread of the pool; \a watcher tells of its end. What goes before that lets it finish for nobody.
template<typename T, typename Work>
void computeOnPool(QFutureWatcher<T> &watcher, Work work)
{
    const auto promise = std::make_shared<QPromise<T>>();
    watcher.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, work = std::move(work)]() mutable {
        promise->start();
        promise->addResult(work());
        promise->finish();
    });
}

} // namespace nimbook::sync
