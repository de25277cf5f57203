// SPDX-License-Identifier: Apache-2.0
#include "auth/account_tokens.h"

#include "net/api_client.h"
#include "tests/support/fake_token_source.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

using namespace nimbook;
using namespace nimbook::auth;
using namespace nimbook::testing;
using namespace std::chrono_literals;

/// What happens to calls while nobody is signed in any more.
class AccountTokensTest : public QObject {
    Q_OBJECT

    FakeTokenSource *m_source = nullptr; // owned by m_tokens
    std::unique_ptr<FakeTransport> m_transport;
    std::unique_ptr<AccountTokens> m_tokens;
    std::unique_ptr<net::ApiClient> m_api;

    static Error goneForGood()
    {
        return {ErrorKind::NotSignedIn, QStringLiteral("Could not sign in: Token has been expired or revoked."), QStringLiteral("Sign in again."), {}, {}};
    }
    ValueJob<QJsonObject> *call(const QString &path)
    {
        net::ApiRequest request;
        request.url = QUrl(QStringLiteral("https://compute.googleapis.com/") + path);
        request.purpose = QStringLiteral("read ") + path;
        auto *job = m_api->call(request, this);
        job->start();
        return job;
    }

private Q_SLOTS:
    void init()
    {
        auto source = std::make_unique<FakeTokenSource>();
        m_source = source.get();
        m_transport = std::make_unique<FakeTransport>();
        m_tokens = std::make_unique<AccountTokens>(std::move(source));
        m_api = std::make_unique<net::ApiClient>(*m_transport, *m_tokens, Backoff{1ms, 1.0, 1ms});
    }

    void triedSignIn_failsInsteadOfWaiting()
    {
        m_source->failWith = goneForGood();
        auto *job = call(QStringLiteral("a"));
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
        QCOMPARE(job->error().kind, ErrorKind::NotSignedIn);
        QVERIFY(!m_tokens->problem());
    }

    void goneForGood_callsAreHeldAndReplayed()
    {
        m_tokens->setHolding(true);
        m_source->failWith = goneForGood();
        QSignalSpy needed(m_tokens.get(), &AccountTokens::signInNeeded);
        auto *one = call(QStringLiteral("a"));
        auto *two = call(QStringLiteral("b"));
        QTRY_COMPARE(needed.size(), 1);
        auto *three = call(QStringLiteral("c")); // asked for later: nothing is tried in vain
        QTest::qWait(20);
        QVERIFY(one->isRunning() && two->isRunning() && three->isRunning());
        QVERIFY(m_transport->requests.isEmpty());
        QCOMPARE(needed.size(), 1); // one bar, however many calls
        QVERIFY(m_tokens->problem()->message.contains(QLatin1String("revoked")));

        m_transport->handleWith([](const net::HttpRequest &request) { return FakeTransport::json({{QStringLiteral("path"), request.url.path()}}); });
        m_tokens->replaceSource(std::make_unique<FakeTokenSource>());
        for (auto *job : {one, two, three}) {
            QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
            QVERIFY2(job->result(), qPrintable(job->error().message));
        }
        QCOMPARE(one->result()->value(QStringLiteral("path")).toString(), QStringLiteral("/a"));
        QCOMPARE(m_transport->requests.size(), 3); // each once
        QVERIFY(!m_tokens->problem());
    }

    void tokenRefusedDuringACall_theCallIsHeldTooAndCarriesTheNewToken()
    {
        m_tokens->setHolding(true);
        m_transport->then(FakeTransport::googleError(401, QStringLiteral("authError"), QStringLiteral("Invalid Credentials"))).then(FakeTransport::json({}));
        m_source->failAfterRefusal = goneForGood();
        QSignalSpy needed(m_tokens.get(), &AccountTokens::signInNeeded);
        auto *job = call(QStringLiteral("a"));
        QTRY_COMPARE(needed.size(), 1);
        QVERIFY(job->isRunning());
        auto fresh = std::make_unique<FakeTokenSource>();
        fresh->prefix = "fresh-";
        m_tokens->replaceSource(std::move(fresh));
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
        QVERIFY(job->result());
        QCOMPARE(FakeTransport::header(m_transport->requests.last(), "Authorization"), QByteArray("Bearer fresh-1"));
    }

    void otherTroubles_arePassedOn()
    {
        m_tokens->setHolding(true);
        m_source->failWith = Error{ErrorKind::Network, QStringLiteral("no network"), {}, {}, {}};
        auto *job = call(QStringLiteral("a"));
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
        QCOMPARE(job->error().kind, ErrorKind::Network);
        QVERIFY(!m_tokens->problem());
    }

    void triedAgainInVain_isHeldAgain()
    {
        m_tokens->setHolding(true);
        m_source->failWith = goneForGood();
        QSignalSpy needed(m_tokens.get(), &AccountTokens::signInNeeded);
        auto *job = call(QStringLiteral("a"));
        QTRY_COMPARE(needed.size(), 1);
        m_tokens->tryAgain();
        QTRY_COMPARE(needed.size(), 2);
        QVERIFY(job->isRunning());
        m_source->failWith.reset();
        m_transport->then(FakeTransport::json({}));
        m_tokens->tryAgain();
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
        QVERIFY(job->result());
    }

    void heldCall_canBeCancelled()
    {
        m_tokens->setHolding(true);
        m_source->failWith = goneForGood();
        auto *job = call(QStringLiteral("a"));
        QTRY_VERIFY(m_tokens->problem());
        job->cancel();
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
        m_tokens->replaceSource(std::make_unique<FakeTokenSource>());
        QTest::qWait(10);
        QVERIFY(m_transport->requests.isEmpty());
    }

    void signedOut_heldCallsEnd()
    {
        m_tokens->setHolding(true);
        m_source->failWith = goneForGood();
        auto *job = call(QStringLiteral("a"));
        QTRY_VERIFY(m_tokens->problem());
        m_tokens.reset();
        QTRY_VERIFY_WITH_TIMEOUT(job->isFinished(), 10'000);
        QCOMPARE(job->error().kind, ErrorKind::NotSignedIn);
    }
};

QTEST_GUILESS_MAIN(AccountTokensTest)
#include "account_tokens_test.moc"
