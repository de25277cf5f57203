// SPDX-License-Identifier: Apache-2.0
#include "fake_compute.h"
#include "support/finish.h"
#include "workspace/bring_up.h"

#include <QTest>

using namespace nimbook;
using namespace std::chrono_literals;
using nimbook::testing::FakeCompute;
using workspace::BringUp;

class BringUpTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void running_isTakenAsItIs()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("RUNNING"));
        BringUp job(fake.compute, FakeCompute::ref(QStringLiteral("vm")), patience(), nullptr);
        QVERIFY(testing::finish(job));
        QCOMPARE(job.state(), Job::State::Succeeded);
        QVERIFY(!job.hadToWait());
        QCOMPARE(fake.starts, 0);
    }

    void terminated_isStarted()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("TERMINATED"));
        BringUp job(fake.compute, FakeCompute::ref(QStringLiteral("vm")), patience(), nullptr);
        QVERIFY(testing::finish(job));
        QCOMPARE(job.state(), Job::State::Succeeded);
        QVERIFY(job.hadToWait());
        QCOMPARE(fake.starts, 1);
    }

    void stopping_isWaitedForThenStarted()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("STOPPING"));
        fake.onLook = [&fake] {
            if (fake.looks == 3)
                fake.set(QStringLiteral("vm"), QStringLiteral("TERMINATED"));
        };
        BringUp job(fake.compute, FakeCompute::ref(QStringLiteral("vm")), patience(), nullptr);
        QVERIFY(testing::finish(job));
        QCOMPARE(job.state(), Job::State::Succeeded);
        QCOMPARE(fake.starts, 1);
        QVERIFY(fake.looks >= 4);
    }

    void suspended_isSaidToBeOutOfReach()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("SUSPENDED"));
        BringUp job(fake.compute, FakeCompute::ref(QStringLiteral("vm")), patience(), nullptr);
        QVERIFY(testing::finish(job));
        QCOMPARE(job.error().kind, ErrorKind::Unsupported);
        QVERIFY(job.error().message.contains(QLatin1String("vm (us-central1-a)")));
        QVERIFY(!job.error().nextStep.isEmpty());
    }

    void neverSettles_deadlineEndsIt()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("REPAIRING"));
        auto shortPatience = patience();
        shortPatience.power = 300ms;
        BringUp job(fake.compute, FakeCompute::ref(QStringLiteral("vm")), shortPatience, nullptr);
        QVERIFY(testing::finish(job));
        QCOMPARE(job.error().kind, ErrorKind::Timeout);
    }

    void cancelled_nothingIsStartedAfterwards()
    {
        FakeCompute fake;
        fake.set(QStringLiteral("vm"), QStringLiteral("STOPPING"));
        BringUp job(fake.compute, FakeCompute::ref(QStringLiteral("vm")), patience(), nullptr);
        job.start();
        QTRY_VERIFY(fake.looks >= 1);
        job.cancel();
        fake.set(QStringLiteral("vm"), QStringLiteral("TERMINATED"));
        const int looks = fake.looks;
        QSignalSpy finished(&job, &Job::finished);
        QVERIFY(finished.wait());
        QTest::qWait(100); // longer than the poll: a timer left running would show
        QCOMPARE(fake.looks, looks);
        QCOMPARE(fake.starts, 0);
    }

private:
    static workspace::Patience patience()
    {
        workspace::Patience patience;
        patience.poll = 20ms;
        return patience;
    }
};

QTEST_GUILESS_MAIN(BringUpTest)
#include "bring_up_test.moc"
