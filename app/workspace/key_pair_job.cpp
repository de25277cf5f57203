// SPDX-License-Identifier: Apache-2.0
#include "workspace/key_pair_job.h"

#include <QFutureWatcher>
#include <QMutex>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace nimbook::workspace {

namespace {

class EnsureKeyPair final : public ValueJob<ssh::KeyPair> {
public:
    EnsureKeyPair(QString path, QObject *parent) : ValueJob(parent), m_path(std::move(path)) {}

protected:
    void run() override
    {
        using Pair = Result<ssh::KeyPair>;
        connect(&m_watcher, &QFutureWatcher<std::shared_ptr<Pair>>::finished, this,
                [this] { finishWith(*m_watcher.result()); });
        auto promise = std::make_shared<QPromise<std::shared_ptr<Pair>>>();
        m_watcher.setFuture(promise->future());
        promise->start();
        QThreadPool::globalInstance()->start([promise, path = m_path] {
            // Two machines opened at once must not both make the pair.
            static QMutex making;
            const QMutexLocker lock(&making);
            promise->addResult(std::make_shared<Pair>(ssh::ensureKeyPair(path)));
            promise->finish();
        });
    }

private:
    QString m_path;
    QFutureWatcher<std::shared_ptr<Result<ssh::KeyPair>>> m_watcher;
};

} // namespace

ValueJob<ssh::KeyPair> *ensureKeyPairJob(const QString &path, QObject *parent)
{
    return new EnsureKeyPair(path, parent);
}

} // namespace nimbook::workspace
