// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.h"
#include "support/sshd_fixture.h"
#include "tunnel_clients.h"

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

#include <atomic>
#include <sys/socket.h>
#include <vector>

using namespace nimbook;
using namespace nimbook::ssh;
using namespace nimbook::testing;
using namespace std::chrono_literals;

// Through a real sshd to real sockets. The clients block in threads of their own; the tunnel's owner is the test's thread.
class SshTunnelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void opened_carriesBytesAndCountsThem();
    void localSideEndsFirst_answerStillComes();
    void remoteSideEndsFirst_restIsStillSent();
    void refusedRemotePort_closesOnlyThatConnection();
    void localReset_endsTheRemoteSide();

    void preferredPortBusy_takesTheNext();
    void preferredPortBusy_passesByThoseOfOthers();
    void onlyLoopbackListens();
    void firstConnectFails_isFailed();
    void closed_portIsFree();

    void sshdDiesAndReturns_samePortLiveAgain();
    void connectionDuringTheLoss_waitsAndIsServed();
    void connectionBeforeTheLossIsFoundOut_waitsAndIsServed();
    void connectionsDuringTheLoss_areHeldUpTo64();
    void lossThatLasts_endsWhoWaitedLongEnough();
    void hostKeyChangedMeanwhile_isFailed();
    void strangerAtTheOldAddress_waitsForAVerdict();
    void keyRefusedForAWhile_isTriedAgain();
    void keyRefusedForGood_isFailed();
    void serverFreezes_reconnects();

private:
    SshdFixture m_sshd;
};

void SshTunnelTest::initTestCase()
{
    QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
}

void SshTunnelTest::init()
{
    if (!m_sshd.isRunning())
        QVERIFY2(m_sshd.restart(), qPrintable(m_sshd.errorString()));
}

void SshTunnelTest::opened_carriesBytesAndCountsThem()
{
    LoopbackServer server(echo);
    Tunnel tunnel(m_sshd.settings(), server.port());
    QSignalSpy states(&tunnel, &Tunnel::stateChanged);
    QSignalSpy traffic(&tunnel, &Tunnel::trafficChanged);
    tunnel.open(0);
    QCOMPARE(tunnel.state(), Tunnel::State::Connecting);
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    QVERIFY(tunnel.localPort() > 0);

    const QByteArray answer = inBackground([&] {
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        sendAll(socket.get(), "hello");
        return receive(socket.get(), 5);
    });

    QCOMPARE(answer, QByteArray("hello"));
    QTRY_COMPARE(tunnel.bytesIn(), 5);
    QCOMPARE(tunnel.bytesOut(), 5);
    QTRY_COMPARE(tunnel.connectionCount(), 0);
    QVERIFY(traffic.size() > 0);
    QCOMPARE(states.size(), 2); // Connecting, Live
}

void SshTunnelTest::localSideEndsFirst_answerStillComes()
{
    LoopbackServer server([](int socket) {
        const QByteArray request = receiveAll(socket); // up to the client's EOF
        sendAll(socket, QByteArray::number(request.size()));
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());

    const QByteArray answer = inBackground([&] {
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        sendAll(socket.get(), QByteArray(3'000'000, 'q'));
        ::shutdown(socket.get(), SHUT_WR);
        return receiveAll(socket.get());
    });

    QCOMPARE(answer, QByteArray("3000000"));
    QTRY_COMPARE(tunnel.connectionCount(), 0);
}

void SshTunnelTest::remoteSideEndsFirst_restIsStillSent()
{
    std::atomic<qsizetype> received = -1;
    LoopbackServer server([&](int socket) {
        sendAll(socket, "greeting");
        ::shutdown(socket, SHUT_WR);
        received = receiveAll(socket).size();
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());

    const QByteArray greeting = inBackground([&] {
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        const QByteArray all = receiveAll(socket.get()); // ends with the server's EOF
        sendAll(socket.get(), QByteArray(3'000'000, 'r'));
        return all;
    });

    QCOMPARE(greeting, QByteArray("greeting"));
    QTRY_COMPARE(received, 3'000'000);
    QTRY_COMPARE(tunnel.connectionCount(), 0);
}

void SshTunnelTest::refusedRemotePort_closesOnlyThatConnection()
{
    quint16 unused = 0;
    {
        QTcpServer probe;
        QVERIFY(probe.listen(QHostAddress::LocalHost));
        unused = probe.serverPort();
    }
    OPEN_TUNNEL(tunnel, m_sshd.settings(), unused);

    const QByteArray nothing = inBackground([&] {
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        return receiveAll(socket.get());
    });

    QCOMPARE(nothing, QByteArray());
    QTRY_COMPARE(tunnel.connectionCount(), 0);
    QCOMPARE(tunnel.state(), Tunnel::State::Live);
}

void SshTunnelTest::localReset_endsTheRemoteSide()
{
    std::atomic<bool> ended = false;
    LoopbackServer server([&](int socket) {
        echo(socket);
        ended = true;
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    Descriptor socket(connectLoopback(tunnel.localPort()));
    QCOMPARE(inBackground([&] { return sendAll(socket.get(), "x") ? receive(socket.get(), 1) : QByteArray(); }), QByteArray("x"));

    resetAndClose(socket);

    QTRY_VERIFY(ended);
    QTRY_COMPARE(tunnel.connectionCount(), 0);
}

void SshTunnelTest::preferredPortBusy_takesTheNext()
{
    QTcpServer busy;
    QVERIFY(busy.listen(QHostAddress::LocalHost));
    if (busy.serverPort() > 65'000)
        QSKIP("the system handed out one of the last ports");
    Tunnel tunnel(m_sshd.settings(), 1);

    tunnel.open(busy.serverPort());

    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    QVERIFY(tunnel.localPort() > busy.serverPort());
    QVERIFY(tunnel.localPort() <= busy.serverPort() + 100);
}

void SshTunnelTest::preferredPortBusy_passesByThoseOfOthers()
{
    QTcpServer busy;
    QVERIFY(busy.listen(QHostAddress::LocalHost));
    const quint16 taken = busy.serverPort();
    if (taken > 65'000)
        QSKIP("the system gave a port at the very end");
    Tunnel tunnel(m_sshd.settings(), 1);
    tunnel.open(taken, {taken, quint16(taken + 1), quint16(taken + 2)});
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    QVERIFY2(tunnel.localPort() > taken + 2, qPrintable(QString::number(tunnel.localPort())));
}

void SshTunnelTest::onlyLoopbackListens()
{
    OPEN_TUNNEL(tunnel, m_sshd.settings(), 1);
    const QByteArray port = ':' + QByteArray::number(tunnel.localPort(), 16).rightJustified(4, '0').toUpper();
    QList<QByteArray> listening;
    for (const char *table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        QFile file(QString::fromLatin1(table));
        QVERIFY(file.open(QIODevice::ReadOnly));
        for (const QByteArray &line : file.readAll().split('\n')) {
            const QList<QByteArray> words = line.simplified().split(' ');
            if (words.value(1).endsWith(port) && words.value(3) == "0A")
                listening << words.value(1);
        }
    }

    QCOMPARE(listening, QList<QByteArray>{"0100007F" + port});
}

void SshTunnelTest::firstConnectFails_isFailed()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.privateKeyPath = m_sshd.strangerKeyPath();
    Tunnel tunnel(settings, 1);

    tunnel.open(0);

    QTRY_COMPARE(tunnel.state(), Tunnel::State::Failed);
    QCOMPARE(tunnel.error().kind, ErrorKind::AuthenticationFailed);
}

void SshTunnelTest::closed_portIsFree()
{
    LoopbackServer server(echo);
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    QSignalSpy states(&tunnel, &Tunnel::stateChanged);
    const quint16 port = tunnel.localPort();
    const Descriptor open(connectLoopback(port));
    QVERIFY(open);

    tunnel.close();

    QCOMPARE(tunnel.state(), Tunnel::State::Closed);
    QCOMPARE(tunnel.localPort(), 0);
    QTRY_COMPARE(states.size(), 1);
    QTRY_COMPARE(connectLoopback(port), -1);
    tunnel.open(port); // and it can be had again
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    QCOMPARE(tunnel.localPort(), port);
}

void SshTunnelTest::sshdDiesAndReturns_samePortLiveAgain()
{
    LoopbackServer server(echo);
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    const quint16 port = tunnel.localPort();
    const Descriptor broken(connectLoopback(port));
    QTRY_COMPARE(tunnel.connectionCount(), 1);

    m_sshd.kill();

    QTRY_COMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    QCOMPARE(tunnel.error().kind, ErrorKind::Network);
    QCOMPARE(inBackground([&] { return receiveAll(broken.get()); }), QByteArray()); // its stream has ended
    QVERIFY2(m_sshd.restart(), qPrintable(m_sshd.errorString()));
    tunnel.reconnectNow();
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    QCOMPARE(tunnel.localPort(), port);
    QCOMPARE(tunnel.error(), Error());
    QCOMPARE(inBackground([&] {
                 const Descriptor socket(connectLoopback(port));
                 sendAll(socket.get(), "back");
                 return receive(socket.get(), 4);
             }),
             QByteArray("back"));
}

void SshTunnelTest::connectionDuringTheLoss_waitsAndIsServed()
{
    LoopbackServer server(echo);
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    m_sshd.kill();
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    const Descriptor early(connectLoopback(tunnel.localPort()));
    sendAll(early.get(), "early");

    QVERIFY2(m_sshd.restart(), qPrintable(m_sshd.errorString())); // found again by itself

    QCOMPARE(inBackground([&] { return receive(early.get(), 5); }), QByteArray("early"));
    QCOMPARE(tunnel.state(), Tunnel::State::Live);
}

void SshTunnelTest::connectionBeforeTheLossIsFoundOut_waitsAndIsServed()
{
    LoopbackServer server(echo);
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    const Descriptor spokenOver(connectLoopback(tunnel.localPort()));
    sendAll(spokenOver.get(), "before");
    QCOMPARE(inBackground([&] { return receive(spokenOver.get(), 6); }), QByteArray("before"));
    const Descriptor silent(connectLoopback(tunnel.localPort())); // open to the far end, and nobody said a word: a browser's spare one
    QTRY_COMPARE(tunnel.connectionCount(), 2);

    m_sshd.freeze(); // dead, and nobody knows yet
    const Descriptor unsuspecting(connectLoopback(tunnel.localPort()));
    sendAll(unsuspecting.get(), "after!");
    QTRY_COMPARE(tunnel.connectionCount(), 3);
    QCOMPARE(tunnel.state(), Tunnel::State::Live);
    tunnel.suspectLink();
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Reconnecting, 20'000);
    m_sshd.thaw();

    QCOMPARE(inBackground([&] { return receive(unsuspecting.get(), 6); }), QByteArray("after!"));
    sendAll(silent.get(), "spoken");
    QCOMPARE(inBackground([&] { return receive(silent.get(), 6); }), QByteArray("spoken"));
    QCOMPARE(inBackground([&] { return receiveAll(spokenOver.get()); }), QByteArray()); // a byte stream cannot go on elsewhere
}

void SshTunnelTest::connectionsDuringTheLoss_areHeldUpTo64()
{
    LoopbackServer server(echo);
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    m_sshd.kill();
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    std::vector<Descriptor> crowd;
    for (int number = 0; number < 70; ++number) {
        crowd.emplace_back(connectLoopback(tunnel.localPort()));
        sendAll(crowd.back().get(), "x");
    }
    // The six too many see an end, the others nothing.
    for (int number = 64; number < 70; ++number)
        QCOMPARE(inBackground([&] { return receiveAll(crowd[std::size_t(number)].get()); }), QByteArray());
    QTRY_COMPARE(tunnel.connectionCount(), 64);

    QVERIFY2(m_sshd.restart(), qPrintable(m_sshd.errorString()));

    for (int number = 0; number < 64; ++number)
        QCOMPARE(inBackground([&] { return receive(crowd[std::size_t(number)].get(), 1); }), QByteArray("x"));
}

void SshTunnelTest::lossThatLasts_endsWhoWaitedLongEnough()
{
    LoopbackServer server(echo);
    Tunnel tunnel(m_sshd.settings(), server.port());
    tunnel.setLongestWait(1500ms); // long enough for several attempts, which must not begin it anew
    tunnel.open(0);
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    m_sshd.kill();
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    const Descriptor patient(connectLoopback(tunnel.localPort()));
    QElapsedTimer waited;
    waited.start();

    QCOMPARE(inBackground([&] { return receiveAll(patient.get()); }), QByteArray());

    QVERIFY2(waited.elapsed() >= 1400 && waited.elapsed() < 15'000, qPrintable(QString::number(waited.elapsed()))); // the client alone gives up after 20 s
    QCOMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    QTRY_COMPARE(tunnel.connectionCount(), 0);
}

void SshTunnelTest::hostKeyChangedMeanwhile_isFailed()
{
    OPEN_TUNNEL(tunnel, m_sshd.settings(), 1);
    ConnectionSettings settings = m_sshd.settings();
    settings.hostKeys.trusted = {{QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"}};
    tunnel.setConnection(settings);

    m_sshd.cutSessions();

    QTRY_COMPARE(tunnel.state(), Tunnel::State::Failed);
    QCOMPARE(tunnel.error().kind, ErrorKind::HostKeyMismatch);
}

void SshTunnelTest::strangerAtTheOldAddress_waitsForAVerdict()
{
    LoopbackServer server(echo);
    Tunnel tunnel(m_sshd.settings(), server.port());
    tunnel.setMayMove(true);
    tunnel.open(0);
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    SshdFixture stranger;
    QVERIFY2(stranger.start(), qPrintable(stranger.errorString()));
    ConnectionSettings there = m_sshd.settings();
    there.port = stranger.port();
    tunnel.setConnection(there);

    m_sshd.cutSessions();
    QTRY_COMPARE(tunnel.phase(), Tunnel::Phase::Doubted);
    QCOMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    QCOMPARE(tunnel.error().kind, ErrorKind::HostKeyMismatch);
    const QByteArray seen = stranger.log();
    const Descriptor early(connectLoopback(tunnel.localPort()));
    sendAll(early.get(), "early");
    QTest::qWait(1200); // several of the usual attempts, none of which may come
    QCOMPARE(stranger.log().count("Connection from"), seen.count("Connection from"));
    QCOMPARE(tunnel.phase(), Tunnel::Phase::Doubted);

    tunnel.setConnection(m_sshd.settings()); // it is there
    tunnel.reconnectNow();
    QCOMPARE(inBackground([&] { return receive(early.get(), 5); }), QByteArray("early"));
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);

    tunnel.setConnection(there);
    m_sshd.cutSessions();
    QTRY_COMPARE(tunnel.phase(), Tunnel::Phase::Doubted);
    tunnel.giveUp(); // it is that one, with another key
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Failed);
    QCOMPARE(tunnel.error().kind, ErrorKind::HostKeyMismatch);
    QVERIFY(!stranger.log().contains("Accepted"));
}

void SshTunnelTest::keyRefusedForAWhile_isTriedAgain()
{
    OPEN_TUNNEL(tunnel, m_sshd.settings(), 1);
    const QString known = m_sshd.directory() + QStringLiteral("/authorized_keys");
    QVERIFY(QFile::rename(known, known + QStringLiteral(".away")));
    m_sshd.cutSessions();
    QTRY_VERIFY_WITH_TIMEOUT(tunnel.error().kind == ErrorKind::AuthenticationFailed, 20'000);
    QCOMPARE(tunnel.state(), Tunnel::State::Reconnecting);

    QVERIFY(QFile::rename(known + QStringLiteral(".away"), known));

    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 30'000);
}

void SshTunnelTest::keyRefusedForGood_isFailed()
{
    Tunnel tunnel(m_sshd.settings(), 1);
    tunnel.setKeyPatience(800ms);
    tunnel.open(0);
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);
    ConnectionSettings settings = m_sshd.settings();
    settings.privateKeyPath = m_sshd.strangerKeyPath();
    tunnel.setConnection(settings);

    m_sshd.cutSessions();

    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Failed, 30'000);
    QCOMPARE(tunnel.error().kind, ErrorKind::AuthenticationFailed);
}

void SshTunnelTest::serverFreezes_reconnects()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.keepAliveInterval = 150ms;
    Tunnel tunnel(settings, 1);
    tunnel.open(0);
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Live);

    m_sshd.freeze();
    QTRY_COMPARE(tunnel.state(), Tunnel::State::Reconnecting);
    m_sshd.thaw();

    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 15'000);
}

QTEST_GUILESS_MAIN(SshTunnelTest)
#include "ssh_tunnel_test.moc"
