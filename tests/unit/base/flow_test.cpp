// SPDX-License-Identifier: Apache-2.0
#include "base/flow.h"

#include "tests/support/finish.h"

#include <QMap>
#include <QSignalSpy>
#include <QTimer>

using namespace nimbook;
using nimbook::testing::finish;

namespace {

/// Three steps whose work the test gives.
class ThreeSteps final : public Flow {
    Q_OBJECT
public:
    ThreeSteps()
    {
        for (const char *id : {"first", "second", "third"}) {
            addStep(QString::fromLatin1(id), QString::fromLatin1(id), [this, id = QString::fromLatin1(id)] {
                order.append(id);
                if (work.contains(id))
                    work[id]();
                else
                    stepDone();
            });
        }
    }
    using Flow::addNextStep;
    using Flow::await;
    using Flow::awaitEnd;
    using Flow::fail;
    using Flow::setStepDetail;
    using Flow::stepDone;
    using Flow::stepFailed;
    using Flow::stepSkipped;

    QList<Step::State> states() const
    {
        QList<Step::State> result;
        for (const Step &step : steps())
            result.append(step.state);
        return result;
    }

    QStringList order;
    QMap<QString, std::function<void()>> work;
};

class Endless final : public ValueJob<int> {
    Q_OBJECT
public:
    using ValueJob::setProgress;
    using ValueJob::succeedWith;
    bool ran = false;
    bool aborted = false;

protected:
    void run() override { ran = true; }
    void abort() override { aborted = true; }
};

using S = Step::State;
const Error someError{ErrorKind::StockOut, QStringLiteral("none left"), {}, {}, {}};

} // namespace

class FlowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void steps_runInOrder()
    {
        ThreeSteps flow;
        QCOMPARE(flow.currentStep(), -1);
        QCOMPARE(flow.states(), (QList{S::Pending, S::Pending, S::Pending}));
        flow.work[QStringLiteral("second")] = [&] { flow.stepSkipped(QStringLiteral("already there")); };
        QVERIFY(finish(flow));
        QCOMPARE(flow.state(), Job::State::Succeeded);
        QCOMPARE(flow.order, (QStringList{QStringLiteral("first"), QStringLiteral("second"), QStringLiteral("third")}));
        QCOMPARE(flow.states(), (QList{S::Done, S::Skipped, S::Done}));
        QCOMPARE(flow.steps()[1].detail, QStringLiteral("already there"));
    }

    void everyChangeOfAStep_isTold()
    {
        ThreeSteps flow;
        QList<std::pair<int, S>> told;
        connect(&flow, &Flow::stepChanged, this, [&](int index) { told.append({index, flow.steps()[index].state}); });
        QVERIFY(finish(flow));
        const QList<std::pair<int, S>> expected{{0, S::Running}, {0, S::Done}, {1, S::Running}, {1, S::Done}, {2, S::Running}, {2, S::Done}};
        QCOMPARE(told, expected);
    }

    void failingStep_endsTheFlowThere()
    {
        ThreeSteps flow;
        flow.work[QStringLiteral("second")] = [&] { flow.fail(someError); };
        S atTheEnd = S::Pending;
        connect(&flow, &Job::finished, this, [&] { atTheEnd = flow.steps()[1].state; });
        QVERIFY(finish(flow));
        QCOMPARE(flow.error(), someError);
        QCOMPARE(atTheEnd, S::Failed); // marked before finished() is heard
        QCOMPARE(flow.states(), (QList{S::Done, S::Failed, S::Pending}));
        QCOMPARE(flow.steps()[1].detail, someError.message);
        QCOMPARE(flow.order.size(), 2);
    }

    void cancel_marksTheRunningStepAndStopsItsJob()
    {
        ThreeSteps flow;
        auto *job = new Endless;
        QSignalSpy gone(job, &QObject::destroyed);
        flow.work[QStringLiteral("first")] = [&] { flow.await<Endless>(job, [&](Endless &) { flow.stepDone(); }); };
        flow.start();
        QTRY_VERIFY(job->ran);
        flow.cancel();
        QVERIFY(job->aborted);
        QCOMPARE(flow.states(), (QList{S::Cancelled, S::Pending, S::Pending}));
        QVERIFY(finish(flow));
        QTRY_COMPARE(gone.size(), 1);
    }

    void awaitedJob_givesProgressAndGoesOnOnSuccess()
    {
        ThreeSteps flow;
        auto *job = new Endless;
        int value = 0;
        flow.work[QStringLiteral("first")] = [&] {
            flow.await<Endless>(job, [&](Endless &done) {
                value = *done.result();
                flow.stepDone();
            });
        };
        flow.start();
        QTRY_VERIFY(job->ran);
        job->setProgress({2, 4, Progress::Unit::Items, {}});
        QCOMPARE(flow.steps()[0].progress.percent(), 50);
        job->succeedWith(42);
        QVERIFY(finish(flow));
        QCOMPARE(value, 42);
        QCOMPARE(flow.states(), (QList{S::Done, S::Done, S::Done}));
    }

    void awaitedJobFails_flowFailsTheSame()
    {
        ThreeSteps flow;
        flow.work[QStringLiteral("first")] = [&] {
            flow.await<ReadyJob<int>>(new ReadyJob<int>(failure(someError)), [&](ReadyJob<int> &) { flow.stepDone(); });
        };
        QVERIFY(finish(flow));
        QCOMPARE(flow.error(), someError);
        QCOMPARE(flow.states(), (QList{S::Failed, S::Pending, S::Pending}));
    }

    void awaitedJobCancelledByOthers_cancelsTheFlow()
    {
        ThreeSteps flow;
        auto *job = new Endless;
        flow.work[QStringLiteral("first")] = [&] { flow.await<Endless>(job, [&](Endless &) { flow.stepDone(); }); };
        flow.start();
        QTRY_VERIFY(job->ran);
        job->cancel();
        QVERIFY(finish(flow));
        QCOMPARE(flow.state(), Job::State::Cancelled);
        QCOMPARE(flow.states(), (QList{S::Cancelled, S::Pending, S::Pending}));
    }

    void oneOfTwoAwaitedFails_theOtherIsStopped()
    {
        ThreeSteps flow;
        auto *other = new Endless;
        QPointer<Endless> watch(other);
        bool stopped = false;
        flow.work[QStringLiteral("first")] = [&] {
            flow.await<Endless>(other, [](Endless &) {});
            flow.await<ReadyJob<int>>(new ReadyJob<int>(failure(someError)), [](ReadyJob<int> &) {});
        };
        connect(other, &Job::finished, this, [&] { stopped = other->aborted; });
        QVERIFY(finish(flow));
        QTRY_VERIFY(stopped);
    }

    void awaitAfterCancel_startsNothing()
    {
        ThreeSteps flow;
        QPointer<Endless> job(new Endless);
        flow.start();
        flow.cancel();
        flow.await<Endless>(job, [](Endless &) {});
        QTRY_VERIFY(!job);
        QVERIFY(flow.order.isEmpty());
    }

    void stepDoneTwice_startsTheNextOnce()
    {
        ThreeSteps flow;
        flow.work[QStringLiteral("first")] = [&] {
            flow.stepDone();
            flow.stepDone();
        };
        QVERIFY(finish(flow));
        QCOMPARE(flow.order.size(), 3);
    }

    void finishedStep_keepsItsTime()
    {
        ThreeSteps flow;
        flow.work[QStringLiteral("first")] = [&] { QTimer::singleShot(30, &flow, [&] { flow.stepDone(); }); };
        QVERIFY(finish(flow));
        QVERIFY(flow.steps()[0].elapsed >= std::chrono::milliseconds(25));
    }

    void failedStep_givesWayToTheStepsThatWerePutBehindIt()
    {
        ThreeSteps flow;
        QSignalSpy inserted(&flow, &Flow::stepsInserted);
        flow.work[QStringLiteral("second")] = [&] {
            flow.addNextStep(QStringLiteral("pause"), QStringLiteral("pause"), [&] { flow.stepDone(); });
            flow.addNextStep(QStringLiteral("again"), QStringLiteral("again"), [&] { flow.stepDone(QStringLiteral("now")); });
            flow.stepFailed(QStringLiteral("not here"));
        };
        QVERIFY(finish(flow));
        QCOMPARE(flow.state(), Job::State::Succeeded);
        QCOMPARE(flow.states(), (QList{S::Done, S::Failed, S::Done, S::Done, S::Done}));
        QCOMPARE(flow.steps()[1].detail, QStringLiteral("not here"));
        QCOMPARE(flow.steps()[3].id, QStringLiteral("again"));
        QCOMPARE(flow.order, (QStringList{QStringLiteral("first"), QStringLiteral("second"), QStringLiteral("third")}));
        QCOMPARE(inserted.size(), 2);
        QCOMPARE(inserted[1].first().toInt(), 3);
    }

    void awaitedEnd_isTheFlowsToJudge()
    {
        ThreeSteps flow;
        flow.work[QStringLiteral("first")] = [&] {
            flow.awaitEnd<ValueJob<int>>(new ReadyJob<int>(failure(someError)), [&](ValueJob<int> &job) {
                flow.stepDone(job.error().message);
            });
        };
        QVERIFY(finish(flow));
        QCOMPARE(flow.state(), Job::State::Succeeded);
        QCOMPARE(flow.steps()[0].detail, someError.message);
    }
};

QTEST_GUILESS_MAIN(FlowTest)
#include "flow_test.moc"
