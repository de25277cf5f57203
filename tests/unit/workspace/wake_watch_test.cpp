// SPDX-License-Identifier: Apache-2.0
#include "workspace/wake_watch.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

using namespace nimbook::workspace;
using namespace std::chrono_literals;

/// logind is played by this test, on a bus of its own.
class WakeWatchTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty())
            QSKIP("dbus-daemon is not installed");
        m_daemon.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address=1")});
        QByteArray address;
        QTRY_VERIFY_WITH_TIMEOUT((address += m_daemon.readAllStandardOutput()).endsWith('\n'), 20'000);
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", address.trimmed());
        m_logind = std::make_unique<QDBusConnection>(QDBusConnection::connectToBus(QString::fromUtf8(address.trimmed()), QStringLiteral("logind")));
        QVERIFY(m_logind->isConnected());
        QVERIFY(m_logind->registerService(QStringLiteral("org.freedesktop.login1")));
    }
    void cleanupTestCase()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished(10'000);
    }

    void wakingUp_isTold()
    {
        WakeWatch watch;
        QSignalSpy back(&watch, &WakeWatch::cameBack);
        say(true);
        say(false);
        QTRY_COMPARE_WITH_TIMEOUT(back.size(), 1, 20'000);
    }

    void goingToSleep_isNot()
    {
        WakeWatch watch;
        QSignalSpy back(&watch, &WakeWatch::cameBack);
        say(true);
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
    void say(bool sleeping)
    {
        QDBusMessage signal = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/login1"), QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("PrepareForSleep"));
        signal << sleeping;
        QVERIFY(m_logind->send(signal));
    }

    QProcess m_daemon;
    std::unique_ptr<QDBusConnection> m_logind;
};

QTEST_GUILESS_MAIN(WakeWatchTest)
#include "wake_watch_test.moc"
