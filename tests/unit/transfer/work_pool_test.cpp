// SPDX-License-Identifier: Apache-2.0
#include "transfer/work_pool.h"

#include <QEventLoop>
#include <QTest>
#include <QThread>
#include <QTimer>

#include <atomic>
#include <memory>

using namespace nimbook;
using transfer::WorkPool;

class WorkPoolTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void manyAnswers_allComeOnTheOwnersThread();
    void whatAnAnswerHolds_isFreedOnTheOwnersThread();
    void poolGoesFirst_unheardAnswersAreFreedHere();
};

namespace {

/// Counts where its last owner was; a transfer's lane must die on the thread of its link.
struct Guarded {
    Guarded(std::atomic<int> &freed, std::atomic<int> &astray) : m_freed(freed), m_astray(astray) {}
    ~Guarded()
    {
        ++m_freed;
        if (QThread::currentThread() != m_home)
            ++m_astray;
    }
    Q_DISABLE_COPY_MOVE(Guarded)

private:
    std::atomic<int> &m_freed;
    std::atomic<int> &m_astray;
    QThread *m_home = QThread::currentThread();
};

Result<Done> nothing()
{
    return Done{};
}

} // namespace

void WorkPoolTest::manyAnswers_allComeOnTheOwnersThread()
{
    QObject owner;
    auto *pool = new WorkPool(&owner, 4);
    int answers = 0;
    bool astray = false;
    for (int i = 0; i < 1000; ++i)
        pool->run<Done>(&nothing, [&](const Result<Done> &result) {
            ++answers;
            astray = astray || !result || QThread::currentThread() != thread();
        });
    QTRY_COMPARE_WITH_TIMEOUT(answers, 1000, 30'000);
    QVERIFY(!astray);
}

void WorkPoolTest::whatAnAnswerHolds_isFreedOnTheOwnersThread()
{
    // Each answer asks for the next, so that the owner's loop waits and runs at the very moment an answer is queued.
    constexpr int rounds = 20'000;
    std::atomic<int> freed{0};
    std::atomic<int> astray{0};
    QObject owner;
    auto *pool = new WorkPool(&owner, 4);
    int asked = 0;
    QEventLoop loop;
    std::function<void()> askNext = [&] {
        if (asked == rounds)
            return loop.quit();
        ++asked;
        pool->run<Done>(&nothing, [&askNext, held = std::make_shared<Guarded>(freed, astray)](const Result<Done> &) { askNext(); });
    };
    for (int i = 0; i < 4; ++i)
        askNext();
    QTimer::singleShot(30'000, &loop, &QEventLoop::quit);
    loop.exec();
    QTRY_COMPARE(freed.load(), rounds);
    QCOMPARE(astray.load(), 0);
}

void WorkPoolTest::poolGoesFirst_unheardAnswersAreFreedHere()
{
    std::atomic<int> freed{0};
    std::atomic<int> astray{0};
    {
        QObject owner;
        auto *pool = new WorkPool(&owner, 4);
        for (int i = 0; i < 100; ++i)
            pool->run<Done>(&nothing, [held = std::make_shared<Guarded>(freed, astray)](const Result<Done> &) {});
    }
    QCOMPARE(freed.load(), 100);
    QCOMPARE(astray.load(), 0);
}

QTEST_GUILESS_MAIN(WorkPoolTest)
#include "work_pool_test.moc"
