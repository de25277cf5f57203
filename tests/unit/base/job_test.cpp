// SPDX-License-Identifier: Apache-2.0
#include "base/job.h"

#include "tests/support/finish.h"

#include <QPointer>

using namespace nimbook;
using nimbook::testing::finish;

namespace {

/// Does what the test says, when the test says it.
class Puppet final : public ValueJob<int> {
    Q_OBJECT
public:
    using ValueJob::ValueJob;
    using ValueJob::fail;
    using ValueJob::setProgress;
    using ValueJob::succeedWith;

    int runs = 0;
    int aborts = 0;
    std::function<void()> onRun;

protected:
    void run() override
    {
        ++runs;
        if (onRun)
            onRun();
    }
    void abort() override { ++aborts; }
};

const Error someError{ErrorKind::QuotaExceeded, QStringLiteral("no room"), {}, {}, {}};

} // namespace

class JobTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void start_emitsNothingInside()
    {
        Puppet job;
        job.onRun = [&] { job.succeedWith(7); };
        job.start();
        QSignalSpy finished(&job, &Job::finished); // connected after start(): hears of it all the same
        QCOMPARE(job.runs, 0);
        QVERIFY(job.isRunning());
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(job.state(), Job::State::Succeeded);
        QCOMPARE(job.result().value(), 7);
    }

    void failure_carriesTheReason()
    {
        Puppet job;
        job.onRun = [&] { job.fail(someError); };
        QVERIFY(finish(job));
        QCOMPARE(job.state(), Job::State::Failed);
        QCOMPARE(job.error(), someError);
        QCOMPARE(job.result().error(), someError);
    }

    void resultBeforeTheEnd_isAnInternalError()
    {
        Puppet job;
        QCOMPARE(job.result().error().kind, ErrorKind::Internal);
    }

    void secondEnd_isIgnored()
    {
        Puppet job;
        QSignalSpy finished(&job, &Job::finished);
        job.onRun = [&] {
            job.succeedWith(1);
            job.fail(someError);
            job.cancel();
        };
        job.start();
        QTRY_COMPARE(finished.size(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(finished.size(), 1);
        QCOMPARE(job.state(), Job::State::Succeeded);
        QCOMPARE(job.aborts, 0);
    }

    void cancel_isStateAtOnceAndSignalLater()
    {
        Puppet job;
        job.start();
        QTRY_COMPARE(job.runs, 1);
        QSignalSpy finished(&job, &Job::finished);
        job.cancel();
        QCOMPARE(job.state(), Job::State::Cancelled);
        QCOMPARE(job.aborts, 1);
        QCOMPARE(finished.size(), 0);
        job.succeedWith(3); // a late answer
        job.cancel();
        QTRY_COMPARE(finished.size(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(finished.size(), 1);
        QCOMPARE(job.result().error().kind, ErrorKind::Cancelled);
        QCOMPARE(job.aborts, 1);
    }

    void cancelBetweenStartAndRun_neverRuns()
    {
        Puppet job;
        QSignalSpy finished(&job, &Job::finished);
        job.start();
        job.cancel();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(job.runs, 0);
    }

    void cancelBeforeStart_finishesAndStartDoesNothing()
    {
        Puppet job;
        QSignalSpy finished(&job, &Job::finished);
        job.cancel();
        job.start();
        QTRY_COMPARE(finished.size(), 1);
        QCoreApplication::processEvents();
        QCOMPARE(job.runs, 0);
        QCOMPARE(job.state(), Job::State::Cancelled);
    }

    void failureOfKindCancelled_countsAsCancelled()
    {
        Puppet job;
        job.onRun = [&] { job.fail({ErrorKind::Cancelled, QStringLiteral("the owner left"), {}, {}, {}}); };
        QVERIFY(finish(job));
        QCOMPARE(job.state(), Job::State::Cancelled);
    }

    void deletingARunningJob_isSilent()
    {
        auto *job = new Puppet;
        QSignalSpy finished(job, &Job::finished);
        job->start();
        QTRY_COMPARE(job->runs, 1);
        delete job;
        QCoreApplication::processEvents();
        QCOMPARE(finished.size(), 0);
    }

    void slotMayDeleteTheJob()
    {
        auto *job = new Puppet;
        const QPointer<Puppet> watch(job);
        connect(job, &Job::finished, this, [job] { delete job; });
        job->onRun = [job] { job->succeedWith(1); };
        job->start();
        QTRY_VERIFY(!watch);
    }

    void startAndForget_deletesAfterDelivery()
    {
        const QPointer<Puppet> job(new Puppet);
        bool heard = false;
        connect(job, &Job::finished, this, [&] { heard = job->state() == Job::State::Succeeded; });
        job->onRun = [&] { job->succeedWith(1); };
        job->startAndForget();
        QTRY_VERIFY(!job);
        QVERIFY(heard);
    }

    void progress_isTellingOnlyChangesWhileRunning()
    {
        Puppet job;
        QSignalSpy changes(&job, &Job::progressChanged);
        job.setProgress({1, 10, Progress::Unit::Items, {}}); // not running yet
        QCOMPARE(changes.size(), 0);
        job.start();
        job.setProgress({5, 10, Progress::Unit::Items, {}});
        job.setProgress({5, 10, Progress::Unit::Items, {}});
        QCOMPARE(changes.size(), 1);
        QCOMPARE(job.progress().percent(), 50);
        job.cancel();
        job.setProgress({9, 10, Progress::Unit::Items, {}});
        QCOMPARE(changes.size(), 1);
    }

    void unknownTotal_isNotZeroPercent()
    {
        QVERIFY(!Progress().isDeterminate());
        QCOMPARE(Progress().percent(), -1);
        QCOMPARE((Progress{30, 10, Progress::Unit::Bytes, {}}).percent(), 100);
    }

    void readyJob_endsInTheEventLoop()
    {
        ReadyJob<int> good(5);
        QSignalSpy finished(&good, &Job::finished);
        good.start();
        QCOMPARE(finished.size(), 0);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(good.result().value(), 5);
        ReadyJob<int> bad(failure(someError));
        QVERIFY(finish(bad));
        QCOMPARE(bad.result().error(), someError);
    }
};

QTEST_GUILESS_MAIN(JobTest)
#include "job_test.moc"
