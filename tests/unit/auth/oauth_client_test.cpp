// SPDX-License-Identifier: Apache-2.0
#include "auth/oauth_client.h"

#include <QTest>

using namespace nimbook;
using namespace nimbook::auth;

class OAuthClientTest : public QObject {
    Q_OBJECT

    static QByteArray text(QByteArray json) { return json.replace('\'', '"'); }

private Q_SLOTS:
    void desktopAppFile_isRead()
    {
        const QByteArray json = text("{'installed':{'client_id':'12-ab.apps.googleusercontent.com','project_id':'vision-lab',"
                                     "'auth_uri':'https://accounts.google.com/o/oauth2/auth','token_uri':'https://oauth2.googleapis.com/token',"
                                     "'client_secret':'GOCSPX-x','redirect_uris':['http://localhost']}}");
        const auto client = OAuthClient::parse(json, QStringLiteral("client.json"));
        QVERIFY(client);
        QCOMPARE(client->id, QStringLiteral("12-ab.apps.googleusercontent.com"));
        QCOMPARE(client->secret, Secret("GOCSPX-x"));
        QCOMPARE(client->authUri, QUrl(QStringLiteral("https://accounts.google.com/o/oauth2/auth")));
        const auto again = OAuthClient::parse(client->toJson(), QStringLiteral("kept"));
        QVERIFY(again);
        QCOMPARE(again->id, client->id);
        QCOMPARE(again->secret, client->secret);
        QCOMPARE(again->authUri, client->authUri);
    }

    void otherFile_isNamedForWhatItIs_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("said");
        QTest::newRow("web") << text("{'web':{'client_id':'12-ab','client_secret':'s'}}") << "Web application";
        QTest::newRow("credential") << text("{'type':'service_account'}") << "service_account";
        QTest::newRow("nothing") << QByteArray("{}") << "installed";
        QTest::newRow("not json") << QByteArray("dear diary") << "not a JSON file";
        QTest::newRow("no id") << text("{'installed':{'client_secret':'s'}}") << "client ID is missing";
        QTest::newRow("plain http") << text("{'installed':{'client_id':'12-ab','token_uri':'http://evil.example/token'}}") << "token_uri";
        QTest::newRow("a page that is a file") << text("{'installed':{'client_id':'12-ab','auth_uri':'file:///etc/passwd'}}") << "auth_uri";
    }
    void otherFile_isNamedForWhatItIs()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, said);
        const auto client = OAuthClient::parse(json, QStringLiteral("client.json"));
        QVERIFY(!client);
        QVERIFY2(client.error().message.contains(said), qPrintable(client.error().message));
        QVERIFY(client.error().nextStep.contains(QLatin1String("Desktop app")));
    }

    void typedFields_mayHaveSpacesAround()
    {
        const auto client = OAuthClient::fromFields(QStringLiteral("  12-ab.apps.googleusercontent.com\n"), QStringLiteral(" s "));
        QVERIFY(client);
        QCOMPARE(client->id, QStringLiteral("12-ab.apps.googleusercontent.com"));
        QCOMPARE(client->secret, Secret("s"));
        QVERIFY(OAuthClient::fromFields(QStringLiteral("12-ab"), {})); // a public client has no secret
        QVERIFY(!OAuthClient::fromFields(QStringLiteral("two words"), {}));
        QVERIFY(!OAuthClient::fromFields({}, QStringLiteral("s")));
    }
};

QTEST_GUILESS_MAIN(OAuthClientTest)
#include "oauth_client_test.moc"
