// SPDX-License-Identifier: Apache-2.0
#include "support/loopback_server.h"
#include "support/sshd_fixture.h"
#include "tunnel_clients.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

#include <atomic>
#include <poll.h>
#include <sys/socket.h>

using namespace nimbook;
using namespace nimbook::ssh;
using namespace nimbook::testing;
using namespace std::chrono_literals;

// Many connections, many bytes, and sides that do not take them: the clients block in threads of their own.
class SshTunnelLoadTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();

    void sixtyFourConnections_eachGetsItsOwnBytes();
    void hundredMegabytes_arriveWholeBothWays();
    void smallAnswersBetweenLargeOnes_allCome();
    void stalledReader_isHeldBackAndSlowsNobody();
    void stalledServer_isHeldBackAndSlowsNobody();
    void localResetWhileStalled_isNoticed();
    void destroyedUnderLoad_isQuick();

private:
    SshdFixture m_sshd;
};

static QByteArray randomBytes(qsizetype size, quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator(seed).fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4);
    return bytes;
}

/// Sends until nothing has been taken for half a second.
static qint64 pushUntilHeldBack(int socket)
{
    const QByteArray piece(256 * 1024, 'z');
    qint64 accepted = 0;
    QElapsedTimer quiet;
    quiet.start();
    while (quiet.elapsed() < 500) {
        pollfd poll{socket, POLLOUT, 0};
        ::poll(&poll, 1, 50);
        for (ssize_t count; (count = ::send(socket, piece.constData(), size_t(piece.size()), MSG_NOSIGNAL | MSG_DONTWAIT)) > 0; quiet.restart())
            accepted += count;
    }
    return accepted;
}

void SshTunnelLoadTest::initTestCase()
{
    QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
}

void SshTunnelLoadTest::sixtyFourConnections_eachGetsItsOwnBytes()
{
    LoopbackServer server(echo);
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());

    const int equal = inBackground([port = tunnel.localPort()] {
        std::vector<std::future<bool>> clients;
        for (quint32 i = 0; i < 64; ++i)
            clients.push_back(std::async(std::launch::async, [port, i] {
                const Descriptor socket(connectLoopback(port));
                const QByteArray sent = randomBytes(256 * 1024, i);
                auto sending = std::async(std::launch::async, [&] { return sendAll(socket.get(), sent); });
                const QByteArray got = receive(socket.get(), sent.size());
                return sending.get() && got == sent;
            }));
        int count = 0;
        for (auto &client : clients)
            count += client.get();
        return count;
    });

    QCOMPARE(equal, 64);
    QTRY_COMPARE(tunnel.connectionCount(), 0);
}

void SshTunnelLoadTest::hundredMegabytes_arriveWholeBothWays()
{
    const QByteArray sent = randomBytes(100 * 1024 * 1024, 1);
    std::atomic<bool> uploaded = false;
    LoopbackServer server([&](int socket) {
        uploaded = receive(socket, sent.size()) == sent;
        sendAll(socket, sent);
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    QElapsedTimer elapsed;
    elapsed.start();

    const bool downloaded = inBackground([&] {
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        return sendAll(socket.get(), sent) && receiveAll(socket.get()) == sent;
    });

    QVERIFY(uploaded);
    QVERIFY(downloaded);
    qInfo("200 MiB in %lld ms", elapsed.elapsed());
}

void SshTunnelLoadTest::smallAnswersBetweenLargeOnes_allCome()
{
    LoopbackServer server([](int socket) { // sends as many bytes as it is told
        for (QByteArray wish; (wish = receive(socket, 8)).size() == 8;)
            sendAll(socket, QByteArray(wish.toInt(), 'b'));
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());

    // In a flow the link's socket speaks up only for large pieces; what ends the flow is smaller.
    const int whole = inBackground([port = tunnel.localPort()] {
        const Descriptor socket(connectLoopback(port));
        int count = 0;
        for (int size : {4'000'000, 1, 700, 9'000'000, 1, 40'000, 2'000'001, 1, 1}) {
            sendAll(socket.get(), QByteArray::number(size).rightJustified(8, '0'));
            count += receive(socket.get(), size).size() == size;
        }
        return count;
    });

    QCOMPARE(whole, 9);
}

void SshTunnelLoadTest::stalledReader_isHeldBackAndSlowsNobody()
{
    std::atomic<qint64> pushed = 0;
    LoopbackServer firehose([&](int socket) {
        const QByteArray piece(64 * 1024, 'x');
        while (sendAll(socket, piece))
            pushed += piece.size();
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), firehose.port());
    const auto download = [&] {
        QElapsedTimer elapsed;
        elapsed.start();
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        return receive(socket.get(), 32 * 1024 * 1024).size() == 32 * 1024 * 1024 ? elapsed.elapsed() : -1;
    };
    const qint64 alone = inBackground(download);
    QTRY_COMPARE(tunnel.connectionCount(), 0);

    pushed = 0;
    const Descriptor stalled(connectLoopback(tunnel.localPort())); // asks for everything, reads nothing
    qint64 last = -1;
    QTRY_VERIFY(pushed > 0 && std::exchange(last, pushed.load()) == pushed); // it comes to a halt
    const qint64 held = pushed;
    const qint64 beside = inBackground(download);

    qInfo("32 MiB alone %lld ms, beside a stalled reader %lld ms; %lld kB held", alone, beside, held / 1024);
    QVERIFY(alone > 0 && beside > 0);
    QVERIFY(beside < 3 * alone + 500);
    QVERIFY(held < 40 * 1024 * 1024); // socket buffers and one window, not an endless queue
    QCOMPARE(tunnel.connectionCount() >= 1, true);
}

void SshTunnelLoadTest::stalledServer_isHeldBackAndSlowsNobody()
{
    std::promise<void> testOver;
    std::atomic<int> connections = 0;
    LoopbackServer server([&connections, over = testOver.get_future().share()](int socket) {
        if (connections++ == 0)
            over.wait(); // the first one is never read
        else
            echo(socket);
    });
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    const Descriptor stalled(connectLoopback(tunnel.localPort()));
    QTRY_COMPARE(connections, 1);

    const qint64 accepted = pushUntilHeldBack(stalled.get());
    QVERIFY2(accepted < 40 * 1024 * 1024, qPrintable(QString::number(accepted))); // held back, not swallowed
    const QByteArray sent = randomBytes(4 * 1024 * 1024, 2);
    const QByteArray got = inBackground([&] {
        const Descriptor socket(connectLoopback(tunnel.localPort()));
        auto sending = std::async(std::launch::async, [&] { return sendAll(socket.get(), sent); });
        return receive(socket.get(), sent.size());
    });

    QVERIFY(got == sent);
    testOver.set_value();
}

void SshTunnelLoadTest::localResetWhileStalled_isNoticed()
{
    std::promise<void> testOver;
    LoopbackServer server([over = testOver.get_future().share()](int) { over.wait(); }); // never reads
    OPEN_TUNNEL(tunnel, m_sshd.settings(), server.port());
    Descriptor socket(connectLoopback(tunnel.localPort()));
    const qint64 accepted = pushUntilHeldBack(socket.get());
    QVERIFY2(accepted < 40 * 1024 * 1024, qPrintable(QString::number(accepted))); // held back, not swallowed
    QTRY_COMPARE(tunnel.connectionCount(), 1);

    resetAndClose(socket);

    QTRY_COMPARE(tunnel.connectionCount(), 0);
    testOver.set_value();
}

void SshTunnelLoadTest::destroyedUnderLoad_isQuick()
{
    LoopbackServer firehose([](int socket) {
        const QByteArray piece(64 * 1024, 'x');
        while (sendAll(socket, piece)) {
        }
    });
    auto tunnel = std::make_unique<Tunnel>(m_sshd.settings(), firehose.port());
    tunnel->open(0);
    QTRY_COMPARE(tunnel->state(), Tunnel::State::Live);
    const Descriptor socket(connectLoopback(tunnel->localPort()));
    auto reading = std::async(std::launch::async, [&] { receive(socket.get(), 1 << 30); });
    QTRY_VERIFY(tunnel->bytesIn() > 1024 * 1024);
    QElapsedTimer elapsed;
    elapsed.start();

    tunnel.reset();

    QVERIFY2(elapsed.elapsed() < 500, qPrintable(QString::number(elapsed.elapsed())));
    reading.get(); // the local side saw its end
}

QTEST_GUILESS_MAIN(SshTunnelLoadTest)
#include "ssh_tunnel_load_test.moc"
