// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDBusConnection>
#include <QDBusMessage>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <memory>

namespace nimbook::testing {

/// logind, played on a bus of its own, which is the system bus of this process from start() on: before anybody asked for that.
class FakeLogind {
public:
    ~FakeLogind()
    {
        m_daemon.terminate();
        m_daemon.waitForFinished(10'000);
    }

    static bool isPossible() { return !QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty(); }

    bool start()
    {
        m_daemon.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address=1")});
        QByteArray address;
        if (!QTest::qWaitFor([&] { return (address += m_daemon.readAllStandardOutput()).endsWith('\n'); }, 20'000))
            return false;
        qputenv("DBUS_SYSTEM_BUS_ADDRESS", address.trimmed());
        m_bus = std::make_unique<QDBusConnection>(QDBusConnection::connectToBus(QString::fromUtf8(address.trimmed()), QStringLiteral("logind")));
        return m_bus->isConnected() && m_bus->registerService(QStringLiteral("org.freedesktop.login1"));
    }

    bool say(bool goingToSleep) ///< PrepareForSleep; false: it woke up
    {
        QDBusMessage signal = QDBusMessage::createSignal(QStringLiteral("/org/freedesktop/login1"), QStringLiteral("org.freedesktop.login1.Manager"), QStringLiteral("PrepareForSleep"));
        signal << goingToSleep;
        return m_bus->send(signal);
    }

private:
    QProcess m_daemon;
    std::unique_ptr<QDBusConnection> m_bus;
};

} // namespace nimbook::testing
