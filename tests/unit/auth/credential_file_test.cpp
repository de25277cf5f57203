// SPDX-License-Identifier: Apache-2.0
#include "auth/credential_file.h"

#include "tests/unit/auth/test_keys.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace nimbook;
using nimbook::auth::CredentialFile;

namespace {

QByteArray toJson(const QJsonObject &json)
{
    return QJsonDocument(json).toJson();
}

} // namespace

class CredentialFileTest : public QObject {
    Q_OBJECT

    testing::TestKey m_key;

    QJsonObject serviceAccount() const
    {
        return {{QStringLiteral("type"), QStringLiteral("service_account")},
                {QStringLiteral("project_id"), QStringLiteral("vision-lab")},
                {QStringLiteral("private_key_id"), QStringLiteral("key-7")},
                {QStringLiteral("private_key"), QString::fromLatin1(m_key.pem())},
                {QStringLiteral("client_email"), QStringLiteral("robot@vision-lab.iam.gserviceaccount.com")},
                {QStringLiteral("client_id"), QStringLiteral("1234")},
                {QStringLiteral("token_uri"), QStringLiteral("https://example.org/token")}};
    }
    static QJsonObject authorizedUser()
    {
        return {{QStringLiteral("type"), QStringLiteral("authorized_user")},
                {QStringLiteral("client_id"), QStringLiteral("app.apps.googleusercontent.com")},
                {QStringLiteral("client_secret"), QStringLiteral("not-so-secret")},
                {QStringLiteral("refresh_token"), QStringLiteral("1//refresh")},
                {QStringLiteral("quota_project_id"), QStringLiteral("billing-lab")},
                {QStringLiteral("account"), QStringLiteral("ada@example.com")}};
    }

    static QJsonObject impersonatedBy(const QJsonObject &source)
    {
        return {{QStringLiteral("type"), QStringLiteral("impersonated_service_account")},
                {QStringLiteral("delegates"), QJsonArray{QStringLiteral("middle@vision-lab.iam.gserviceaccount.com")}},
                {QStringLiteral("service_account_impersonation_url"),
                 QStringLiteral("https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/robot@vision-lab.iam.gserviceaccount.com:generateAccessToken")},
                {QStringLiteral("source_credentials"), source}};
    }
    static QJsonObject impersonated() { return impersonatedBy(authorizedUser()); }

private Q_SLOTS:
    void serviceAccount_isRead()
    {
        const auto file = CredentialFile::parse(toJson(serviceAccount()), QStringLiteral("key.json"));
        QVERIFY2(file, file ? "" : qPrintable(file.error().message));
        QCOMPARE(file->type, CredentialFile::Type::ServiceAccount);
        QCOMPARE(file->account, QStringLiteral("robot@vision-lab.iam.gserviceaccount.com"));
        QCOMPARE(file->projectId, QStringLiteral("vision-lab"));
        QCOMPARE(file->privateKeyId, QStringLiteral("key-7"));
        QCOMPARE(file->privateKey.reveal(), m_key.pem());
        QCOMPARE(file->tokenUri, QUrl(QStringLiteral("https://example.org/token")));
    }

    void authorizedUser_isReadWithGooglesTokenAddress()
    {
        const auto file = CredentialFile::parse(toJson(authorizedUser()), QStringLiteral("adc.json"));
        QVERIFY2(file, file ? "" : qPrintable(file.error().message));
        QCOMPARE(file->type, CredentialFile::Type::AuthorizedUser);
        QCOMPARE(file->account, QStringLiteral("ada@example.com"));
        QCOMPARE(file->quotaProject, QStringLiteral("billing-lab"));
        QCOMPARE(file->refreshToken.reveal(), QByteArray("1//refresh"));
        QCOMPARE(file->tokenUri, QUrl(QStringLiteral("https://oauth2.googleapis.com/token")));
    }

    void impersonation_isReadWithItsSource()
    {
        const auto file = CredentialFile::parse(toJson(impersonated()), QStringLiteral("adc.json"));
        QVERIFY2(file, file ? "" : qPrintable(file.error().message));
        QCOMPARE(file->type, CredentialFile::Type::ImpersonatedServiceAccount);
        QCOMPARE(file->account, QStringLiteral("robot@vision-lab.iam.gserviceaccount.com"));
        QCOMPARE(file->source->refreshToken, Secret("1//refresh"));
        QCOMPARE(file->delegates, QStringList{QStringLiteral("middle@vision-lab.iam.gserviceaccount.com")});
        QCOMPARE(file->storeKey(), QStringLiteral("account/robot@vision-lab.iam.gserviceaccount.com"));
    }

    void twoUsersOfGcloud_restApart()
    {
        QJsonObject one = authorizedUser();
        one.remove(QStringLiteral("account")); // as gcloud writes it
        QJsonObject two = one;
        two[QStringLiteral("refresh_token")] = QStringLiteral("1//another");
        const auto keyOf = [](const QJsonObject &json) { return CredentialFile::parse(toJson(json), QStringLiteral("adc.json"))->storeKey(); };
        QVERIFY(keyOf(one) != keyOf(two));
        QCOMPARE(keyOf(one), keyOf(one));
        QVERIFY(!keyOf(one).contains(QLatin1String("refresh")));
    }

    void writtenAndReadAgain_isTheSame()
    {
        for (const QJsonObject &json : {serviceAccount(), authorizedUser(), impersonated()}) {
            const auto file = CredentialFile::parse(toJson(json), QStringLiteral("first"));
            QVERIFY(file);
            const auto again = CredentialFile::parse(file->toJson(), QStringLiteral("again"));
            QVERIFY2(again, again ? "" : qPrintable(again.error().message));
            QCOMPARE(again->toJson(), file->toJson());
            QCOMPARE(again->type, file->type);
            QCOMPARE(again->account, file->account);
            QCOMPARE(again->privateKey, file->privateKey);
            QCOMPARE(again->refreshToken, file->refreshToken);
            QCOMPARE(again->quotaProject, file->quotaProject);
        }
    }

    void wrongFile_isNamedForWhatItIs_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<QString>("says");
        const auto without = [](QJsonObject json, const char *field) {
            json.remove(QLatin1String(field));
            return toJson(json);
        };
        const auto with = [](QJsonObject json, const char *field, const char *value) {
            json.insert(QLatin1String(field), QLatin1String(value));
            return toJson(json);
        };
        QTest::newRow("empty") << QByteArray(" \n") << ErrorKind::InvalidInput << "empty";
        QTest::newRow("not JSON") << QByteArray("-----BEGIN PRIVATE KEY-----") << ErrorKind::InvalidInput << "not a JSON file";
        QTest::newRow("JSON list") << QByteArray("[1,2]") << ErrorKind::InvalidInput << "not a JSON file";
        QTest::newRow("cut off") << toJson(authorizedUser()).chopped(20) << ErrorKind::InvalidInput << "not a JSON file";
        QTest::newRow("no type") << QByteArray("{\"a\":1}") << ErrorKind::Unsupported << "no field “type”";
        QTest::newRow("OAuth client, desktop") << QByteArray(R"({"installed":{"client_id":"x"}})") << ErrorKind::Unsupported << "OAuth client";
        QTest::newRow("OAuth client, web") << QByteArray(R"({"web":{"client_id":"x"}})") << ErrorKind::Unsupported << "OAuth client";
        QTest::newRow("federation") << QByteArray(R"({"type":"external_account"})") << ErrorKind::Unsupported << "federation";
        QTest::newRow("workforce") << QByteArray(R"({"type":"external_account_authorized_user"})") << ErrorKind::Unsupported << "federation";
        QTest::newRow("impersonation without an address") << QByteArray(R"({"type":"impersonated_service_account"})") << ErrorKind::InvalidInput << "“service_account_impersonation_url” is missing";
        QTest::newRow("impersonation by nobody") << without(impersonated(), "source_credentials") << ErrorKind::InvalidInput << "“source_credentials” is missing";
        QTest::newRow("impersonation elsewhere") << with(impersonated(), "service_account_impersonation_url", "http://example.org/serviceAccounts/a@b:generateAccessToken")
                                                 << ErrorKind::InvalidInput << "service_account_impersonation_url";
        QTest::newRow("impersonation from a federation") << toJson(impersonatedBy({{QStringLiteral("type"), QStringLiteral("external_account")}}))
                                                         << ErrorKind::Unsupported << "federation";
        QTest::newRow("impersonation of an impersonation") << toJson(impersonatedBy(impersonated())) << ErrorKind::Unsupported << "delegates";
        QTest::newRow("unknown type") << QByteArray(R"({"type":"brand_new"})") << ErrorKind::Unsupported << "brand_new";
        QTest::newRow("distributed cloud") << QByteArray(R"({"type":"gdch_service_account"})") << ErrorKind::Unsupported << "gdch_service_account";
        QTest::newRow("no refresh token") << without(authorizedUser(), "refresh_token") << ErrorKind::InvalidInput << "“refresh_token” is missing";
        QTest::newRow("no e-mail") << without(serviceAccount(), "client_email") << ErrorKind::InvalidInput << "“client_email” is missing";
        QTest::newRow("no key") << without(serviceAccount(), "private_key") << ErrorKind::InvalidInput << "“private_key” is missing";
        QTest::newRow("broken key") << with(serviceAccount(), "private_key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
                                    << ErrorKind::InvalidInput << "private key cannot be read";
        QTest::newRow("token to anybody") << with(serviceAccount(), "token_uri", "http://example.org/token") << ErrorKind::InvalidInput << "not an https address";
        QTest::newRow("another cloud") << with(authorizedUser(), "universe_domain", "s3ns.fr") << ErrorKind::Unsupported << "s3ns.fr";
    }
    void wrongFile_isNamedForWhatItIs()
    {
        QFETCH(QByteArray, content);
        QFETCH(ErrorKind, kind);
        QFETCH(QString, says);
        const auto file = CredentialFile::parse(content, QStringLiteral("chosen.json"));
        QVERIFY(!file);
        QCOMPARE(errorKindName(file.error().kind), errorKindName(kind));
        QVERIFY2(file.error().message.contains(says), qPrintable(file.error().message));
        QVERIFY2(file.error().message.contains(QLatin1String("chosen.json")), qPrintable(file.error().message));
        QVERIFY(!file.error().nextStep.isEmpty());
        QVERIFY2(!file.error().detail.contains(QLatin1String("AAAA")), "the key must not show");
    }

    void sandboxOnLoopback_mayUseHttp()
    {
        QJsonObject json = serviceAccount();
        json.insert(QStringLiteral("token_uri"), QStringLiteral("http://127.0.0.1:4711/token"));
        QVERIFY(CredentialFile::parse(toJson(json), QStringLiteral("credentials.json")));
    }

    void path_isCheckedFirst()
    {
        QTemporaryDir folder;
        const auto missing = CredentialFile::read(folder.filePath(QStringLiteral("none.json")));
        QCOMPARE(missing.error().kind, ErrorKind::FileSystem);
        QVERIFY(missing.error().message.contains(QLatin1String("no such file")));
        QVERIFY(CredentialFile::read(folder.path()).error().message.contains(QLatin1String("not a file")));

        QFile file(folder.filePath(QStringLiteral("it's a \"key\".json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJson(serviceAccount()));
        file.close();
        QVERIFY(CredentialFile::read(file.fileName()));

        QFile huge(folder.filePath(QStringLiteral("huge.json")));
        QVERIFY(huge.open(QIODevice::WriteOnly));
        QVERIFY(huge.resize(10'000'000));
        QVERIFY(CredentialFile::read(huge.fileName()).error().message.contains(QLatin1String("too large")));
    }

    void defaultPath_followsTheEnvironment()
    {
        QTemporaryDir folder;
        qputenv("CLOUDSDK_CONFIG", folder.path().toUtf8());
        qunsetenv("GOOGLE_APPLICATION_CREDENTIALS");
        QCOMPARE(CredentialFile::defaultPath(), QString());
        QFile file(folder.filePath(QStringLiteral("application_default_credentials.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(CredentialFile::defaultPath(), file.fileName());
        qputenv("GOOGLE_APPLICATION_CREDENTIALS", "/somewhere/key.json");
        QCOMPARE(CredentialFile::defaultPath(), QStringLiteral("/somewhere/key.json"));
        qunsetenv("GOOGLE_APPLICATION_CREDENTIALS");
        qunsetenv("CLOUDSDK_CONFIG");
    }
};

QTEST_GUILESS_MAIN(CredentialFileTest)
#include "credential_file_test.moc"
