// SPDX-License-Identifier: Apache-2.0
#include "workspace/step_times.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace nimbook;
using namespace std::chrono_literals;
using workspace::StepTimes;

namespace {

class Two final : public Flow {
public:
    Two()
    {
        addStep(QStringLiteral("work"), {}, [this] { QTimer::singleShot(30ms, this, [this] { stepDone(); }); });
        addStep(QStringLiteral("there"), {}, [this] { stepSkipped(); });
        addStep(QStringLiteral("work2"), {}, [this] { stepFailed({}); });
    }
};

} // namespace

class StepTimesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void usual_isTheMedianOfTheLastFive()
    {
        StepTimes times(file());
        QCOMPARE(times.usual(QStringLiteral("a")), 0ms);
        for (const int seconds : {100, 1, 2, 3, 50, 4}) // the first is forgotten, one slow day does not count
            times.learn(QStringLiteral("a"), std::chrono::seconds(seconds));
        QCOMPARE(times.usual(QStringLiteral("a")), 3s);
    }

    void learnt_isThereAfterARestart()
    {
        StepTimes(file()).learn(QStringLiteral("b"), 7s);
        QCOMPARE(StepTimes(file()).usual(QStringLiteral("b")), 7s);
    }

    void damagedFile_isAsIfNothingWasLearnt()
    {
        QFile damaged(file());
        QVERIFY(damaged.open(QIODevice::WriteOnly) && damaged.write("{\"b\":") > 0);
        damaged.close();
        QCOMPARE(StepTimes(file()).usual(QStringLiteral("b")), 0ms);
    }

    void flow_teachesDoneStepsAlone_andShowsThemNextTime()
    {
        StepTimes times(m_folder.filePath(QStringLiteral("flow.json")));
        Two first;
        times.follow(first, QStringLiteral("kind"));
        first.start();
        QTRY_VERIFY(first.isFinished());
        QVERIFY(times.usual(QStringLiteral("kind/work")) >= 20ms);
        QCOMPARE(times.usual(QStringLiteral("kind/there")), 0ms); // skipped: says nothing of the work
        Two second;
        times.follow(second, QStringLiteral("kind"));
        QCOMPARE(second.steps()[0].usual, times.usual(QStringLiteral("kind/work")));
        QCOMPARE(second.steps()[2].usual, second.steps()[0].usual); // a second attempt is the same kind of work
        Two other;
        times.follow(other, QStringLiteral("other"));
        QCOMPARE(other.steps()[0].usual, 0ms);
    }

private:
    QString file() const { return m_folder.filePath(QStringLiteral("state/step-times.json")); }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(StepTimesTest)
#include "step_times_test.moc"
