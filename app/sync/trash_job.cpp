// SPDX-License-Identifier: Apache-2.0
#include "sync/trash_job.h"

#include <QFile>
#include <QPromise>
#include <QThreadPool>

namespace nimbook::sync {

TrashJob::TrashJob(const QStringList &paths, QObject *parent) : ValueJob<QStringList>(parent), m_paths(paths)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        if (m_watcher.future().resultCount() > 0)
            succeedWith(m_watcher.result());
    });
}

void TrashJob::run()
{
    const auto promise = std::make_shared<QPromise<QStringList>>();
    m_watcher.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, stopped = m_stopped, paths = m_paths] {
        promise->start();
        QStringList kept;
        for (const QString &path : paths) {
            if (*stopped || !QFile::moveToTrash(path))
                kept.append(path);
        }
        promise->addResult(kept);
        promise->finish();
    });
}

} // namespace nimbook::sync
