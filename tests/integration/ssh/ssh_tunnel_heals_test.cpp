// SPDX-License-Identifier: Apache-2.0
#include "ssh/dialer.h"
#include "ssh/tunnel.h"
#include "support/loopback_server.h"
#include "support/sshd_fixture.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>

using namespace nimbook;
using namespace nimbook::ssh;
using namespace nimbook::testing;
using namespace std::chrono_literals;

/// A server with a memory, as a kernel has one: each request adds one, and is told how many there were.
class CountingServer {
public:
    explicit CountingServer(quint16 port = 0) : m_server([this](int socket) { serve(socket); }, port) {}

    quint16 port() const { return m_server.port(); }

private:
    void serve(int socket)
    {
        QByteArray request;
        while (!request.endsWith("\r\n\r\n")) {
            const QByteArray more = receive(socket, 1);
            if (more.isEmpty())
                return;
            request += more;
        }
        const bool counts = request.startsWith("GET /count");
        const QByteArray body = QByteArray::number(counts ? ++m_count : m_count.load());
        sendAll(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
    }

    std::atomic<int> m_count = 0;
    LoopbackServer m_server;
};

/// The tunnel under 100 cuts, one after the other, with pages asked for while it is cut.
class SshTunnelHealsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
        QVERIFY2(m_elsewhere.start(), qPrintable(m_elsewhere.errorString()));
    }
    void hundredSeededCuts_areHealedBehindTheSamePort();
    void serverBehindItGone_isDegradedUntilItIsBack();
    void phases_areSeenInOrder();
    void lostMachine_waitsAndSaysHowLong();
    void silentLink_isFoundOutWhenSuspected();

private:
    /// The settings for a machine that may be at either address: one machine, so one host key's worth of trust in both.
    ConnectionSettings at(const SshdFixture &sshd) const
    {
        ConnectionSettings settings = sshd.settings();
        settings.keepAliveInterval = 250ms; // 5 s in earnest; a hundred cuts have to fit into a minute
        settings.connectTimeout = 2s;
        return settings;
    }
    static QByteArray ask(quint16 port)
    {
        const Descriptor socket(connectLoopback(port));
        sendAll(socket.get(), "GET /count HTTP/1.1\r\nHost: x\r\n\r\n");
        return receiveAll(socket.get()).split('\n').last();
    }

    SshdFixture m_sshd;
    SshdFixture m_elsewhere;
};

void SshTunnelHealsTest::hundredSeededCuts_areHealedBehindTheSamePort()
{
    CountingServer server;
    Tunnel tunnel(at(m_sshd), server.port());
    tunnel.setProbe("/api");
    tunnel.open(0);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 20'000);
    const quint16 port = tunnel.localPort();
    QSignalSpy failed(&tunnel, &Tunnel::stateChanged);

    enum Cut { SshdKilled, ConnectionDropped, BlackHole, Sleep, AddressChanged, ServerRestarted, CutCount };
    static const std::map<int, const char *> names{{SshdKilled, "sshd killed"}, {ConnectionDropped, "connection dropped"}, {BlackHole, "silent black hole"},
                                                   {Sleep, "sleep"}, {AddressChanged, "address changed"}, {ServerRestarted, "server restarted"}};
    QRandomGenerator dice(20261124);
    std::map<int, QList<qint64>> healed;
    QList<qint64> all;
    int expected = 0;
    SshdFixture *here = &m_sshd;
    for (int number = 0; number < 100; ++number) {
        const int cut = number < CutCount ? number : int(dice.bounded(int(CutCount)));
        const int away = int(dice.bounded(120)); // ms without a link
        QElapsedTimer sinceBack;
        switch (cut) {
        case SshdKilled:
        case ServerRestarted:
            here->kill();
            if (cut == ServerRestarted)
                QTRY_VERIFY_WITH_TIMEOUT(tunnel.state() == Tunnel::State::Reconnecting, 20'000);
            QTest::qWait(away);
            QVERIFY2(here->restart(), qPrintable(here->errorString()));
            sinceBack.start();
            break;
        case ConnectionDropped:
            here->cutSessions();
            sinceBack.start();
            break;
        case BlackHole: // long enough to be taken for dead
            here->freeze();
            QTRY_VERIFY_WITH_TIMEOUT(tunnel.state() == Tunnel::State::Reconnecting, 20'000);
            QTest::qWait(away);
            here->thaw();
            sinceBack.start();
            break;
        case Sleep: // the far side gave up on us while we slept; on waking somebody says so
            here->freeze();
            QTest::qWait(away);
            here->cutSessions();
            here->thaw();
            sinceBack.start();
            tunnel.suspectLink();
            break;
        case AddressChanged: {
            SshdFixture *next = here == &m_sshd ? &m_elsewhere : &m_sshd;
            here->kill();
            QVERIFY2(next->isRunning() || next->restart(), qPrintable(next->errorString()));
            here = next;
            tunnel.setConnection(at(*here));
            sinceBack.start();
            tunnel.reconnectNow();
            break;
        }
        }
        // The page asks at once, whatever stands: it is held, not refused.
        auto page = std::async(std::launch::async, [port] { return ask(port); });
        QTRY_VERIFY_WITH_TIMEOUT(page.wait_for(0s) == std::future_status::ready, 30'000);
        const QByteArray answer = page.get();
        const qint64 took = sinceBack.elapsed();
        QVERIFY2(answer.toInt() > expected, qPrintable(QStringLiteral("cut %1, %2: “%3” after %4").arg(number).arg(QLatin1String(names.at(cut)), QString::fromLatin1(answer)).arg(expected)));
        expected = answer.toInt();
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 20'000);
        QCOMPARE(tunnel.localPort(), port);
        healed[cut].append(took);
        all.append(took);
    }
    QVERIFY(expected >= 100); // nothing was forgotten
    for (const auto &change : failed)
        QVERIFY(change.first().value<Tunnel::State>() != Tunnel::State::Failed);

    const auto median = [](QList<qint64> times) {
        std::sort(times.begin(), times.end());
        return times.at(times.size() / 2);
    };
    for (const auto &[cut, times] : healed)
        qInfo("%-20s %3d times, median %4lld ms, longest %5lld ms", names.at(cut), int(times.size()), median(times), *std::max_element(times.cbegin(), times.cend()));
    qInfo("all: median %lld ms, longest %lld ms until a page was answered after the link was back", median(all), *std::max_element(all.cbegin(), all.cend()));
    QVERIFY2(median(all) < 2000, qPrintable(QString::number(median(all))));
    if (!m_sshd.isRunning())
        QVERIFY(m_sshd.restart());
}

void SshTunnelHealsTest::serverBehindItGone_isDegradedUntilItIsBack()
{
    auto server = std::make_unique<CountingServer>();
    Tunnel tunnel(at(m_sshd), server->port());
    tunnel.setProbe("/api");
    tunnel.open(0);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 20'000);
    const quint16 port = server->port();
    QCOMPARE(ask(tunnel.localPort()), QByteArray("1"));
    server.reset();
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Degraded, 30'000); // found out by the next probe, within 10 s
    QCOMPARE(tunnel.state(), Tunnel::State::Live);
    QVERIFY(tunnel.error().message.contains(QString::number(tunnel.remotePort())));
    QSignalSpy states(&tunnel, &Tunnel::stateChanged);

    server = std::make_unique<CountingServer>(port);

    QCOMPARE(server->port(), port);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 30'000); // by itself, over the same link
    QVERIFY(states.isEmpty());
    QVERIFY2(tunnel.error().message.isEmpty(), qPrintable(tunnel.error().message));
    QCOMPARE(ask(tunnel.localPort()), QByteArray("1"));
}

void SshTunnelHealsTest::phases_areSeenInOrder()
{
    CountingServer server;
    Tunnel tunnel(at(m_sshd), server.port());
    tunnel.setProbe("/api");
    QList<Tunnel::Phase> phases;
    connect(&tunnel, &Tunnel::phaseChanged, this, [&phases](Tunnel::Phase phase) { phases += phase; });
    tunnel.open(0);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 20'000);
    using Phase = Tunnel::Phase;
    QCOMPARE(phases, (QList<Phase>{Phase::Resolving, Phase::Authenticating, Phase::Forwarding, Phase::Probing, Phase::Live}));
}

void SshTunnelHealsTest::lostMachine_waitsAndSaysHowLong()
{
    CountingServer server;
    Tunnel tunnel(at(m_sshd), server.port());
    tunnel.open(0);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 20'000);
    m_sshd.kill();
    QTRY_VERIFY_WITH_TIMEOUT(tunnel.phase() == Tunnel::Phase::Waiting && tunnel.retryIn() > 300ms, 30'000); // the waits grow
    QVERIFY2(tunnel.error().message.contains(QLatin1String("test-machine")), qPrintable(tunnel.error().message));
    QVERIFY(m_sshd.restart());
    tunnel.suspectLink(); // the computer's network is back: no waiting for the rest
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 20'000);
}

void SshTunnelHealsTest::silentLink_isFoundOutWhenSuspected()
{
    CountingServer server;
    ConnectionSettings settings = at(m_sshd);
    settings.keepAliveInterval = 60s; // which alone would need three minutes
    Tunnel tunnel(settings, server.port());
    tunnel.open(0);
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.phase(), Tunnel::Phase::Live, 20'000);
    tunnel.suspectLink();
    QTest::qWait(1800);
    QCOMPARE(tunnel.state(), Tunnel::State::Live); // one that answers stays
    m_sshd.freeze();
    tunnel.suspectLink();
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Reconnecting, 20'000);
    m_sshd.thaw();
    QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 20'000);
}

QTEST_GUILESS_MAIN(SshTunnelHealsTest)
#include "ssh_tunnel_heals_test.moc"
