// SPDX-License-Identifier: Apache-2.0
#include "auth/browser_sign_in.h"

#include "tests/support/fake_clock.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

#include <QTcpSocket>

using namespace nimbook;
using namespace nimbook::auth;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

QByteArray idTokenOf(const QString &email)
{
    const auto part = [](const QJsonObject &json) {
        return QJsonDocument(json).toJson(QJsonDocument::Compact).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    return part({{QStringLiteral("alg"), QStringLiteral("RS256")}}) + '.' + part({{QStringLiteral("email"), email}}) + ".signature";
}

QJsonObject grantedAnswer()
{
    return {{QStringLiteral("access_token"), QStringLiteral("ya29.a")},
            {QStringLiteral("expires_in"), 3599},
            {QStringLiteral("refresh_token"), QStringLiteral("1//r")},
            {QStringLiteral("scope"), signInScopes().join(QLatin1Char(' '))},
            {QStringLiteral("token_type"), QStringLiteral("Bearer")},
            {QStringLiteral("id_token"), QString::fromLatin1(idTokenOf(QStringLiteral("ada@example.com")))}};
}

QString formField(const net::HttpRequest &request, const QString &name)
{
    return QUrlQuery(QString::fromLatin1(request.body)).queryItemValue(name, QUrl::FullyDecoded);
}

} // namespace

/// The sign-in with a browser that is played by a socket; a real authorization server is in tests/integration/auth.
class BrowserSignInTest : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeTransport> m_transport;
    std::unique_ptr<BrowserSignIn> m_job;

    void begin(std::chrono::milliseconds limit = 30s, const QString &hint = {})
    {
        BrowserSignIn::Request request;
        request.client.id = QStringLiteral("482915360174-desk.apps.googleusercontent.com");
        request.client.secret = Secret("GOCSPX-not so secret");
        request.limit = limit;
        request.loginHint = hint;
        m_job = std::make_unique<BrowserSignIn>(request, TokenMeans{*m_transport, std::make_shared<FakeClock>(), Backoff{1ms, 1.0, 1ms}}, nullptr);
        QSignalSpy wanted(m_job.get(), &BrowserSignIn::browserWanted);
        m_job->start();
        QVERIFY(wanted.wait(5'000));
        QCOMPARE(wanted.first().first().toUrl(), m_job->page());
    }
    QString asked(const QString &name) const { return QUrlQuery(m_job->page()).queryItemValue(name, QUrl::FullyDecoded); }
    quint16 port() const { return quint16(QUrl(asked(QStringLiteral("redirect_uri"))).port()); }

    /// What a browser gets for \a target ("/?code=…").
    QByteArray visit(const QByteArray &target, const QByteArray &verb = "GET")
    {
        QTcpSocket browser;
        browser.connectToHost(QHostAddress::LocalHost, port());
        browser.write(verb + ' ' + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n");
        QByteArray answer;
        const bool ended = QTest::qWaitFor([&] {
            answer += browser.readAll();
            return browser.state() == QAbstractSocket::UnconnectedState;
        }, 10'000);
        return ended ? answer : QByteArray("no end: ") + answer;
    }
    QByteArray comeBack(const QByteArray &rest) { return visit("/?state=" + asked(QStringLiteral("state")).toLatin1() + '&' + rest); }
    bool ended() { return m_job->isFinished() || QTest::qWaitFor([this] { return m_job->isFinished(); }, 10'000); }

private Q_SLOTS:
    void init() { m_transport = std::make_unique<FakeTransport>(); }
    void cleanup() { m_job.reset(); }

    void page_asksAsGoogleWants()
    {
        begin(30s, QStringLiteral("ada+lab@example.com"));
        QCOMPARE(m_job->page().adjusted(QUrl::RemoveQuery), QUrl(QStringLiteral("https://accounts.google.com/o/oauth2/v2/auth")));
        QCOMPARE(asked(QStringLiteral("client_id")), QStringLiteral("482915360174-desk.apps.googleusercontent.com"));
        QCOMPARE(asked(QStringLiteral("response_type")), QStringLiteral("code"));
        QCOMPARE(asked(QStringLiteral("access_type")), QStringLiteral("offline"));
        QCOMPARE(asked(QStringLiteral("code_challenge_method")), QStringLiteral("S256"));
        QCOMPARE(asked(QStringLiteral("login_hint")), QStringLiteral("ada+lab@example.com"));
        QVERIFY(asked(QStringLiteral("scope")).split(QLatin1Char(' ')).contains(QStringLiteral("https://www.googleapis.com/auth/cloud-platform")));
        QCOMPARE(asked(QStringLiteral("redirect_uri")), QStringLiteral("http://127.0.0.1:%1/").arg(port()));
        QVERIFY(asked(QStringLiteral("state")).size() >= 32);
        QVERIFY2(!m_job->page().toString().contains(QLatin1String("GOCSPX")), "the secret has no business in an address");
        QVERIFY2(m_job->page().toString(QUrl::FullyEncoded).contains(QLatin1String("ada%2Blab")), "a bare + would arrive as a space");
    }

    void challenge_isTheOneOfTheStandard()
    {
        Pkce pkce;
        pkce.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; // RFC 7636, appendix B
        QCOMPARE(pkce.challenge(), QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        QCOMPARE(Pkce().verifier.size(), 64);
        QVERIFY(Pkce().verifier != Pkce().verifier);
    }

    void browserComesBack_signInIsComplete()
    {
        m_transport->then(FakeTransport::json(grantedAnswer()));
        begin();
        const QByteArray page = comeBack("code=4%2F0Ab-c&scope=x");
        QVERIFY2(page.contains("You are signed in"), page);
        QVERIFY(page.contains("Cache-Control: no-store") && page.contains("Referrer-Policy: no-referrer"));
        QVERIFY2(!page.contains("4/0Ab") && !page.contains("ya29"), page);
        QVERIFY(ended());
        const auto credential = m_job->result();
        QVERIFY2(credential, qPrintable(m_job->error().message));
        QCOMPARE(credential->account, QStringLiteral("ada@example.com"));
        QCOMPARE(credential->refreshToken, Secret("1//r"));
        QVERIFY(credential->isOurs());
        QCOMPARE(CredentialFile::parse(credential->toJson(), QStringLiteral("kept"))->revokeUri, QUrl(QStringLiteral("https://oauth2.googleapis.com/revoke")));

        QCOMPARE(m_transport->requests.size(), 1);
        const auto &sent = m_transport->requests.first();
        QCOMPARE(formField(sent, QStringLiteral("grant_type")), QStringLiteral("authorization_code"));
        QCOMPARE(formField(sent, QStringLiteral("code")), QStringLiteral("4/0Ab-c"));
        QCOMPARE(formField(sent, QStringLiteral("client_secret")), QStringLiteral("GOCSPX-not so secret"));
        QCOMPARE(formField(sent, QStringLiteral("redirect_uri")), asked(QStringLiteral("redirect_uri"))); // byte for byte
        Pkce pkce;
        pkce.verifier = formField(sent, QStringLiteral("code_verifier")).toLatin1();
        QCOMPARE(QString::fromLatin1(pkce.challenge()), asked(QStringLiteral("code_challenge")));
    }

    void secondEmptyConnection_isSurvived()
    {
        m_transport->then(FakeTransport::json(grantedAnswer()));
        begin();
        QTcpSocket silent; // opened ahead of time by browsers, for an icon that may never be asked for
        silent.connectToHost(QHostAddress::LocalHost, port());
        QTRY_COMPARE(silent.state(), QAbstractSocket::ConnectedState);
        QTcpSocket half;
        half.connectToHost(QHostAddress::LocalHost, port());
        half.write("GET /?code=half");
        QTRY_COMPARE(half.state(), QAbstractSocket::ConnectedState);
        QVERIFY(visit("/favicon.ico").startsWith("HTTP/1.1 404"));
        QVERIFY(!m_job->isFinished());
        QVERIFY(comeBack("code=c").contains("You are signed in"));
        QVERIFY(ended());
        QVERIFY(m_job->result());
    }

    void otherState_isNotTaken()
    {
        m_transport->then(FakeTransport::json(grantedAnswer()));
        begin();
        QVERIFY(visit("/?state=guessed&code=evil").startsWith("HTTP/1.1 400"));
        QVERIFY(visit("/?code=evil").startsWith("HTTP/1.1 400"));
        QVERIFY(visit("/", "POST").startsWith("HTTP/1.1 404"));
        QVERIFY(m_transport->requests.isEmpty());
        QVERIFY(!m_job->isFinished());
        QVERIFY(comeBack("code=good").contains("You are signed in"));
        QVERIFY(ended());
        QCOMPARE(formField(m_transport->requests.first(), QStringLiteral("code")), QStringLiteral("good"));
    }

    void boxForGoogleCloudNotTicked_isNoticed()
    {
        QJsonObject answer = grantedAnswer();
        answer[QStringLiteral("scope")] = QStringLiteral("openid https://www.googleapis.com/auth/userinfo.email");
        m_transport->then(FakeTransport::json(answer));
        begin();
        QVERIFY(comeBack("code=c").contains("did not work"));
        QVERIFY(ended());
        QCOMPARE(m_job->error().kind, ErrorKind::PermissionDenied);
        QVERIFY2(m_job->error().message.contains(QLatin1String("not ticked")), qPrintable(m_job->error().message));
        QVERIFY(m_job->error().nextStep.contains(QLatin1String("tick")));
    }

    void refusalOnThePage_isExplained_data()
    {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QString>("said");
        QTest::newRow("not allowed") << QByteArray("access_denied") << "was not allowed";
        QTest::newRow("administrator") << QByteArray("admin_policy_enforced") << "your organization";
        QTest::newRow("internal app") << QByteArray("org_internal") << "another organization";
        QTest::newRow("scope") << QByteArray("invalid_scope") << "Google Cloud";
        QTest::newRow("new word") << QByteArray("brand_new_reason&error_description=Because") << "Because";
    }
    void refusalOnThePage_isExplained()
    {
        QFETCH(QByteArray, word);
        QFETCH(QString, said);
        begin();
        QVERIFY(comeBack("error=" + word).contains("did not work"));
        QVERIFY(ended());
        QVERIFY2(m_job->error().message.contains(said), qPrintable(m_job->error().message));
        QVERIFY(!m_job->error().nextStep.isEmpty());
        QVERIFY(m_transport->requests.isEmpty());
    }

    void codeIsRefused_saysWhatToCheck_data()
    {
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("next");
        QTest::newRow("secret") << "invalid_client" << 401 << "client ID";
        QTest::newRow("not a desktop app") << "redirect_uri_mismatch" << 400 << "Desktop app";
        QTest::newRow("too late") << "invalid_grant" << 400 << "sign in again";
    }
    void codeIsRefused_saysWhatToCheck()
    {
        QFETCH(QString, word);
        QFETCH(int, status);
        QFETCH(QString, next);
        m_transport->then(FakeTransport::json({{QStringLiteral("error"), word}, {QStringLiteral("error_description"), QStringLiteral("Bad Request")}}, status));
        begin();
        QVERIFY(comeBack("code=c").contains("did not work"));
        QVERIFY(ended());
        QVERIFY2(m_job->error().nextStep.contains(next), qPrintable(m_job->error().nextStep));
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void tokenEndpointStumbles_codeIsSentAgainOnlyAfterAnAnswer()
    {
        m_transport->then(FakeTransport::json({{QStringLiteral("error"), QStringLiteral("temporarily_unavailable")}}, 503)).then(FakeTransport::json(grantedAnswer()));
        begin();
        QVERIFY(comeBack("code=c").contains("You are signed in"));
        QCOMPARE(m_transport->requests.size(), 2);

        m_transport = std::make_unique<FakeTransport>();
        m_transport->then(FakeTransport::wireError());
        begin();
        QVERIFY(comeBack("code=c").contains("did not work"));
        QVERIFY(ended());
        QCOMPARE(m_job->error().kind, ErrorKind::Network);
        QCOMPARE(m_transport->requests.size(), 1);
    }

    void noRefreshToken_isSaid()
    {
        QJsonObject answer = grantedAnswer();
        answer.remove(QStringLiteral("refresh_token"));
        m_transport->then(FakeTransport::json(answer));
        begin();
        comeBack("code=c");
        QVERIFY(ended());
        QVERIFY2(m_job->error().message.contains(QLatin1String("refresh token")), qPrintable(m_job->error().message));
    }

    void nobodyComesBack_timeLimitEndsIt()
    {
        begin(200ms);
        QVERIFY(ended());
        QCOMPARE(m_job->error().kind, ErrorKind::Timeout);
        QVERIFY(!m_job->error().nextStep.isEmpty());
    }

    void cancelled_thePortIsFree()
    {
        begin();
        const quint16 before = port();
        m_job->cancel();
        QVERIFY(ended());
        QCOMPARE(m_job->state(), Job::State::Cancelled);
        QTcpServer again;
        QVERIFY(again.listen(QHostAddress::LocalHost, before));
    }

    void hugeRequest_isCutOff()
    {
        begin();
        QTcpSocket browser;
        browser.connectToHost(QHostAddress::LocalHost, port());
        browser.write("GET /?" + QByteArray(64 * 1024, 'x'));
        QTRY_COMPARE(browser.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(!m_job->isFinished());
    }

    void signOut_withdrawsOnlyOurOwn()
    {
        const TokenMeans means{*m_transport, std::make_shared<FakeClock>(), Backoff{1ms, 1.0, 1ms}};
        CredentialFile ours;
        ours.type = CredentialFile::Type::AuthorizedUser;
        ours.clientId = QStringLiteral("id");
        ours.refreshToken = Secret("1//r");
        ours.revokeUri = QUrl(QStringLiteral("https://oauth2.googleapis.com/revoke"));
        ours.signedInHere = true;
        m_transport->then(FakeTransport::json({})).then(FakeTransport::json({{QStringLiteral("error"), QStringLiteral("invalid_token")}}, 400));
        QVERIFY(resultOf(withdrawSignIn(ours, means, nullptr)));
        QCOMPARE(m_transport->requests.first().url, ours.revokeUri);
        QCOMPARE(formField(m_transport->requests.first(), QStringLiteral("token")), QStringLiteral("1//r"));
        QVERIFY2(resultOf(withdrawSignIn(ours, means, nullptr)), "withdrawn already is withdrawn");
        CredentialFile gclouds = ours;
        gclouds.signedInHere = false;
        QVERIFY(resultOf(withdrawSignIn(gclouds, means, nullptr)));
        QCOMPARE(m_transport->requests.size(), 2);
    }
};

QTEST_GUILESS_MAIN(BrowserSignInTest)
#include "browser_sign_in_test.moc"
