// SPDX-License-Identifier: Apache-2.0
#include "auth/credential_token_source.h"

#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"
#include "tests/unit/auth/test_keys.h"

using namespace nimbook;
using namespace nimbook::auth;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

Result<net::HttpResponse> tokenAnswer(const QString &token, const QJsonValue &expiresIn = 3600)
{
    return FakeTransport::json({{QStringLiteral("access_token"), token}, {QStringLiteral("expires_in"), expiresIn}, {QStringLiteral("token_type"), QStringLiteral("Bearer")}});
}

Result<net::HttpResponse> oauthError(int status, const QString &error, const QString &description = {})
{
    return FakeTransport::json({{QStringLiteral("error"), error}, {QStringLiteral("error_description"), description}}, status);
}

QString field(const net::HttpRequest &request, const QString &name)
{
    return QUrlQuery(QString::fromLatin1(request.body)).queryItemValue(name, QUrl::FullyDecoded);
}

} // namespace

class TokenSourceTest : public QObject {
    Q_OBJECT

    TestKey m_key;
    std::unique_ptr<FakeTransport> m_transport;
    std::shared_ptr<FakeClock> m_clock;
    std::unique_ptr<net::TokenSource> m_source;

    CredentialFile serviceAccount() const
    {
        CredentialFile file;
        file.account = QStringLiteral("robot@vision-lab.iam.gserviceaccount.com");
        file.privateKeyId = QStringLiteral("key-7");
        file.privateKey = Secret(m_key.pem());
        file.tokenUri = QUrl(QStringLiteral("http://127.0.0.1:4711/token"));
        return file;
    }
    static CredentialFile authorizedUser()
    {
        CredentialFile file;
        file.type = CredentialFile::Type::AuthorizedUser;
        file.account = QStringLiteral("ada@example.com");
        file.quotaProject = QStringLiteral("billing-lab");
        file.clientId = QStringLiteral("id & co");
        file.clientSecret = Secret("s+e/c=r");
        file.refreshToken = Secret("1//re&fresh");
        file.tokenUri = QUrl(QStringLiteral("https://oauth2.googleapis.com/token"));
        return file;
    }
    static CredentialFile impersonated()
    {
        CredentialFile file;
        file.type = CredentialFile::Type::ImpersonatedServiceAccount;
        file.account = QStringLiteral("robot@vision-lab.iam.gserviceaccount.com");
        file.impersonationUrl = QUrl(QStringLiteral("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/robot@vision-lab.iam.gserviceaccount.com:generateAccessToken"));
        file.delegates = {QStringLiteral("middle@example.com")};
        file.source = std::make_shared<const CredentialFile>(authorizedUser());
        return file;
    }
    void use(const CredentialFile &file)
    {
        m_source = makeCredentialTokenSource(file, *m_transport, m_clock, Backoff{1ms, 1.0, 1ms});
    }
    Result<Secret> token() { return resultOf(m_source->accessToken(nullptr)); }

private Q_SLOTS:
    void init()
    {
        m_transport = std::make_unique<FakeTransport>();
        m_clock = std::make_shared<FakeClock>();
        use(serviceAccount());
    }
    void cleanup() { m_source.reset(); }

    void serviceAccount_signsAnAssertion()
    {
        m_transport->then(tokenAnswer(QStringLiteral("ya29.one")));
        QCOMPARE(token().value(), Secret("ya29.one"));
        const auto sent = m_transport->requests.constFirst();
        QCOMPARE(sent.verb, QByteArray("POST"));
        QCOMPARE(sent.url, QUrl(QStringLiteral("http://127.0.0.1:4711/token")));
        QCOMPARE(FakeTransport::header(sent, "Content-Type"), QByteArray("application/x-www-form-urlencoded"));
        QCOMPARE(field(sent, QStringLiteral("grant_type")), QStringLiteral("urn:ietf:params:oauth:grant-type:jwt-bearer"));
        const QByteArray jwt = field(sent, QStringLiteral("assertion")).toLatin1();
        QVERIFY2(m_key.signedThis(jwt), "the signature does not verify");
        QVERIFY2(!jwt.contains('='), "base64url without padding");
        QCOMPARE(jwtPart(jwt, 0), (QJsonObject{{QStringLiteral("alg"), QStringLiteral("RS256")}, {QStringLiteral("typ"), QStringLiteral("JWT")}, {QStringLiteral("kid"), QStringLiteral("key-7")}}));
        const QJsonObject claims = jwtPart(jwt, 1);
        const qint64 now = m_clock->now().toSecsSinceEpoch();
        QCOMPARE(claims.value(QStringLiteral("iat")).toInteger(), now);
        QCOMPARE(claims.value(QStringLiteral("exp")).toInteger(), now + 3600);
        QCOMPARE(claims.value(QStringLiteral("iss")).toString(), QStringLiteral("robot@vision-lab.iam.gserviceaccount.com"));
        QCOMPARE(claims.value(QStringLiteral("aud")).toString(), QStringLiteral("https://oauth2.googleapis.com/token"));
        QCOMPARE(claims.value(QStringLiteral("scope")).toString(), QStringLiteral("https://www.googleapis.com/auth/cloud-platform"));
        QVERIFY2(!TestKey().signedThis(jwt), "any key would do: the check itself is broken");
    }

    void authorizedUser_sendsItsRefreshTokenEncoded()
    {
        use(authorizedUser());
        m_transport->then(tokenAnswer(QStringLiteral("ya29.two"), QStringLiteral("3599"))); // text instead of a number
        QCOMPARE(token().value(), Secret("ya29.two"));
        const auto sent = m_transport->requests.constFirst();
        QCOMPARE(field(sent, QStringLiteral("grant_type")), QStringLiteral("refresh_token"));
        QCOMPARE(field(sent, QStringLiteral("client_id")), QStringLiteral("id & co"));
        QCOMPARE(field(sent, QStringLiteral("client_secret")), QStringLiteral("s+e/c=r"));
        QCOMPARE(field(sent, QStringLiteral("refresh_token")), QStringLiteral("1//re&fresh"));
        QVERIFY(!sent.url.toString().contains(QLatin1String("fresh")));
        QCOMPARE(m_source->account(), QStringLiteral("ada@example.com"));
        QCOMPARE(m_source->quotaProject(), QStringLiteral("billing-lab"));
    }

    void impersonation_exchangesTheTokenOfItsSource()
    {
        use(impersonated());
        m_transport->then(tokenAnswer(QStringLiteral("source")))
            .then(FakeTransport::json({{QStringLiteral("accessToken"), QStringLiteral("robot")},
                                       {QStringLiteral("expireTime"), m_clock->now().addSecs(3600).toString(Qt::ISODate)}}));
        QCOMPARE(token().value(), Secret("robot"));
        QCOMPARE(m_source->account(), QStringLiteral("robot@vision-lab.iam.gserviceaccount.com"));
        const auto &sent = m_transport->requests.last();
        QCOMPARE(sent.url, impersonated().impersonationUrl);
        QCOMPARE(FakeTransport::header(sent, "Authorization"), QByteArray("Bearer source"));
        const QJsonObject body = FakeTransport::body(sent);
        QCOMPARE(body.value(QStringLiteral("delegates")).toArray(), QJsonArray{QStringLiteral("projects/-/serviceAccounts/middle@example.com")});
        QCOMPARE(body.value(QStringLiteral("scope")).toArray(), QJsonArray{QStringLiteral("https://www.googleapis.com/auth/cloud-platform")});
        QCOMPARE(token().value(), Secret("robot")); // kept
        QCOMPARE(m_transport->requests.size(), 2);
    }

    void impersonationNotAllowed_namesTheRole()
    {
        use(impersonated());
        m_transport->then(tokenAnswer(QStringLiteral("source")))
            .then(FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).")));
        const auto refused = token();
        QCOMPARE(refused.error().kind, ErrorKind::PermissionDenied);
        QVERIFY2(refused.error().message.contains(QLatin1String("robot@vision-lab")), qPrintable(refused.error().message));
        QVERIFY(refused.error().nextStep.contains(QLatin1String("Service Account Token Creator")));
    }

    void impersonationStumbles_isRepeated()
    {
        use(impersonated());
        m_transport->then(tokenAnswer(QStringLiteral("source"))).then(FakeTransport::response(503, "busy"))
            .then(tokenAnswer(QStringLiteral("source")))
            .then(FakeTransport::json({{QStringLiteral("accessToken"), QStringLiteral("robot")},
                                       {QStringLiteral("expireTime"), m_clock->now().addSecs(3600).toString(Qt::ISODate)}}));
        QCOMPARE(token().value(), Secret("robot"));
    }

    void nameOfTheAccount_isLearntFromTheIdToken()
    {
        CredentialFile file = authorizedUser();
        file.account.clear(); // gcloud's file often names none
        use(file);
        const QByteArray claims = QByteArray(R"({"email":"ada@example.com"})").toBase64(QByteArray::Base64UrlEncoding);
        m_transport->then(FakeTransport::json({{QStringLiteral("access_token"), QStringLiteral("t")}, {QStringLiteral("expires_in"), 3600},
                                               {QStringLiteral("id_token"), QString::fromLatin1("e30." + claims + ".sig")}}));
        QCOMPARE(m_source->account(), QString());
        QVERIFY(token());
        QCOMPARE(m_source->account(), QStringLiteral("ada@example.com"));
    }

    void freshToken_isKept()
    {
        m_transport->then(tokenAnswer(QStringLiteral("one"))).then(tokenAnswer(QStringLiteral("two")));
        QVERIFY(token());
        m_clock->advance(3600s - 226s);
        QCOMPARE(token().value(), Secret("one"));
        QCOMPARE(m_transport->requests.size(), 1);
        m_clock->advance(1s); // 3 min 45 s before the end
        QCOMPARE(token().value(), Secret("two"));
    }

    void manyCallers_shareOneFetch()
    {
        m_transport->then(tokenAnswer(QStringLiteral("one")));
        QList<ValueJob<Secret> *> jobs;
        QObject owner;
        for (int i = 0; i < 10; ++i) {
            jobs.append(m_source->accessToken(&owner));
            jobs.last()->start();
        }
        for (auto *job : jobs) {
            QTRY_VERIFY(job->isFinished());
            QCOMPARE(job->result().value(), Secret("one"));
        }
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void oneCallerCancels_theOthersGetTheirToken()
    {
        m_transport->then(tokenAnswer(QStringLiteral("one")));
        QObject owner;
        auto *first = m_source->accessToken(&owner);
        auto *second = m_source->accessToken(&owner);
        first->start();
        second->start();
        first->cancel();
        QTRY_VERIFY(second->isFinished());
        QCOMPARE(second->result().value(), Secret("one"));
        QCOMPARE(first->state(), Job::State::Cancelled);
    }

    void refusedToken_isFetchedAnew()
    {
        m_transport->then(tokenAnswer(QStringLiteral("one"))).then(tokenAnswer(QStringLiteral("two")));
        const Secret one = token().value();
        m_source->invalidate(one);
        QCOMPARE(token().value(), Secret("two"));
        m_source->invalidate(one); // a slow caller complains about the old one again
        QCOMPARE(token().value(), Secret("two"));
        QCOMPARE(m_transport->requests.size(), 2);
    }

    void passingErrors_areRepeated_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("error");
        QTest::addColumn<QString>("description");
        for (const int status : {408, 429, 500, 503, 504})
            QTest::addRow("HTTP %d", status) << status << "" << "";
        QTest::newRow("internal_failure") << 400 << "internal_failure" << "";
        QTest::newRow("server_error") << 400 << "server_error" << "";
        QTest::newRow("temporarily_unavailable") << 400 << "temporarily_unavailable" << "";
        QTest::newRow("in the description") << 400 << "weird" << "internal_failure";
        QTest::newRow("no answer") << 0 << "" << "";
    }
    void passingErrors_areRepeated()
    {
        QFETCH(int, status);
        QFETCH(QString, error);
        QFETCH(QString, description);
        const auto bad = status ? oauthError(status, error, description) : FakeTransport::wireError();
        m_transport->then(bad).then(bad).then(tokenAnswer(QStringLiteral("at last")));
        QCOMPARE(token().value(), Secret("at last"));
        m_source->invalidate(Secret("at last"));
        m_transport->requests.clear();
        m_transport->handleWith([&](const net::HttpRequest &) { return bad; });
        QVERIFY(!token());
        QCOMPARE(m_transport->requests.size(), 4);
    }

    void invalidGrant_isTheEnd_data()
    {
        QTest::addColumn<QString>("description");
        QTest::addColumn<QString>("nextStep");
        QTest::addColumn<bool>("ours");
        QTest::newRow("revoked") << "Token has been expired or revoked." << "gcloud auth application-default login" << false;
        QTest::newRow("re-authentication") << "reauth related error (invalid_rapt)" << "fresh sign-in" << false;
        QTest::newRow("re-authentication of our own sign-in") << "reauth related error (rapt_required)" << "asks for a fresh sign-in: sign in again" << true;
        QTest::newRow("our own sign-in withdrawn") << "Token has been expired or revoked." << "was withdrawn" << true;
        QTest::newRow("clock") << "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim." << "clock" << false;
    }
    void invalidGrant_isTheEnd()
    {
        QFETCH(QString, description);
        QFETCH(QString, nextStep);
        QFETCH(bool, ours);
        CredentialFile file = authorizedUser();
        file.signedInHere = ours;
        use(file);
        m_transport->then(oauthError(400, QStringLiteral("invalid_grant"), description));
        const auto result = token();
        QCOMPARE(result.error().kind, ErrorKind::NotSignedIn);
        QVERIFY2(result.error().message.contains(description), qPrintable(result.error().message));
        QVERIFY2(result.error().nextStep.contains(nextStep), qPrintable(result.error().nextStep));
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void renewalFails_theOldTokenServesToItsEnd()
    {
        m_transport->then(tokenAnswer(QStringLiteral("one")));
        QVERIFY(token());
        m_transport->handleWith([](const net::HttpRequest &) { return oauthError(503, QString()); });
        m_clock->advance(3600s - 60s);
        QCOMPARE(token().value(), Secret("one"));
        m_clock->advance(61s);
        QCOMPARE(token().error().kind, ErrorKind::ServerError);
    }

    void answerWithoutToken_isAProtocolError_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("web page") << QByteArray("<html>log in</html>");
        QTest::newRow("no token") << QByteArray(R"({"expires_in":3600})");
        QTest::newRow("no life") << QByteArray(R"({"access_token":"x"})");
    }
    void answerWithoutToken_isAProtocolError()
    {
        QFETCH(QByteArray, body);
        m_transport->then(FakeTransport::response(200, body));
        QCOMPARE(token().error().kind, ErrorKind::Protocol);
    }

    void keyThatCannotSign_isSaid()
    {
        CredentialFile file = serviceAccount();
        file.privateKey = Secret("no key at all");
        use(file);
        QCOMPARE(token().error().kind, ErrorKind::InvalidInput);
        QVERIFY(m_transport->requests.isEmpty());
    }

    void signedOutWhileWaiting_endsTheJob()
    {
        m_transport->thenSilence();
        const std::unique_ptr<ValueJob<Secret>> job(m_source->accessToken(nullptr));
        job->start();
        QTRY_COMPARE(m_transport->requests.size(), 1);
        m_source.reset();
        QTRY_VERIFY(job->isFinished());
        QCOMPARE(job->result().error().kind, ErrorKind::NotSignedIn);
    }
};

QTEST_GUILESS_MAIN(TokenSourceTest)
#include "token_source_test.moc"
