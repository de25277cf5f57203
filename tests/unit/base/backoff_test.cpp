// SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"

#include <QTest>

using namespace std::chrono_literals;
using nimbook::Backoff;

class BackoffTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void delay_data()
    {
        QTest::addColumn<int>("attempt");
        QTest::addColumn<double>("jitter");
        QTest::addColumn<int>("expected");
        QTest::newRow("first") << 0 << 0.0 << 500;
        QTest::newRow("second") << 1 << 0.0 << 1000;
        QTest::newRow("fourth") << 3 << 0.0 << 4000;
        QTest::newRow("ceiling") << 12 << 0.0 << 30'000;
        QTest::newRow("far beyond, no overflow") << 5000 << 0.0 << 30'000;
        QTest::newRow("negative counts as first") << -3 << 0.0 << 500;
        QTest::newRow("full jitter takes a quarter") << 0 << 1.0 << 375;
        QTest::newRow("half jitter on the ceiling") << 12 << 0.5 << 26'250;
        QTest::newRow("jitter out of range") << 0 << 7.0 << 375;
    }
    void delay()
    {
        QFETCH(int, attempt);
        QFETCH(double, jitter);
        QFETCH(int, expected);
        QCOMPARE(Backoff().delay(attempt, jitter), std::chrono::milliseconds(expected));
    }

    void ownNumbers_areUsed()
    {
        const Backoff backoff{100ms, 3.0, 500ms};
        QCOMPARE(backoff.delay(0), 100ms);
        QCOMPARE(backoff.delay(1), 300ms);
        QCOMPARE(backoff.delay(2), 500ms);
    }
};

QTEST_GUILESS_MAIN(BackoffTest)
#include "backoff_test.moc"
