// SPDX-License-Identifier: Apache-2.0
#include "support/fake_logind.h"
#include "workspace/wake_watch.h"

#include <QSignalSpy>
#include <QTest>

using namespace nimbook::workspace;
using namespace std::chrono_literals;

/// logind is played by this test, on a bus of its own.
class WakeWatchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!nimbook::testing::FakeLogind::isPossible())
            QSKIP("dbus-daemon is not installed");
        QVERIFY(m_logind.start());
    }

    void wakingUp_isTold()
    {
        WakeWatch watch;
        QSignalSpy back(&watch, &WakeWatch::cameBack);
        QVERIFY(m_logind.say(true));
        QVERIFY(m_logind.say(false));
        QTRY_COMPARE_WITH_TIMEOUT(back.size(), 1, 20'000);
    }

    void goingToSleep_isNot()
    {
        WakeWatch watch;
        QSignalSpy back(&watch, &WakeWatch::cameBack);
        QVERIFY(m_logind.say(true));
        QTest::qWait(400); // time for a signal that must not come
        QCOMPARE(back.size(), 0);
    }

    void clocks_tellSleepFromBeingBusy_data()
    {
        QTest::addColumn<qint64>("withSleep");
        QTest::addColumn<qint64>("withoutSleep");
        QTest::addColumn<bool>("slept");
        QTest::newRow("nothing") << 2000ll << 2000ll << false;
        QTest::newRow("busy") << 9000ll << 8700ll << false;
        QTest::newRow("lid") << 602'000ll << 2000ll << true;
        QTest::newRow("short") << 4000ll << 2000ll << true;
    }
    void clocks_tellSleepFromBeingBusy()
    {
        QFETCH(qint64, withSleep);
        QFETCH(qint64, withoutSleep);
        QTEST(WakeWatch::wasAsleep(std::chrono::milliseconds(withSleep), std::chrono::milliseconds(withoutSleep)), "slept");
    }

private:
    nimbook::testing::FakeLogind m_logind;
};

QTEST_GUILESS_MAIN(WakeWatchTest)
#include "wake_watch_test.moc"
