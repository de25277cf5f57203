// SPDX-License-Identifier: Apache-2.0
#include "net/api_client.h"
#include "net/query.h"

#include "tests/support/fake_token_source.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

#include <QElapsedTimer>

using namespace nimbook;
using namespace nimbook::net;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

const Backoff quick{1ms, 1.0, 1ms};

ApiRequest request(const QByteArray &verb = "GET", ApiRequest::Retry retry = ApiRequest::Retry::Safe)
{
    ApiRequest result;
    result.verb = verb;
    result.retry = retry;
    result.url = QUrl(QStringLiteral("https://compute.googleapis.com/compute/v1/projects/p/zones"));
    result.purpose = QStringLiteral("list the zones of p");
    return result;
}

Result<HttpResponse> okay()
{
    return FakeTransport::json({{QStringLiteral("ok"), true}});
}

} // namespace

class ApiClientTest : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeTransport> m_transport;
    std::unique_ptr<FakeTokenSource> m_tokens;
    std::unique_ptr<ApiClient> m_api;

    Result<QJsonObject> call(const ApiRequest &what = request()) { return resultOf(m_api->call(what, nullptr)); }

private Q_SLOTS:
    void init()
    {
        m_transport = std::make_unique<FakeTransport>();
        m_tokens = std::make_unique<FakeTokenSource>();
        m_api = std::make_unique<ApiClient>(*m_transport, *m_tokens, quick);
    }

    void call_carriesTokenAndHeaders()
    {
        m_transport->then(okay());
        m_tokens->quota = QStringLiteral("billing-lab");
        QVERIFY(call()->value(QStringLiteral("ok")).toBool());
        const HttpRequest sent = m_transport->requests.constFirst();
        QCOMPARE(sent.verb, QByteArray("GET"));
        QCOMPARE(FakeTransport::header(sent, "authorization"), QByteArray("Bearer token-1"));
        QVERIFY(FakeTransport::header(sent, "user-agent").startsWith("Nimbook/0.1"));
        QCOMPARE(FakeTransport::header(sent, "X-Goog-User-Project"), QByteArray("billing-lab"));
        QCOMPARE(FakeTransport::query(sent, QStringLiteral("prettyPrint")), QStringLiteral("false"));
        QVERIFY(sent.body.isEmpty());
        QVERIFY(!sent.url.toString().contains(QLatin1String("token-1")));
    }

    void noQuotaProject_noHeader()
    {
        m_transport->then(okay());
        QVERIFY(call());
        QVERIFY(FakeTransport::header(m_transport->requests.constFirst(), "x-goog-user-project").isEmpty());
    }

    void post_sendsCompactJson()
    {
        m_transport->then(okay());
        ApiRequest post = request("POST");
        post.body = {{QStringLiteral("name"), QStringLiteral("trainer-1")}};
        QVERIFY(call(post));
        QCOMPARE(m_transport->requests[0].body, QByteArray(R"({"name":"trainer-1"})"));
        QCOMPARE(FakeTransport::header(m_transport->requests[0], "Content-Type"), QByteArray("application/json"));
    }

    void emptyAnswer_isAnEmptyObject()
    {
        m_transport->then(FakeTransport::response(204, ""));
        QCOMPARE(call().value(), QJsonObject());
    }

    void token401_isRenewedOnce()
    {
        m_transport->then(FakeTransport::googleError(401, QStringLiteral("authError"), QStringLiteral("Invalid Credentials"))).then(okay());
        QVERIFY(call(request("POST", ApiRequest::Retry::OnlyUnsent)));
        QCOMPARE(m_transport->requests.size(), 2);
        QCOMPARE(FakeTransport::header(m_transport->requests[1], "Authorization"), QByteArray("Bearer token-2"));
    }

    void token401Twice_isNotSignedIn()
    {
        const auto refused = FakeTransport::googleError(401, QStringLiteral("authError"), QStringLiteral("Invalid Credentials"));
        m_transport->then(refused).then(refused).then(okay());
        QCOMPARE(call().error().kind, ErrorKind::NotSignedIn);
        QCOMPARE(m_transport->requests.size(), 2);
    }

    void noToken_failsWithThePurposeAndSendsNothing()
    {
        m_tokens->failWith = Error{ErrorKind::NotSignedIn, QStringLiteral("the key was deleted."), QStringLiteral("Get another."), {}, {}};
        const auto result = call();
        QCOMPARE(result.error().kind, ErrorKind::NotSignedIn);
        QCOMPARE(result.error().message, QStringLiteral("Could not list the zones of p: the key was deleted."));
        QCOMPARE(result.error().nextStep, QStringLiteral("Get another."));
        QVERIFY(m_transport->requests.isEmpty());
    }

    void retries_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reason");
        QTest::addColumn<int>("triesWhenSafe");
        QTest::addColumn<int>("triesWhenNot");
        QTest::addColumn<ErrorKind>("kind");
        QTest::newRow("rate limit 403") << 403 << "rateLimitExceeded" << 5 << 5 << ErrorKind::RateLimited;
        QTest::newRow("429") << 429 << "" << 5 << 5 << ErrorKind::RateLimited;
        QTest::newRow("503") << 503 << "backendError" << 5 << 5 << ErrorKind::ServerError;
        QTest::newRow("500") << 500 << "backendError" << 5 << 1 << ErrorKind::ServerError;
        QTest::newRow("502") << 502 << "" << 5 << 1 << ErrorKind::ServerError;
        QTest::newRow("504") << 504 << "" << 5 << 1 << ErrorKind::ServerError;
        QTest::newRow("408") << 408 << "" << 5 << 1 << ErrorKind::Timeout;
        QTest::newRow("403 forbidden") << 403 << "forbidden" << 1 << 1 << ErrorKind::PermissionDenied;
        QTest::newRow("403 quota") << 403 << "quotaExceeded" << 1 << 1 << ErrorKind::QuotaExceeded;
        QTest::newRow("404") << 404 << "notFound" << 1 << 1 << ErrorKind::NotFound;
        QTest::newRow("400") << 400 << "invalid" << 1 << 1 << ErrorKind::InvalidInput;
        QTest::newRow("409") << 409 << "alreadyExists" << 1 << 1 << ErrorKind::AlreadyExists;
        QTest::newRow("412") << 412 << "conditionNotMet" << 1 << 1 << ErrorKind::Conflict;
    }
    void retries()
    {
        QFETCH(int, status);
        QFETCH(QString, reason);
        QFETCH(int, triesWhenSafe);
        QFETCH(int, triesWhenNot);
        QFETCH(ErrorKind, kind);
        m_transport->handleWith([&](const HttpRequest &) { return FakeTransport::googleError(status, reason, QStringLiteral("words")); });
        QCOMPARE(call(request("POST", ApiRequest::Retry::Safe)).error().kind, kind);
        QCOMPARE(m_transport->requests.size(), triesWhenSafe);
        m_transport->requests.clear();
        QCOMPARE(call(request("POST", ApiRequest::Retry::OnlyUnsent)).error().kind, kind);
        QCOMPARE(m_transport->requests.size(), triesWhenNot);
    }

    void retry_repeatsTheVerySameRequest()
    {
        ApiRequest insert = request("POST");
        insert.body = {{QStringLiteral("name"), QStringLiteral("trainer-1")}};
        addQuery(insert.query, QStringLiteral("requestId"), QStringLiteral("11111111-2222-4333-8444-555555555555"));
        m_transport->then(FakeTransport::wireError()).then(FakeTransport::response(503, "")).then(okay());
        QVERIFY(call(insert));
        QCOMPARE(m_transport->requests.size(), 3);
        for (const HttpRequest &sent : std::as_const(m_transport->requests)) {
            QCOMPARE(sent.url, m_transport->requests[0].url);
            QCOMPARE(sent.body, m_transport->requests[0].body);
            QCOMPARE(FakeTransport::query(sent, QStringLiteral("requestId")), QStringLiteral("11111111-2222-4333-8444-555555555555"));
        }
    }

    void lostAnswer_isRepeatedOnlyWhenSafe()
    {
        m_transport->then(FakeTransport::wireError()).then(okay());
        QVERIFY(call());
        m_transport->then(FakeTransport::wireError()).then(okay());
        QCOMPARE(call(request("POST", ApiRequest::Retry::OnlyUnsent)).error().kind, ErrorKind::Network);
        QCOMPARE(m_transport->requests.size(), 3);
    }

    void silence_isTriedTwiceOnly()
    {
        m_transport->handleWith([](const HttpRequest &) { return FakeTransport::wireError(ErrorKind::Timeout); });
        QCOMPARE(call().error().kind, ErrorKind::Timeout);
        QCOMPARE(m_transport->requests.size(), 2);
    }

    void retryAfter_isObeyed()
    {
        m_transport->then(FakeTransport::response(429, "", {{"Retry-After", "1"}})).then(okay());
        QElapsedTimer timer;
        timer.start();
        QVERIFY(call());
        QVERIFY2(timer.elapsed() >= 950, "the server asked for one second");
    }

    void longRetryAfter_isReportedNotWaitedFor()
    {
        m_transport->then(FakeTransport::response(503, "", {{"Retry-After", "600"}}));
        const auto result = call();
        QCOMPARE(result.error().retryAfter, std::optional(std::chrono::milliseconds(600'000)));
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void redirect_isNotFollowed()
    {
        m_transport->then(FakeTransport::response(302, "", {{"Location", "https://login.example.net/portal"}}));
        const auto result = call();
        QCOMPARE(result.error().kind, ErrorKind::Protocol);
        QVERIFY(result.error().message.contains(QLatin1String("login.example.net")));
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void htmlInsteadOfJson_isAProtocolError()
    {
        m_transport->then(FakeTransport::response(200, "<html>Welcome to the airport</html>", {{"Content-Type", "text/html"}}));
        const auto result = call();
        QCOMPARE(result.error().kind, ErrorKind::Protocol);
        QVERIFY(result.error().detail.contains(QLatin1String("airport")));
    }

    void unencryptedAddress_getsNoToken_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("https") << "https://compute.googleapis.com/x" << true;
        QTest::newRow("loopback") << "http://127.0.0.1:4711/x" << true;
        QTest::newRow("loopback 6") << "http://[::1]:4711/x" << true;
        QTest::newRow("localhost") << "http://localhost:4711/x" << true;
        QTest::newRow("plain") << "http://compute.googleapis.com/x" << false;
        QTest::newRow("look-alike") << "http://127.0.0.1.example.com/x" << false;
        QTest::newRow("no url") << "" << false;
    }
    void unencryptedAddress_getsNoToken()
    {
        QFETCH(QString, url);
        QFETCH(bool, allowed);
        m_transport->then(okay());
        ApiRequest what = request();
        what.url = QUrl(url);
        QCOMPARE(call(what).has_value(), allowed);
        QCOMPARE(m_transport->requests.size(), allowed ? 1 : 0);
        QCOMPARE(m_tokens->asked, allowed ? 1 : 0);
    }

    void cancel_stopsTheRequestAndTheWaiting()
    {
        m_transport->thenSilence();
        const std::unique_ptr<ValueJob<QJsonObject>> job(m_api->call(request(), nullptr));
        job->start();
        QTRY_COMPARE(m_transport->requests.size(), 1);
        job->cancel();
        QCOMPARE(m_transport->cancelled, 1);
        QVERIFY(finish(*job));
        QCOMPARE(job->state(), Job::State::Cancelled);
    }

    void cancelDuringThePause_sendsNothingMore()
    {
        ApiClient slow(*m_transport, *m_tokens, Backoff{300ms, 1.0, 300ms});
        m_transport->then(FakeTransport::response(503, ""));
        const std::unique_ptr<ValueJob<QJsonObject>> job(slow.call(request(), nullptr));
        job->start();
        QTRY_COMPARE(m_transport->requests.size(), 1);
        QCoreApplication::processEvents();
        job->cancel();
        QTest::qWait(700); // twice the pause: nothing may come
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void pages_areFollowedToTheEnd()
    {
        m_transport->then(FakeTransport::json({{QStringLiteral("n"), 1}, {QStringLiteral("nextPageToken"), QStringLiteral("a+b/c==&x")}}))
            .then(FakeTransport::json({{QStringLiteral("nextPageToken"), QStringLiteral("third")}})) // an empty page
            .then(FakeTransport::json({{QStringLiteral("n"), 3}}));
        const auto pages = resultOf(m_api->callAllPages(request(), nullptr));
        QVERIFY(pages);
        QCOMPARE(pages->size(), 3);
        QCOMPARE(pages->at(2).value(QStringLiteral("n")).toInt(), 3);
        QVERIFY(FakeTransport::query(m_transport->requests[0], QStringLiteral("pageToken")).isEmpty());
        QVERIFY2(m_transport->requests[1].url.toEncoded().contains("pageToken=a%2Bb%2Fc%3D%3D%26x"), m_transport->requests[1].url.toEncoded());
        QCOMPARE(FakeTransport::query(m_transport->requests[2], QStringLiteral("pageToken")), QStringLiteral("third"));
    }

    void pageFails_theWholeFails()
    {
        m_transport->then(FakeTransport::json({{QStringLiteral("nextPageToken"), QStringLiteral("x")}}))
            .then(FakeTransport::googleError(400, QStringLiteral("invalid"), QStringLiteral("Invalid page token")));
        QCOMPARE(resultOf(m_api->callAllPages(request(), nullptr)).error().kind, ErrorKind::InvalidInput);
    }

    void samePageForEver_isGivenUp()
    {
        m_transport->handleWith([](const HttpRequest &) { return FakeTransport::json({{QStringLiteral("nextPageToken"), QStringLiteral("x")}}); });
        QCOMPARE(resultOf(m_api->callAllPages(request(), nullptr)).error().kind, ErrorKind::Protocol);
        QCOMPARE(m_transport->requests.size(), 2);
    }

    void clientGone_theJobStillEnds()
    {
        m_transport->then(okay());
        auto *job = m_api->callAllPages(request(), nullptr);
        m_api.reset();
        QVERIFY(resultOf(job));
    }
};

QTEST_GUILESS_MAIN(ApiClientTest)
#include "api_client_test.moc"
