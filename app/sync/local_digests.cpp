// SPDX-License-Identifier: Apache-2.0
#include "sync/local_digests.h"

#include "transfer/sha256.h"

#include <QFile>
#include <QPromise>
#include <QThreadPool>

namespace nimbook::sync {

namespace {

constexpr qint64 digestChunk = 1024 * 1024;

std::optional<QByteArray> digestOf(const QString &path, const std::atomic_bool &stopped)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    transfer::Sha256 hash;
    QByteArray chunk(digestChunk, Qt::Uninitialized);
    while (!stopped) {
        const qint64 read = file.read(chunk.data(), chunk.size());
        if (read < 0)
            return std::nullopt;
        if (read == 0)
            return hash.digest();
        hash.add(QByteArrayView(chunk.constData(), read));
    }
    return std::nullopt;
}

} // namespace

LocalDigests::LocalDigests(const QStringList &paths, QObject *parent) : ValueJob(parent), m_paths(paths)
{
    connect(&m_watcher, &QFutureWatcherBase::finished, this, [this] {
        if (m_watcher.future().resultCount() > 0)
            succeedWith(m_watcher.result());
    });
}

void LocalDigests::run()
{
    const auto promise = std::make_shared<QPromise<QHash<QString, QByteArray>>>();
    m_watcher.setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, stopped = m_stopped, paths = m_paths] {
        promise->start();
        QHash<QString, QByteArray> digests;
        for (const QString &path : paths) {
            if (*stopped)
                break;
            if (const auto digest = digestOf(path, *stopped))
                digests.insert(path, *digest);
        }
        promise->addResult(digests);
        promise->finish();
    });
}

} // namespace nimbook::sync
