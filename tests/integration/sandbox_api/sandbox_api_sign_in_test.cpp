// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_client.h"

#include <QTest>

#include <openssl/evp.h>
#include <openssl/pem.h>

using namespace nimbook::testing;

namespace {

QByteArray base64Url(const QByteArray &data)
{
    return data.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray rs256(const QByteArray &pem, const QByteArray &message)
{
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.constData(), int(pem.size())), BIO_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
    const auto *bytes = reinterpret_cast<const unsigned char *>(message.constData());
    size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, bytes, size_t(message.size()));
    QByteArray signature(qsizetype(size), Qt::Uninitialized);
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, bytes, size_t(message.size()));
    return signature;
}

} // namespace

class SandboxApiSignInTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log())); }

    void serviceAccountJwt_isCheckedLikeGoogleDoes_data()
    {
        QTest::addColumn<QJsonObject>("changes");
        QTest::addColumn<bool>("spoil");
        QTest::addColumn<QString>("error");
        QTest::addColumn<QString>("words");
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        const auto row = [](const char *name, const QJsonObject &changes, const char *error, const char *words, bool spoil = false) {
            QTest::newRow(name) << changes << spoil << QString::fromLatin1(error) << QString::fromLatin1(words);
        };
        row("good", {}, "", "");
        row("Google's own audience", {{"aud", "https://oauth2.googleapis.com/token"}}, "", "");
        row("foreign audience", {{"aud", "https://example.com/token"}}, "invalid_grant", "audience");
        row("signature of other text", {}, "invalid_grant", "Invalid JWT Signature", true);
        row("expired", {{"iat", now - 7200}, {"exp", now - 3600}}, "invalid_grant", "short-lived token");
        row("too long", {{"exp", now + 7200}}, "invalid_grant", "short-lived token");
        row("issued in the future", {{"iat", now + 1800}, {"exp", now + 3600}}, "invalid_grant", "short-lived token");
        row("another account", {{"iss", "eve@vision-lab.iam.gserviceaccount.com"}}, "invalid_grant", "account not found");
        row("no scope", {{"scope", ""}}, "invalid_scope", "scope");
    }

    void serviceAccountJwt_isCheckedLikeGoogleDoes()
    {
        QFETCH(QJsonObject, changes);
        QFETCH(bool, spoil);
        QFETCH(QString, error);
        QFETCH(QString, words);
        const QJsonObject key = read(m_sandbox.credentialsFile());
        QJsonObject claims{{"iss", key.value("client_email")},
                           {"aud", key.value("token_uri")},
                           {"scope", "https://www.googleapis.com/auth/cloud-platform"},
                           {"iat", QDateTime::currentSecsSinceEpoch()},
                           {"exp", QDateTime::currentSecsSinceEpoch() + 3600}};
        for (auto it = changes.begin(); it != changes.end(); ++it)
            claims[it.key()] = it.value();
        const QJsonObject head{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", key.value("private_key_id")}};
        const QByteArray text = base64Url(QJsonDocument(head).toJson()) + '.' + base64Url(QJsonDocument(claims).toJson());
        const QByteArray signature = rs256(key.value("private_key").toString().toLatin1(), spoil ? text + "x" : text);

        SandboxClient client(m_sandbox);
        const auto reply = client.postForm("/token", QUrlQuery{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                                                               {"assertion", QString::fromLatin1(text + '.' + base64Url(signature))}});

        QCOMPARE(reply.status, error.isEmpty() ? 200 : 400);
        QCOMPARE(reply.text("error"), error);
        QVERIFY2(reply.text("error_description").contains(words), reply.body);
        if (error.isEmpty()) {
            QCOMPARE(reply.text("token_type"), QStringLiteral("Bearer"));
            QVERIFY(reply["expires_in"].isDouble());
            client.token = reply.text("access_token").toLatin1();
            QCOMPARE(client.get("zones/us-central1-a").status, 200);
        }
    }

    void refreshToken_wrongOnesAreRefused_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("error");
        QTest::newRow("token") << "refresh_token" << 400 << "invalid_grant";
        QTest::newRow("client") << "client_id" << 401 << "invalid_client";
        QTest::newRow("secret") << "client_secret" << 401 << "invalid_client";
    }

    void refreshToken_wrongOnesAreRefused()
    {
        QFETCH(QString, field);
        QFETCH(int, status);
        QFETCH(QString, error);
        const QJsonObject user = read(m_sandbox.authorizedUserFile());
        QCOMPARE(user.value("type").toString(), QStringLiteral("authorized_user"));
        QUrlQuery form{{"grant_type", "refresh_token"}};
        for (const QString &name : {QStringLiteral("client_id"), QStringLiteral("client_secret"), QStringLiteral("refresh_token")})
            form.addQueryItem(name, name == field ? QStringLiteral("wrong") : user.value(name).toString());

        const auto reply = SandboxClient(m_sandbox).postForm("/token", form);

        QCOMPARE(reply.status, status);
        QCOMPARE(reply.text("error"), error);
    }

    void unknownGrant_isRefused()
    {
        const auto reply = SandboxClient(m_sandbox).postForm("/token", QUrlQuery{{"grant_type", "password"}});
        QCOMPARE(reply.status, 400);
        QCOMPARE(reply.text("error"), QStringLiteral("unsupported_grant_type"));
    }

    void callWithoutToken_is401InTheNewEnvelope()
    {
        SandboxClient client(m_sandbox);
        for (const QByteArray &token : {QByteArray(), QByteArray("ya29.stale")}) {
            client.token = token;
            const auto reply = client.get("zones");
            QCOMPARE(reply.status, 401);
            QCOMPARE(reply.error().value("status").toString(), QStringLiteral("UNAUTHENTICATED"));
            QCOMPARE(reply.error().value("details").toArray().first().toObject().value("reason").toString(),
                     token.isEmpty() ? QStringLiteral("CREDENTIALS_MISSING") : QStringLiteral("ACCESS_TOKEN_EXPIRED"));
        }
    }

    void expiredTokens_newSignInHelps()
    {
        SandboxClient client(m_sandbox);
        QCOMPARE(client.get("zones/us-central1-a").status, 200);
        QCOMPARE(client.fault("expire-tokens").status, 200);
        QCOMPARE(client.get("zones/us-central1-a").status, 401);
        client.signIn();
        QCOMPARE(client.get("zones/us-central1-a").status, 200);
    }

    void files_areForTheirOwnerOnlyAndSurviveARestart()
    {
        const QJsonObject before = read(m_sandbox.credentialsFile());
        for (const char *name : {"credentials.json", "authorized_user.json", "endpoint.json"}) {
            const auto mode = QFile::permissions(m_sandbox.stateDirectory() + '/' + name) & ~(QFile::ReadUser | QFile::WriteUser);
            QCOMPARE(mode, QFile::ReadOwner | QFile::WriteOwner);
        }
        m_sandbox.stop();
        m_sandbox.start();
        const QJsonObject after = read(m_sandbox.credentialsFile());
        QCOMPARE(after.value("private_key"), before.value("private_key"));
        QCOMPARE(after.value("token_uri").toString(), m_sandbox.tokenEndpoint().toString());
    }

    void administration_wantsItsOwnToken()
    {
        SandboxClient client(m_sandbox);
        QCOMPARE(client.get("/nimbook/faults").status, 401);
        QCOMPARE(client.admin("GET", "/nimbook/faults").status, 200);
    }

private:
    static QJsonObject read(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    }

    SandboxFixture m_sandbox;
};

QTEST_GUILESS_MAIN(SandboxApiSignInTest)
#include "sandbox_api_sign_in_test.moc"
