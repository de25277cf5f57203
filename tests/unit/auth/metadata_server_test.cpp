// SPDX-License-Identifier: Apache-2.0
#include "auth/metadata_server.h"

#include "net/network_transport.h"
#include "tests/support/fake_clock.h"
#include "tests/support/finish.h"
#include "tests/support/raw_http_server.h"

using namespace nimbook;
using namespace nimbook::auth;
using namespace nimbook::testing;
using namespace std::chrono_literals;

/// Nimbook on a machine of Compute Engine, whose metadata server is a small one of our own.
class MetadataServerTest : public QObject {
    Q_OBJECT

    QMap<QByteArray, QByteArray> m_values; ///< path below /computeMetadata/v1/ → body
    QByteArray m_flavor;
    int m_stumbles = 0; ///< so many answers are 503 first
    std::unique_ptr<RawHttpServer> m_server;
    net::NetworkTransport m_transport;

    Result<MachineIdentity> identity() { return resultOf(machineIdentity(m_transport, nullptr, Backoff{1ms, 1.0, 1ms}), 30s); }

private Q_SLOTS:
    void init()
    {
        m_flavor = "Metadata-Flavor: Google\r\n";
        m_stumbles = 0;
        m_values = {{"instance/service-accounts/default/email", "robot@vision-lab.iam.gserviceaccount.com"},
                    {"instance/service-accounts/default/scopes", "https://www.googleapis.com/auth/logging.write\nhttps://www.googleapis.com/auth/cloud-platform\n"},
                    {"instance/service-accounts/default/token", R"({"access_token":"ya29.machine","expires_in":3599,"token_type":"Bearer"})"},
                    {"project/project-id", "vision-lab"}};
        m_server = std::make_unique<RawHttpServer>([this](QTcpSocket &socket, const QByteArray &request) {
            const QByteArray path = request.split(' ').value(1).mid(qstrlen("/computeMetadata/v1/"));
            if (!request.toLower().contains("metadata-flavor: google\r\n"))
                socket.write(RawHttpServer::answer("403 Forbidden", "Missing Metadata-Flavor:Google header.", m_flavor));
            else if (m_stumbles-- > 0)
                socket.write(RawHttpServer::answer("503 Service Unavailable", {}, m_flavor));
            else if (m_values.contains(path))
                socket.write(RawHttpServer::answer("200 OK", m_values.value(path), m_flavor));
            else
                socket.write(RawHttpServer::answer("404 Not Found", {}, m_flavor));
        });
        qputenv("GCE_METADATA_HOST", "127.0.0.1:" + QByteArray::number(m_server->serverPort()));
    }
    void cleanup() { qunsetenv("GCE_METADATA_HOST"); }

    void machine_saysWhoItIs()
    {
        QVERIFY(mayRunOnGoogle());
        const auto who = identity();
        QVERIFY2(who, who ? "" : qPrintable(who.error().message));
        QCOMPARE(who->account, QStringLiteral("robot@vision-lab.iam.gserviceaccount.com"));
        QCOMPARE(who->projectId, QStringLiteral("vision-lab"));
        const auto source = makeMachineTokenSource(*who, m_transport, std::make_shared<FakeClock>(), Backoff{1ms, 1.0, 1ms});
        QCOMPARE(resultOf(source->accessToken(nullptr)).value(), Secret("ya29.machine"));
        QCOMPARE(source->account(), who->account);
    }

    void serverStumbles_isAskedThreeTimes()
    {
        m_stumbles = 2;
        QVERIFY(identity());
        m_stumbles = 3;
        const auto who = identity();
        QVERIFY(!who);
        QCOMPARE(who.error().kind, ErrorKind::ServerError);
    }

    void noServiceAccount_isSaid()
    {
        m_values.remove("instance/service-accounts/default/email");
        const auto who = identity();
        QCOMPARE(who.error().kind, ErrorKind::NotFound);
        QVERIFY2(who.error().message.contains(QLatin1String("no service account")), qPrintable(who.error().message));
        QVERIFY(!who.error().nextStep.isEmpty());
    }

    void scopesWithoutCompute_areSaid()
    {
        m_values["instance/service-accounts/default/scopes"] = "https://www.googleapis.com/auth/devstorage.read_only\n";
        const auto who = identity();
        QCOMPARE(who.error().kind, ErrorKind::PermissionDenied);
        QVERIFY2(who.error().message.contains(QLatin1String("access scopes")), qPrintable(who.error().message));
    }

    void somebodyElseAnswers_isNotBelieved()
    {
        m_flavor.clear(); // a captive portal that answers for every address
        QCOMPARE(identity().error().kind, ErrorKind::Protocol);
    }

    void nobodyAnswers_isANetworkError()
    {
        m_server.reset();
        QCOMPARE(identity().error().kind, ErrorKind::Network);
    }

    void check_canBeForbidden()
    {
        qputenv("NO_GCE_CHECK", "true");
        QVERIFY(!mayRunOnGoogle());
        qunsetenv("NO_GCE_CHECK");
    }
};

QTEST_GUILESS_MAIN(MetadataServerTest)
#include "metadata_server_test.moc"
