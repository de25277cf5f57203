// SPDX-License-Identifier: Apache-2.0
#include "transfer/throttle.h"

#include <QElapsedTimer>
#include <QTest>

using namespace nimbook::transfer;

class ThrottleTest : public QObject {
    Q_OBJECT

    /// Takes as much as it may, as a lane with a large file does.
    struct Eater {
        Throttle &throttle;
        qint64 piece;
        qint64 eaten = 0;

        void eat()
        {
            while (eaten < 100'000'000 && throttle.mayTake(this)) {
                throttle.spend(piece);
                eaten += piece;
            }
            if (eaten < 100'000'000)
                throttle.lineUp(this, [this] { eat(); });
        }
    };

private Q_SLOTS:
    void twoLanes_shareWhatThereIs()
    {
        Throttle throttle;
        throttle.setRate(2'000'000);
        Eater large{throttle, 32 * 1024};
        Eater late{throttle, 32 * 1024};
        large.eat();
        late.eat();
        QElapsedTimer clock;
        clock.start();
        QTRY_VERIFY_WITH_TIMEOUT(large.eaten + late.eaten > 1'500'000, 20'000);
        QVERIFY2(late.eaten > large.eaten / 3, qPrintable(QStringLiteral("%1 beside %2").arg(late.eaten).arg(large.eaten)));
        QVERIFY2(clock.elapsed() > 400, qPrintable(QString::number(clock.elapsed()))); // 200 kB at once, the rest at its rate
    }

    void limitTakenAway_letsEverybodyGo()
    {
        Throttle throttle;
        throttle.setRate(1'000);
        Eater one{throttle, 1'000'000};
        Eater other{throttle, 1'000'000};
        one.eat();
        other.eat();
        QCOMPARE(one.eaten, 1'000'000);
        QCOMPARE(other.eaten, 0);
        throttle.setRate(0);
        QCOMPARE(one.eaten, 100'000'000);
        QCOMPARE(other.eaten, 100'000'000);
    }

    void whoLeaves_isNotCalledAgain()
    {
        Throttle throttle;
        throttle.setRate(1'000);
        Eater one{throttle, 1'000'000};
        one.eat();
        bool called = false;
        throttle.lineUp(&called, [&called] { called = true; });
        throttle.leave(&called);
        throttle.leave(&one);
        throttle.setRate(0);
        QVERIFY(!called);
        QCOMPARE(one.eaten, 1'000'000);
    }
};

QTEST_GUILESS_MAIN(ThrottleTest)
#include "throttle_test.moc"
