// SPDX-License-Identifier: Apache-2.0
#include "workspace/key_pair_job.h"

#include <QFutureWatcher>
#include <QMutex>
#include <QPromise>
#include <QThreadPool>

#include <memory>

namespace nimbook::workspace {

namespace {

class FindKeyPair final : public ValueJob<ssh::KeyPair> {
public:
    FindKeyPair(ssh::KeyChoice choice, QObject *parent) : ValueJob(parent), m_choice(std::move(choice)) {}

protected:
    void run() override
    {
        using Pair = Result<ssh::KeyPair>;
        connect(&m_watcher, &QFutureWatcher<std::shared_ptr<Pair>>::finished, this,
                [this] { finishWith(*m_watcher.result()); });
        auto promise = std::make_shared<QPromise<std::shared_ptr<Pair>>>();
        m_watcher.setFuture(promise->future());
        promise->start();
        QThreadPool::globalInstance()->start([promise, choice = m_choice] {
            // Two machines opened at once must not both make the pair.
            static QMutex making;
            const QMutexLocker lock(&making);
            promise->addResult(std::make_shared<Pair>(ssh::keyPairFor(choice)));
            promise->finish();
        });
    }

private:
    ssh::KeyChoice m_choice;
    QFutureWatcher<std::shared_ptr<Result<ssh::KeyPair>>> m_watcher;
};

} // namespace

ValueJob<ssh::KeyPair> *keyPairJob(const ssh::KeyChoice &choice, QObject *parent)
{
    return new FindKeyPair(choice, parent);
}

} // namespace nimbook::workspace
