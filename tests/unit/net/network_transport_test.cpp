// SPDX-License-Identifier: Apache-2.0
#include "net/network_transport.h"
#include "net/proxy_choice.h"

#include "tests/support/finish.h"
#include "tests/support/raw_http_server.h"

#include <QElapsedTimer>
#include <QTimer>

using namespace nimbook;
using namespace nimbook::net;
using namespace nimbook::testing;
using namespace std::chrono_literals;

class NetworkTransportTest : public QObject {
    Q_OBJECT

    NetworkTransport m_transport;

    Result<HttpResponse> send(const HttpRequest &request) { return resultOf(m_transport.send(request, nullptr)); }
    static HttpRequest get(const QUrl &url)
    {
        HttpRequest request;
        request.url = url;
        return request;
    }

private Q_SLOTS:
    void verbsHeadersAndBody_arriveAsGiven()
    {
        RawHttpServer server([](QTcpSocket &socket, const QByteArray &) { socket.write(RawHttpServer::answer("200 OK", "fine", "X-Answer: 42\r\n")); });
        HttpRequest request = get(server.url(QStringLiteral("/a%20b?q=1%2B1")));
        request.verb = "PATCH";
        request.headers = {{"Authorization", "Bearer t"}, {"Content-Type", "application/json"}};
        request.body = "{\"a\":1}";
        const auto response = send(request);
        QVERIFY2(response, response ? "" : qPrintable(response.error().message));
        QCOMPARE(response->status, 200);
        QCOMPARE(response->body, QByteArray("fine"));
        QCOMPARE(response->header("x-ANSWER"), QByteArray("42"));
        const QByteArray seen = server.requests.constFirst();
        QVERIFY2(seen.startsWith("PATCH /a%20b?q=1%2B1 HTTP/1.1\r\n"), seen);
        QVERIFY2(seen.contains("Bearer t"), seen);
        QVERIFY2(seen.endsWith("\r\n\r\n{\"a\":1}"), seen);
    }

    void anyStatus_isAnAnswer_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("status");
        QTest::newRow("404") << QByteArray("404 Not Found") << 404;
        QTest::newRow("401") << QByteArray("401 Unauthorized") << 401;
        QTest::newRow("412") << QByteArray("412 Precondition Failed") << 412;
        QTest::newRow("429") << QByteArray("429 Too Many Requests") << 429;
        QTest::newRow("503") << QByteArray("503 Service Unavailable") << 503;
    }
    void httpsProxy_isAskedForTheTunnel()
    {
        RawHttpServer proxy([](QTcpSocket &socket, const QByteArray &request) {
            // The password is given only when it is asked for.
            socket.write(request.contains("Proxy-Authorization: Basic ") ? RawHttpServer::answer("403 Forbidden", {})
                                                                         : RawHttpServer::answer("407 Proxy Authentication Required", {}, "Proxy-Authenticate: Basic realm=\"lab\"\r\n"));
        });
        qputenv("https_proxy", "http://ada:p%40ss@127.0.0.1:" + QByteArray::number(proxy.serverPort()));
        HttpRequest request;
        request.url = QUrl(QStringLiteral("https://compute.nimbook.invalid/compute/v1/projects"));
        const auto answer = resultOf(NetworkTransport().send(request, nullptr));
        qunsetenv("https_proxy");
        QVERIFY(!proxy.requests.isEmpty());
        QVERIFY2(proxy.requests.first().startsWith("CONNECT compute.nimbook.invalid:443 "), proxy.requests.first());
        QVERIFY2(proxy.requests.last().contains("Proxy-Authorization: Basic " + QByteArray("ada:p@ss").toBase64()), proxy.requests.last());
        QCOMPARE(answer.error().kind, ErrorKind::Network);
        QVERIFY2(answer.error().nextStep.contains(QLatin1String("proxy")), qPrintable(answer.error().nextStep));
        QVERIFY2(!(answer.error().message + answer.error().detail).contains(QLatin1String("p@ss")), "the proxy's password must not show");
    }

    void webSocketsToo_goThroughTheProxy()
    {
        RawHttpServer proxy([](QTcpSocket &socket, const QByteArray &) { socket.write(RawHttpServer::answer("403 Forbidden", {})); });
        qputenv("https_proxy", "127.0.0.1:" + QByteArray::number(proxy.serverPort()));
        QNetworkProxyFactory::setApplicationProxyFactory(new ProxyChoice); // as main() does
        QTcpSocket relay; // what lies under a WebSocket
        relay.connectToHost(QStringLiteral("tunnel.nimbook.invalid"), 443);
        const bool asked = QTest::qWaitFor([&] { return !proxy.requests.isEmpty(); }, 10'000);
        relay.abort();
        QTcpSocket direct;
        direct.connectToHost(QStringLiteral("127.0.0.1"), proxy.serverPort());
        const bool reached = QTest::qWaitFor([&] { return direct.state() == QAbstractSocket::ConnectedState; }, 10'000);
        QNetworkProxyFactory::setApplicationProxyFactory(nullptr);
        qunsetenv("https_proxy");
        QVERIFY(asked && reached);
        QVERIFY2(proxy.requests.first().startsWith("CONNECT tunnel.nimbook.invalid:443 "), proxy.requests.first());
        QCOMPARE(proxy.requests.size(), 1);
    }

    void proxy_isChosenAsCurlDoes_data()
    {
        QTest::addColumn<QByteArray>("environment"); // NAME=VALUE, one a line
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("proxy"); // host:port; empty: direct
        const QByteArray https = "https_proxy=http://proxy.lab:3128\n";
        QTest::newRow("https") << https << "https://compute.googleapis.com/" << "proxy.lab:3128";
        QTest::newRow("websocket of IAP") << https << "wss://tunnel.cloudproxy.app/v4/connect" << "proxy.lab:3128";
        QTest::newRow("capitals") << QByteArray("HTTPS_PROXY=proxy.lab:8080") << "https://compute.googleapis.com/" << "proxy.lab:8080";
        QTest::newRow("all") << QByteArray("all_proxy=socks5://proxy.lab") << "https://compute.googleapis.com/" << "proxy.lab:1080";
        QTest::newRow("http has its own") << QByteArray("http_proxy=proxy.lab:1") + "\n" + https << "http://example.org/" << "proxy.lab:1";
        QTest::newRow("HTTP_PROXY is a stranger's header") << QByteArray("HTTP_PROXY=proxy.lab:1") << "http://example.org/" << "";
        QTest::newRow("no_proxy by suffix") << https + "no_proxy=example.org, .googleapis.com" << "https://compute.googleapis.com/" << "";
        QTest::newRow("no_proxy without a dot") << https + "no_proxy=googleapis.com" << "https://compute.googleapis.com/" << "";
        QTest::newRow("no_proxy of a name that only ends alike") << https + "no_proxy=apis.com" << "https://compute.googleapis.com/" << "proxy.lab:3128";
        QTest::newRow("no_proxy with a port") << https + "NO_PROXY=compute.googleapis.com:8443" << "https://compute.googleapis.com/" << "proxy.lab:3128";
        QTest::newRow("no_proxy of a network") << https + "no_proxy=10.0.0.0/8" << "https://10.1.2.3/" << "";
        QTest::newRow("no_proxy star") << https + "no_proxy=*" << "https://compute.googleapis.com/" << "";
        QTest::newRow("loopback") << https + "http_proxy=proxy.lab:1" << "http://127.0.0.1:8080/" << "";
        QTest::newRow("metadata server") << QByteArray("http_proxy=proxy.lab:1") << "http://169.254.169.254/computeMetadata/v1/" << "";
        QTest::newRow("nonsense") << QByteArray("https_proxy=ftp://proxy.lab") << "https://compute.googleapis.com/" << "";
    }
    void proxy_isChosenAsCurlDoes()
    {
        QFETCH(QByteArray, environment);
        QFETCH(QString, url);
        QFETCH(QString, proxy);
        for (const char *name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"})
            qunsetenv(name);
        QByteArrayList names;
        for (const QByteArray &line : environment.split('\n')) {
            const qsizetype equals = line.indexOf('=');
            if (equals < 0)
                continue;
            names.append(line.left(equals));
            qputenv(names.last(), line.mid(equals + 1));
        }
        const QNetworkProxy chosen = proxyFor(QUrl(url));
        for (const QByteArray &name : names)
            qunsetenv(name);
        QCOMPARE(chosen.type() == QNetworkProxy::NoProxy ? QString() : QStringLiteral("%1:%2").arg(chosen.hostName()).arg(chosen.port()), proxy);
    }

    void anyStatus_isAnAnswer()
    {
        QFETCH(QByteArray, line);
        QFETCH(int, status);
        RawHttpServer server([&](QTcpSocket &socket, const QByteArray &) { socket.write(RawHttpServer::answer(line, "{\"error\":1}")); });
        const auto response = send(get(server.url()));
        QVERIFY2(response, response ? "" : qPrintable(response.error().message));
        QCOMPARE(response->status, status);
        QCOMPARE(response->body, QByteArray("{\"error\":1}"));
    }

    void redirect_comesBackAsItIs()
    {
        RawHttpServer other([](QTcpSocket &socket, const QByteArray &) { socket.write(RawHttpServer::answer("200 OK", "stolen")); });
        RawHttpServer server([&](QTcpSocket &socket, const QByteArray &) {
            socket.write(RawHttpServer::answer("302 Found", "", "Location: " + other.url().toEncoded() + "\r\n"));
        });
        const auto response = send(get(server.url()));
        QVERIFY(response);
        QCOMPARE(response->status, 302);
        QVERIFY(other.requests.isEmpty());
    }

    void cookies_areNotKept()
    {
        RawHttpServer server([](QTcpSocket &socket, const QByteArray &) { socket.write(RawHttpServer::answer("200 OK", "", "Set-Cookie: a=b; Path=/\r\n")); });
        QVERIFY(send(get(server.url())));
        QVERIFY(send(get(server.url())));
        QVERIFY(!server.requests.constLast().contains("a=b"));
    }

    void nobodyListens_isANetworkError()
    {
        QTcpServer probe;
        probe.listen(QHostAddress::LocalHost);
        const QUrl url(QStringLiteral("http://127.0.0.1:%1/").arg(probe.serverPort()));
        probe.close();
        const auto response = send(get(url));
        QCOMPARE(response.error().kind, ErrorKind::Network);
        QVERIFY(response.error().message.contains(QLatin1String("127.0.0.1")));
        QVERIFY(!response.error().nextStep.isEmpty());
    }

    void answerCutOff_isANetworkErrorNotAShortBody()
    {
        RawHttpServer server([](QTcpSocket &socket, const QByteArray &) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"half\":");
            socket.disconnectFromHost();
        });
        const auto response = send(get(server.url()));
        QVERIFY2(!response, "half a body must not count as an answer");
        QCOMPARE(response.error().kind, ErrorKind::Network);
    }

    void closedWithoutAWord_isANetworkError()
    {
        RawHttpServer server([](QTcpSocket &socket, const QByteArray &) { socket.disconnectFromHost(); });
        HttpRequest request = get(server.url());
        request.verb = "POST";
        request.headers = {{"Content-Type", "application/json"}};
        request.body = "{}";
        QCOMPARE(send(request).error().kind, ErrorKind::Network);
    }

    void silence_isATimeout()
    {
        RawHttpServer server([](QTcpSocket &, const QByteArray &) {});
        HttpRequest request = get(server.url());
        request.timeout = 200ms;
        QElapsedTimer timer;
        timer.start();
        const auto response = send(request);
        QCOMPARE(response.error().kind, ErrorKind::Timeout);
        QVERIFY(timer.elapsed() < 5'000);
    }

    void slowButMoving_isNoTimeout()
    {
        RawHttpServer server([](QTcpSocket &socket, const QByteArray &) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            for (int i = 0; i < 5; ++i)
                QTimer::singleShot(100 * (i + 1), &socket, [&socket] { socket.write("x"); });
        });
        HttpRequest request = get(server.url());
        request.timeout = 300ms;
        const auto response = send(request);
        QVERIFY2(response, response ? "" : qPrintable(response.error().message));
        QCOMPARE(response->body, QByteArray("xxxxx"));
    }

    void cancel_endsAtOnce()
    {
        RawHttpServer server([](QTcpSocket &, const QByteArray &) {});
        const std::unique_ptr<HttpJob> job(m_transport.send(get(server.url()), nullptr));
        job->start();
        QTRY_COMPARE(server.requests.size(), 1);
        QSignalSpy finished(job.get(), &Job::finished);
        job->cancel();
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(job->result().error().kind, ErrorKind::Cancelled);
    }

    void deletingARunningJob_closesTheConnection()
    {
        int closed = 0;
        RawHttpServer server([&](QTcpSocket &socket, const QByteArray &) {
            connect(&socket, &QTcpSocket::disconnected, this, [&] { ++closed; });
        });
        auto *job = m_transport.send(get(server.url()), nullptr);
        job->start();
        QTRY_COMPARE(server.requests.size(), 1);
        delete job;
        QTRY_COMPARE(closed, 1);
    }

    void transportGone_endsTheJob()
    {
        RawHttpServer server([](QTcpSocket &, const QByteArray &) {});
        auto transport = std::make_unique<NetworkTransport>();
        const std::unique_ptr<HttpJob> job(transport->send(get(server.url()), nullptr));
        job->start();
        QTRY_COMPARE(server.requests.size(), 1);
        transport.reset();
        QTRY_VERIFY(job->isFinished());
    }
};

QTEST_GUILESS_MAIN(NetworkTransportTest)
#include "network_transport_test.moc"
