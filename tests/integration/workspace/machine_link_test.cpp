// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.h"
#include "support/sshd_fixture.h"
#include "workspace/machine_link.h"

#include <QFile>
#include <QSignalSpy>
#include <QTest>

#include <sys/socket.h>
#include <unistd.h>

using namespace nimbook;
using nimbook::testing::LoopbackServer;
using nimbook::testing::SshdFixture;
using workspace::MachineLink;

/// One machine that is stopped and started, and is somewhere else then: two SSH servers play its two addresses.
class MachineLinkTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_before.start(), qPrintable(m_before.errorString()));
        QVERIFY2(m_after.start(), qPrintable(m_after.errorString()));
        // It is one machine: whom it lets in goes along.
        QFile key(m_before.privateKeyPath() + QStringLiteral(".pub")), known(m_after.directory() + QStringLiteral("/authorized_keys"));
        QVERIFY(key.open(QIODevice::ReadOnly) && known.open(QIODevice::Append));
        known.write(key.readAll());
        known.close();
        m_echo = std::make_unique<LoopbackServer>(testing::echo);
    }

    void addressChanged_tunnelAndForwardsFollowBehindTheirPorts()
    {
        const auto link = openLink();
        const quint16 port = link->tunnel()->localPort();
        QCOMPARE(answer(port), QByteArray("ping"));
        link->forwards().add(QStringLiteral("Echo"), m_echo->port(), QStringLiteral("127.0.0.1"), link->settings());
        const auto &forward = link->forwards().all().front();
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->phase(), ssh::Tunnel::Phase::Live, 20'000);
        const quint16 forwardPort = forward.tunnel->localPort();
        QVERIFY(link->isCurrent());

        QVERIFY(link->setMachine(machineAt(m_after)));
        m_before.kill(); // whatever answers from now on answers from the new address
        QTRY_VERIFY_WITH_TIMEOUT(m_after.sessionProcessCount() >= 2 && link->tunnel()->state() == ssh::Tunnel::State::Live, 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->phase(), ssh::Tunnel::Phase::Live, 30'000);
        QCOMPARE(link->tunnel()->localPort(), port);
        QCOMPARE(forward.tunnel->localPort(), forwardPort);
        QCOMPARE(answer(port), QByteArray("ping"));
        QCOMPARE(answer(forwardPort), QByteArray("ping"));
        QVERIFY(!link->isCurrent()); // commands need a session of their own there
        QVERIFY(m_before.restart());
    }

    void forwardAlone_followsToo()
    {
        const auto link = openLink();
        link->closeTunnel();
        link->forwards().add(QStringLiteral("Echo"), m_echo->port(), QStringLiteral("127.0.0.1"), link->settings());
        const auto &forward = link->forwards().all().front();
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->phase(), ssh::Tunnel::Phase::Live, 20'000);
        const quint16 port = forward.tunnel->localPort();

        m_before.kill();
        QVERIFY(link->setMachine(machineAt(m_after)));

        QTRY_VERIFY_WITH_TIMEOUT(m_after.sessionProcessCount() >= 1 && forward.tunnel->phase() == ssh::Tunnel::Phase::Live, 30'000);
        QCOMPARE(forward.tunnel->localPort(), port);
        QCOMPARE(answer(port), QByteArray("ping"));
        QVERIFY(m_before.restart());
    }

    void strangerAtTheOldAddress_isNotTheEndUnlessTheMachineIsThere_data()
    {
        QTest::addColumn<bool>("isTheMachine");
        QTest::newRow("the machine is elsewhere") << false;
        QTest::newRow("it is the machine that has another key") << true;
    }
    void strangerAtTheOldAddress_isNotTheEndUnlessTheMachineIsThere()
    {
        QFETCH(bool, isTheMachine);
        SshdFixture stranger;
        QVERIFY2(stranger.start(), qPrintable(stranger.errorString()));
        const auto link = openLink();
        link->setNotebook({QUrl(QStringLiteral("http://127.0.0.1/")), {}});
        link->forwards().add(QStringLiteral("Echo"), m_echo->port(), QStringLiteral("127.0.0.1"), link->settings());
        const auto &forward = link->forwards().all().front();
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->phase(), ssh::Tunnel::Phase::Live, 20'000);
        QVERIFY(link->doubted().isEmpty());
        // Its address went to somebody else while the list still names it.
        link->setMachine(machineAt(stranger));
        m_before.cutSessions();
        QTRY_COMPARE_WITH_TIMEOUT(link->doubted().size(), 2, 30'000);
        QVERIFY(!link->notebook().url.isEmpty());
        QVERIFY(!link->hasTunnel(ssh::Tunnel::State::Failed));

        const auto now = isTheMachine ? machineAt(stranger) : machineAt(m_after);
        link->failStrangers(link->doubted(), now);
        link->setMachine(now);

        if (isTheMachine) {
            QTRY_COMPARE_WITH_TIMEOUT(link->tunnel()->state(), ssh::Tunnel::State::Failed, 20'000);
            QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->state(), ssh::Tunnel::State::Failed, 20'000);
            QCOMPARE(link->tunnel()->error().kind, ErrorKind::HostKeyMismatch);
            QVERIFY(link->notebook().url.isEmpty());
        } else {
            QTRY_COMPARE_WITH_TIMEOUT(link->tunnel()->state(), ssh::Tunnel::State::Live, 30'000);
            QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->state(), ssh::Tunnel::State::Live, 30'000);
            QCOMPARE(answer(link->tunnel()->localPort()), QByteArray("ping"));
            QVERIFY(!link->notebook().url.isEmpty());
        }
        QVERIFY(!stranger.log().contains("Accepted"));
    }

    void forwardWhoseFirstConnectFails_isTriedAgain()
    {
        const auto link = openLink();
        m_before.kill();
        link->forwards().add(QStringLiteral("Echo"), m_echo->port(), QStringLiteral("127.0.0.1"), link->settings());
        const auto &forward = link->forwards().all().front();
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->state(), ssh::Tunnel::State::Reconnecting, 30'000);
        QVERIFY(m_before.restart());
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->state(), ssh::Tunnel::State::Live, 30'000);
        QCOMPARE(answer(forward.tunnel->localPort()), QByteArray("ping"));
    }

    void forwardThatFailed_isTriedAgainWhenItIsAskedForAgain()
    {
        const auto link = openLink();
        ssh::ConnectionSettings refused = link->settings();
        refused.privateKeyPath = m_before.strangerKeyPath();
        link->forwards().add(QStringLiteral("Echo"), m_echo->port(), QStringLiteral("127.0.0.1"), refused);
        const auto &forward = link->forwards().all().front();
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->state(), ssh::Tunnel::State::Failed, 30'000);
        link->forwards().add(QStringLiteral("Echo"), m_echo->port(), QStringLiteral("127.0.0.1"), link->settings());
        QTRY_COMPARE_WITH_TIMEOUT(forward.tunnel->state(), ssh::Tunnel::State::Live, 30'000);
        QCOMPARE(answer(forward.tunnel->localPort()), QByteArray("ping"));
    }

    void sameMachineSeenAgain_movesNothing()
    {
        const auto link = openLink();
        QSignalSpy states(link.get(), &MachineLink::tunnelStateChanged);
        QVERIFY(!link->setMachine(machineAt(m_before)));
        auto labelled = machineAt(m_before);
        labelled.labels.insert(QStringLiteral("team"), QStringLiteral("vision"));
        QVERIFY(link->setMachine(labelled));
        QCOMPARE(answer(link->tunnel()->localPort()), QByteArray("ping"));
        QVERIFY(states.isEmpty());
    }

    void machineThatIsNotRunningOrHasNoAddress_isNotFollowed_data()
    {
        QTest::addColumn<cloud::InstanceStatus>("status");
        QTest::addColumn<QString>("address");
        QTest::newRow("stopping") << cloud::InstanceStatus::Stopping << QStringLiteral("127.0.0.1");
        QTest::newRow("staging") << cloud::InstanceStatus::Staging << QStringLiteral("127.0.0.1");
        QTest::newRow("no address") << cloud::InstanceStatus::Running << QString();
    }
    void machineThatIsNotRunningOrHasNoAddress_isNotFollowed()
    {
        QFETCH(cloud::InstanceStatus, status);
        QFETCH(QString, address);
        const auto link = openLink();
        QSignalSpy states(link.get(), &MachineLink::tunnelStateChanged);
        const int sessions = m_after.sessionProcessCount();
        auto moving = machineAt(m_after);
        moving.status = status;
        moving.externalAddress = address;
        QVERIFY(link->setMachine(moving));
        QTest::qWait(300); // time for a connection that must not come
        QCOMPARE(m_after.sessionProcessCount(), sessions);
        QCOMPARE(answer(link->tunnel()->localPort()), QByteArray("ping"));
        QVERIFY(states.isEmpty());
    }

private:
    cloud::Instance machineAt(const SshdFixture &sshd) const
    {
        cloud::Instance machine;
        machine.ref = {QStringLiteral("lab"), QStringLiteral("us-central1-a"), QStringLiteral("mover")};
        machine.id = QStringLiteral("4711");
        machine.status = cloud::InstanceStatus::Running;
        machine.externalAddress = QStringLiteral("127.0.0.1");
        machine.metadata.insert(QStringLiteral("nimbook-ssh-port"), QString::number(sshd.port()));
        return machine;
    }

    /// Connected to where the machine is first, its tunnel live.
    std::unique_ptr<MachineLink> openLink()
    {
        auto link = std::make_unique<MachineLink>(machineAt(m_before), QString(), nullptr);
        ssh::ConnectionSettings settings = m_before.settings();
        settings.hostKeys.trusted += m_after.hostKeys(); // and so do its keys
        settings.keepAliveInterval = std::chrono::milliseconds(500);
        auto session = std::make_unique<ssh::Session>(settings);
        const std::unique_ptr<ValueJob<ssh::HostKey>> opening(session->open(nullptr));
        if (opening->state() == Job::State::NotStarted)
            opening->start();
        if (!QTest::qWaitFor([&] { return opening->isFinished(); }, 20'000) || opening->state() != Job::State::Succeeded)
            qFatal("no session: %s", qPrintable(opening->error().message));
        link->adopt(std::move(session), settings);
        link->openTunnel(m_echo->port(), 0);
        if (!QTest::qWaitFor([&] { return link->tunnel()->state() == ssh::Tunnel::State::Live && link->tunnel()->localPort() > 0; }, 20'000))
            qFatal("no tunnel: %s", qPrintable(link->tunnel()->error().message));
        return link;
    }

    /// What comes back through \a port for "ping".
    static QByteArray answer(quint16 port)
    {
        const int socket = testing::connectLoopback(port);
        if (socket < 0)
            return "no connection";
        testing::sendAll(socket, "ping");
        const QByteArray back = testing::receive(socket, 4);
        ::close(socket);
        return back;
    }

    SshdFixture m_before;
    SshdFixture m_after;
    std::unique_ptr<LoopbackServer> m_echo;
};

QTEST_GUILESS_MAIN(MachineLinkTest)
#include "machine_link_test.moc"
