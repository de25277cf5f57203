// SPDX-License-Identifier: Apache-2.0
#include "models/activity_model.h"
#include "models/project_model.h"
#include "models/step_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace nimbook;

namespace {

/// Two steps that go on when told to.
class TwoSteps final : public Flow {
public:
    TwoSteps()
    {
        addStep(QStringLiteral("first"), QStringLiteral("First"), [] {});
        addStep(QStringLiteral("second"), QStringLiteral("Second"), [] {});
    }
    void pass(const QString &detail) { stepDone(detail); }
    void refuse() { fail({ErrorKind::StockOut, QStringLiteral("none left"), QStringLiteral("another zone"), {}, {}}); }
};

class Waiting final : public Job {
public:
    void end() { succeed(); }
    void breakDown() { fail({ErrorKind::Network, QStringLiteral("gone"), QStringLiteral("again"), QStringLiteral("ECONNRESET"), {}}); }
    void report(qint64 done) { setProgress({done, 100, Progress::Unit::Percent, {}}); }

protected:
    void run() override {}
};

} // namespace

class ShellModelsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void projects_replacedWhole_moveOnlyWhatChanged();
    void steps_followTheirFlowAndOutliveIt();
    void activity_showsRunningFailedAndCleared();
};

void ShellModelsTest::projects_replacedWhole_moveOnlyWhatChanged()
{
    models::ProjectModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setProjects({{"p-zeta", "Zeta", true}, {"p-alpha", "Alpha", true}, {"p-mid", "Mid", true}});
    QCOMPARE(model.index(0).data().toString(), QStringLiteral("Alpha"));
    const QPersistentModelIndex mid = model.index(model.rowOf(QStringLiteral("p-mid")));

    QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setProjects({{"p-mid", "Mid", true}, {"p-zeta", "A new name", true}, {"p-last", "Zz", true}});

    QCOMPARE(reset.size(), 0);
    QVERIFY(mid.isValid());
    QCOMPARE(mid.row(), 1);
    QStringList ids;
    for (int row = 0; row < model.rowCount(); ++row)
        ids << model.index(row).data(models::ProjectModel::IdRole).toString();
    QCOMPARE(ids, (QStringList{"p-zeta", "p-mid", "p-last"}));
    QCOMPARE(model.nameOf(QStringLiteral("typed-by-hand")), QStringLiteral("typed-by-hand"));
}

void ShellModelsTest::steps_followTheirFlowAndOutliveIt()
{
    models::StepModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    {
        TwoSteps flow;
        model.setFlow(&flow);
        flow.start();
        QTRY_COMPARE(flow.currentStep(), 0);
        flow.pass(QStringLiteral("port 22"));
        QTRY_COMPARE(flow.currentStep(), 1);
        flow.refuse();
        QTRY_VERIFY(flow.isFinished());
    }
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, models::StepModel::State).data().toString(), QStringLiteral("Done"));
    QCOMPARE(model.index(0, models::StepModel::Detail).data().toString(), QStringLiteral("port 22"));
    QCOMPARE(model.index(1, models::StepModel::State).data().toString(), QStringLiteral("Failed"));
    QVERIFY(!model.index(1, models::StepModel::Took).data().toString().isEmpty());
}

void ShellModelsTest::activity_showsRunningFailedAndCleared()
{
    workspace::Activity activity;
    models::ActivityModel model(activity);
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    Waiting stopping, starting;
    stopping.start();
    activity.watch(&stopping, QStringLiteral("Stopping trainer-1"));
    starting.start();
    activity.watch(&starting, QStringLiteral("Starting eval-2"));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("Starting eval-2"));

    stopping.report(40);
    QTRY_COMPARE(model.index(1, models::ActivityModel::State).data().toString(), QStringLiteral("40 %"));
    stopping.breakDown();
    QTRY_COMPARE(model.index(1, 0).data(models::ActivityModel::StateRole).toInt(), int(Job::State::Failed));
    QVERIFY(model.index(1, models::ActivityModel::State).data().toString().contains(QStringLiteral("gone")));
    QCOMPARE(model.errorAt(1).detail, QStringLiteral("ECONNRESET"));

    model.cancel(0);
    QCOMPARE(starting.state(), Job::State::Cancelled);
    QTRY_COMPARE(model.index(0, 0).data(models::ActivityModel::StateRole).toInt(), int(Job::State::Cancelled));
    activity.clearEnded();
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(ShellModelsTest)
#include "shell_models_test.moc"
