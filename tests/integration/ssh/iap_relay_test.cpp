// SPDX-License-Identifier: Apache-2.0
#include "ssh/iap_route.h"
#include "ssh/session.h"
#include "ssh/tunnel.h"
#include "support/delay_proxy.h"
#include "support/fake_relay.h"
#include "support/finish.h"
#include "support/sshd_fixture.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QTcpServer>

using namespace nimbook;
using namespace nimbook::ssh;
using testing::FakeRelay;
using testing::SshdFixture;

/// A real sshd behind a relay that breaks as the test wants it.
class IapRelayTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
    }
    void init()
    {
        m_tokensGiven = 0;
        m_refused.clear();
        m_relay = std::make_unique<FakeRelay>(m_sshd.port());
    }
    void cleanup() { m_relay.reset(); }

    void handshake_asksAsGcloudDoes()
    {
        Session session(settings());
        QVERIFY(testing::resultOf(session.open(nullptr)));
        QCOMPARE(m_relay->requests.size(), 1);
        const QUrl url = m_relay->requests.constFirst();
        QCOMPARE(url.path(), QStringLiteral("/v4/connect"));
        QCOMPARE(url.query(), QStringLiteral("project=lab&port=22&newWebsocket=True&zone=us-central1-a&instance=trainer-1&interface=nic0"));
        QCOMPARE(m_relay->tokens.constFirst(), QByteArray("Bearer token-1"));
    }

    void command_runsThroughTheRelay()
    {
        Session session(settings());
        QVERIFY(testing::resultOf(session.open(nullptr)));
        const auto result = testing::resultOf(session.run(QStringLiteral("echo hello"), {}, nullptr));
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->standardOutput, QByteArray("hello\n"));
    }

    void connectionBreaks_sameSshSessionGoesOn()
    {
        Session session(settings());
        QSignalSpy lost(&session, &Session::disconnected);
        QVERIFY(testing::resultOf(session.open(nullptr)));
        // One shell that speaks before the break and after it.
        std::unique_ptr<RemoteCommand> command(session.run(QStringLiteral("echo $$; sleep 1; echo $$"), {}, nullptr));
        QSignalSpy output(command.get(), &RemoteCommand::outputReceived);
        command->start();
        QTRY_VERIFY_WITH_TIMEOUT(!output.isEmpty(), 10'000);
        m_relay->breakConnection();
        QTRY_COMPARE_WITH_TIMEOUT(m_relay->requests.size(), 2, 10'000);
        QCOMPARE(m_relay->requests.constLast().path(), QStringLiteral("/v4/reconnect"));
        QVERIFY(testing::finish(*command, std::chrono::seconds(20)));
        QVERIFY2(command->state() == Job::State::Succeeded, qPrintable(command->error().message));
        const QList<QByteArray> lines = command->result()->standardOutput.trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QCOMPARE(lines.at(0), lines.at(1));
        QCOMPARE(lost.size(), 0);
    }

    void bytesLostOnTheWay_areSentAgainInOrder()
    {
        Session session(settings());
        QVERIFY(testing::resultOf(session.open(nullptr)));
        const QByteArray text = pattern(3'000'000);
        std::unique_ptr<RemoteCommand> command(session.run(QStringLiteral("sha256sum"), text, nullptr));
        m_relay->loseAfter(500'000, 200'000);
        command->start();
        QVERIFY(testing::finish(*command, std::chrono::seconds(30)));
        QVERIFY2(command->state() == Job::State::Succeeded, qPrintable(command->error().message));
        const QByteArray expected = QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex();
        QCOMPARE(command->result()->standardOutput.left(64), expected);
        QVERIFY(m_relay->requests.size() >= 2);
    }

    void downloadOverABreak_isWhole()
    {
        Session session(settings());
        QVERIFY(testing::resultOf(session.open(nullptr)));
        std::unique_ptr<RemoteCommand> command(session.run(QStringLiteral("head -c 4000000 /dev/zero | tr '\\0' x"), {}, nullptr));
        QSignalSpy output(command.get(), &RemoteCommand::outputReceived);
        command->start();
        QTRY_VERIFY_WITH_TIMEOUT(output.size() > 3, 10'000);
        m_relay->breakConnection();
        QVERIFY(testing::finish(*command, std::chrono::seconds(30)));
        QCOMPARE(command->result()->standardOutput, QByteArray(4'000'000, 'x'));
    }

    void reauthentication_takesANewTokenAndGoesOn()
    {
        Session session(settings());
        QSignalSpy lost(&session, &Session::disconnected);
        QVERIFY(testing::resultOf(session.open(nullptr)));
        m_relay->closeWith(4004, QStringLiteral("reauthenticate"));
        QTRY_COMPARE_WITH_TIMEOUT(m_relay->tokens.size(), 2, 10'000);
        QCOMPARE(m_relay->tokens.constLast(), QByteArray("Bearer token-2"));
        QCOMPARE(m_refused, QByteArray("token-1"));
        QCOMPARE(m_relay->requests.constLast().path(), QStringLiteral("/v4/reconnect"));
        QVERIFY(testing::resultOf(session.run(QStringLiteral("true"), {}, nullptr)));
        QCOMPARE(lost.size(), 0);
    }

    void refusals_areToldAsTheyAre_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("word");
        QTest::newRow("nothing listens") << 4003 << int(ErrorKind::Network) << "35.235.240.0/20";
        QTest::newRow("not authorized") << 4033 << int(ErrorKind::PermissionDenied) << "roles/iap.tunnelResourceAccessor";
        QTest::newRow("not found") << 4047 << int(ErrorKind::Network) << "running";
    }
    void refusals_areToldAsTheyAre()
    {
        QFETCH(int, code);
        QFETCH(int, kind);
        QFETCH(QString, word);
        m_relay->refuseNext(code);
        Session session(settings());
        const auto opened = testing::resultOf(session.open(nullptr));
        QVERIFY(!opened);
        QCOMPARE(int(opened.error().kind), kind);
        QVERIFY2(opened.error().nextStep.contains(word), qPrintable(opened.error().nextStep));
    }

    void machineClosesTheConnection_isTheEndAndNoReconnect()
    {
        Session session(settings());
        QSignalSpy lost(&session, &Session::disconnected);
        QVERIFY(testing::resultOf(session.open(nullptr)));
        m_relay->closeWith(4010, QStringLiteral("backend closed"));
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, 10'000);
        QCOMPARE(m_relay->requests.size(), 1);
    }

    void sessionForgotten_isToldWithTheRelaysReason()
    {
        Session session(settings());
        QSignalSpy lost(&session, &Session::disconnected);
        QVERIFY(testing::resultOf(session.open(nullptr)));
        m_relay->refuseNext(4001);
        m_relay->breakConnection();
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, 10'000);
        const auto error = lost.constFirst().constFirst().value<Error>();
        QCOMPARE(error.kind, ErrorKind::Network);
        QVERIFY2(error.detail.contains(QLatin1String("4001")), qPrintable(error.detail));
    }

    void nonsenseFromTheRelay_endsTheSession()
    {
        Session session(settings());
        QSignalSpy lost(&session, &Session::disconnected);
        QVERIFY(testing::resultOf(session.open(nullptr)));
        m_relay->sendRaw(QByteArray::fromHex("0007" "7fffffffffffffff"));
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, 10'000);
        QCOMPARE(lost.constFirst().constFirst().value<Error>().kind, ErrorKind::Protocol);
    }

    void noRelayThere_isANetworkError()
    {
        QTcpServer closed;
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const quint16 port = closed.serverPort();
        closed.close();
        auto to = settings(QUrl(QStringLiteral("ws://127.0.0.1:%1/v4/").arg(port)));
        Session session(to);
        const auto opened = testing::resultOf(session.open(nullptr));
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::Network);
        QVERIFY2(opened.error().message.contains(QLatin1String("Identity-Aware Proxy")), qPrintable(opened.error().message));
    }

    void handshakeRefused_isToldByItsStatus_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("kind");
        QTest::newRow("403") << QByteArray("403 Forbidden") << int(ErrorKind::PermissionDenied);
        QTest::newRow("401 twice") << QByteArray("401 Unauthorized") << int(ErrorKind::NotSignedIn);
        QTest::newRow("404") << QByteArray("404 Not Found") << int(ErrorKind::Protocol);
        QTest::newRow("503") << QByteArray("503 Service Unavailable") << int(ErrorKind::Network);
    }
    void handshakeRefused_isToldByItsStatus()
    {
        QFETCH(QByteArray, status);
        QFETCH(int, kind);
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QTcpServer::newConnection, this, [&server, status] {
            auto *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, status] {
                socket->write("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                socket->disconnectFromHost();
            });
        });
        Session session(settings(QUrl(QStringLiteral("ws://127.0.0.1:%1/v4/").arg(server.serverPort()))));
        const auto opened = testing::resultOf(session.open(nullptr), std::chrono::seconds(20));
        QVERIFY(!opened);
        QCOMPARE(int(opened.error().kind), kind);
    }

    void noToken_isToldAsTheSignInTellsIt()
    {
        auto tokens = IapTokens::make([](QObject *) { return nullptr; }, [](const Secret &) {});
        ConnectionSettings to = settings();
        to.route = std::make_shared<IapRoute>(target(m_relay->url()), tokens);
        Session session(to);
        const auto opened = testing::resultOf(session.open(nullptr));
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::NotSignedIn);
    }

    void tunnel_goesOnOverABreak()
    {
        QTcpServer web; // on "the machine"
        QVERIFY(web.listen(QHostAddress::LocalHost));
        connect(&web, &QTcpServer::newConnection, this, [&web] {
            auto *socket = web.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->write(socket->readAll().toUpper()); });
        });
        Tunnel tunnel(settings(), web.serverPort());
        tunnel.open(28888);
        QTRY_COMPARE_WITH_TIMEOUT(tunnel.state(), Tunnel::State::Live, 15'000);
        QSignalSpy states(&tunnel, &Tunnel::stateChanged);
        QTcpSocket client;
        client.connectToHost(QHostAddress(QHostAddress::LocalHost), tunnel.localPort());
        client.write("before ");
        QTRY_COMPARE_WITH_TIMEOUT(client.bytesAvailable(), 7, 10'000);
        m_relay->breakConnection();
        client.write("after");
        QTRY_COMPARE_WITH_TIMEOUT(client.bytesAvailable(), 12, 15'000);
        QCOMPARE(client.readAll(), QByteArray("BEFORE AFTER"));
        QCOMPARE(states.size(), 0); // the notebook's WebSocket never notices
    }

    void fiftyMillisecondsAway_noFrameWaitsForTheOneBefore()
    {
        testing::DelayProxy network(quint16(m_relay->url().port()), std::chrono::milliseconds(25));
        QUrl far = m_relay->url();
        far.setPort(network.port());
        Session session(settings(far));
        const auto opened = testing::resultOf(session.open(nullptr), std::chrono::seconds(30));
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
        const double floor = 16 * 1024 / 0.05; // one frame a round trip
        constexpr qsizetype size = 12'000'000;
        QElapsedTimer clock;
        clock.start();
        const auto up = testing::resultOf(session.run(QStringLiteral("cat >/dev/null"), QByteArray(size, 'x'), nullptr), std::chrono::seconds(60));
        const double upRate = double(size) / double(clock.restart()) * 1000;
        QVERIFY2(up, up ? "" : qPrintable(up.error().message));
        const auto down = testing::resultOf(session.run(QStringLiteral("head -c %1 /dev/zero").arg(size), {}, nullptr), std::chrono::seconds(60));
        const double downRate = double(size) / double(clock.elapsed()) * 1000;
        QVERIFY2(down, down ? "" : qPrintable(down.error().message));
        qInfo("through the relay at 50 ms: up %.1f MB/s (%.0f x one frame a round trip), down %.1f MB/s (%.0f x)", upRate / 1e6, upRate / floor,
              downRate / 1e6, downRate / floor);
        QVERIFY2(upRate >= 5 * floor, qPrintable(QString::number(upRate)));
        QVERIFY2(downRate >= 5 * floor, qPrintable(QString::number(downRate)));
    }

private:
    static IapTarget target(const QUrl &relay) { return {relay, QStringLiteral("lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1"), QStringLiteral("nic0"), 22}; }

    ConnectionSettings settings(const QUrl &relay = {})
    {
        ConnectionSettings to = m_sshd.settings();
        to.host = QStringLiteral("trainer-1");
        to.machineName = to.host;
        auto tokens = IapTokens::make(
            [this](QObject *parent) { return new ReadyJob<Secret>(Secret("token-" + QByteArray::number(++m_tokensGiven)), parent); },
            [this](const Secret &refused) { m_refused = refused.reveal(); });
        to.route = std::make_shared<IapRoute>(target(relay.isEmpty() ? m_relay->url() : relay), tokens);
        return to;
    }

    static QByteArray pattern(qsizetype size)
    {
        QByteArray bytes(size, '\0');
        for (qsizetype i = 0; i < size; ++i)
            bytes[i] = char((i * 131) >> 3);
        return bytes;
    }

    SshdFixture m_sshd;
    std::unique_ptr<FakeRelay> m_relay;
    int m_tokensGiven = 0;
    QByteArray m_refused;
};

QTEST_GUILESS_MAIN(IapRelayTest)
#include "iap_relay_test.moc"
