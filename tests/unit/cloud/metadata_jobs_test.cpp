// SPDX-License-Identifier: Apache-2.0
#include "cloud/jobs/instance_jobs.h"

#include "cloud/jobs/publish_ssh_key.h"
#include "cloud/jobs/ssh_key_lines.h"
#include "cloud/model/metadata_items.h"
#include "tests/support/fake_token_source.h"
#include "tests/support/fake_transport.h"
#include "tests/support/finish.h"

using namespace nimbook;
using namespace nimbook::cloud;
using namespace nimbook::testing;
using namespace std::chrono_literals;

namespace {

const InstanceRef trainer{QStringLiteral("vision-lab"), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
const QString sshKeys = QStringLiteral("ssh-keys");
const QDateTime now(QDate(2026, 11, 23), QTime(9, 0), Qt::UTC);
const QByteArray publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey ada@laptop\n";

/// One machine's metadata, or its project's, as Google keeps it: a write with a stale fingerprint is refused, in either of two ways.
class MetadataServer {
public:
    enum class Refusal { Http412, Operation };

    explicit MetadataServer(FakeTransport &transport)
    {
        transport.handleWith([this](const net::HttpRequest &request) { return answer(request); });
    }

    QMap<QString, QString> metadata{{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\n")}};
    int writes = 0;
    int reads = 0;
    int rivals = 0; ///< so many times somebody else writes between our read and our write
    bool loseNextAnswer = false;
    bool readOnly = false;
    Refusal refusal = Refusal::Http412;

private:
    QString fingerprint() const { return QStringLiteral("fp%1+/=").arg(m_version); }

    Result<net::HttpResponse> answer(const net::HttpRequest &request)
    {
        if (request.verb == "GET") {
            ++reads;
            const QJsonObject found{{QStringLiteral("fingerprint"), fingerprint()}, {QStringLiteral("items"), metadataToItems(metadata)}};
            const bool ofProject = request.url.path().endsWith(QLatin1String("/projects/vision-lab"));
            const QJsonObject json = ofProject
                ? QJsonObject{{QStringLiteral("commonInstanceMetadata"), found}}
                : QJsonObject{{QStringLiteral("name"), trainer.name}, {QStringLiteral("zone"), trainer.zone}, {QStringLiteral("metadata"), found}};
            if (rivals > 0) {
                --rivals;
                ++m_version;
                metadata.insert(QStringLiteral("rival"), QString::number(m_version));
            }
            return FakeTransport::json(json);
        }
        if (readOnly)
            return FakeTransport::googleError(403, QStringLiteral("forbidden"), QStringLiteral("Required 'compute.projects.setCommonInstanceMetadata' permission for 'projects/vision-lab'"));
        const QJsonObject body = FakeTransport::body(request);
        if (body.value(QStringLiteral("fingerprint")).toString() != fingerprint())
            return refused();
        metadata = metadataFromItems(body.value(QStringLiteral("items")).toArray());
        ++m_version;
        ++writes;
        if (std::exchange(loseNextAnswer, false))
            return FakeTransport::wireError();
        return FakeTransport::json({{QStringLiteral("name"), QStringLiteral("op-1")}, {QStringLiteral("status"), QStringLiteral("DONE")}});
    }

    Result<net::HttpResponse> refused() const
    {
        const QString text = QStringLiteral("Supplied fingerprint does not match current metadata fingerprint.");
        if (refusal == Refusal::Http412)
            return FakeTransport::googleError(412, QStringLiteral("conditionNotMet"), text);
        const QJsonObject problem{{QStringLiteral("code"), QStringLiteral("INVALID_USAGE")}, {QStringLiteral("message"), text}};
        return FakeTransport::json({{QStringLiteral("name"), QStringLiteral("op-1")}, {QStringLiteral("status"), QStringLiteral("DONE")},
                                    {QStringLiteral("error"), QJsonObject{{QStringLiteral("errors"), QJsonArray{problem}}}}});
    }

    int m_version = 1;
};

} // namespace

class MetadataJobsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<FakeTransport> m_transport;
    FakeTokenSource m_tokens;
    std::unique_ptr<net::ApiClient> m_api;
    std::unique_ptr<ComputeClient> m_client;
    std::unique_ptr<MetadataServer> m_server;

    Result<Done> set(const QString &key, const QString &value)
    {
        return resultOf(updateMetadata(*m_client, trainer, [=](QMap<QString, QString> &metadata) { metadata.insert(key, value); }, nullptr), 30s);
    }
    Result<Done> publish(const QString &user = QStringLiteral("ada"), const QDateTime &expires = QDateTime::currentDateTimeUtc().addDays(1))
    {
        return resultOf(publishSshKey(*m_client, trainer, wish(user, expires), nullptr));
    }
    Result<Done> publishToProject(const QDateTime &expires = QDateTime::currentDateTimeUtc().addDays(1))
    {
        return resultOf(publishSshKeyToProject(*m_client, trainer.project, wish(QStringLiteral("ada"), expires), nullptr));
    }
    static SshKeyWish wish(const QString &user, const QDateTime &expires)
    {
        return {user, publicKey, QDateTime::currentDateTimeUtc().addSecs(3600), expires};
    }

private Q_SLOTS:
    void init()
    {
        m_transport = std::make_unique<FakeTransport>();
        m_api = std::make_unique<net::ApiClient>(*m_transport, m_tokens, Backoff{1ms, 1.0, 1ms});
        m_client = std::make_unique<ComputeClient>(*m_api, Endpoints());
        m_server = std::make_unique<MetadataServer>(*m_transport);
    }

    void change_keepsEverythingElse()
    {
        QVERIFY(set(QStringLiteral("nimbook-image"), QStringLiteral("gpu")));
        QCOMPARE(m_server->metadata, (QMap<QString, QString>{{QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\n")}, {QStringLiteral("nimbook-image"), QStringLiteral("gpu")}}));
        QCOMPARE(m_server->writes, 1);
    }

    void noChange_writesNothing()
    {
        QVERIFY(set(QStringLiteral("startup-script"), QStringLiteral("#!/bin/sh\n")));
        QCOMPARE(m_server->writes, 0);
    }

    void somebodyElseIsFaster_bothChangesSurvive_data()
    {
        QTest::addColumn<int>("rivals");
        QTest::addColumn<bool>("asOperation");
        QTest::newRow("412 once") << 1 << false;
        QTest::newRow("412 four times") << 4 << false;
        QTest::newRow("operation's text") << 1 << true;
    }
    void somebodyElseIsFaster_bothChangesSurvive()
    {
        QFETCH(int, rivals);
        QFETCH(bool, asOperation);
        m_server->rivals = rivals;
        m_server->refusal = asOperation ? MetadataServer::Refusal::Operation : MetadataServer::Refusal::Http412;
        QVERIFY(set(QStringLiteral("mine"), QStringLiteral("1")));
        QCOMPARE(m_server->metadata.value(QStringLiteral("mine")), QStringLiteral("1"));
        QVERIFY(m_server->metadata.contains(QStringLiteral("rival")));
        QCOMPARE(m_server->writes, 1);
        QCOMPARE(m_server->reads, rivals + 1);
    }

    void rivalWithoutEnd_isGivenUp()
    {
        m_server->rivals = 1000;
        QCOMPARE(set(QStringLiteral("mine"), QStringLiteral("1")).error().kind, ErrorKind::Conflict);
        QCOMPARE(m_server->writes, 0);
        QCOMPARE(m_server->reads, 10);
    }

    void lostAnswerOfAWrite_endsWell()
    {
        m_server->loseNextAnswer = true; // carried out, answer lost: the repetition meets a new fingerprint
        QVERIFY(set(QStringLiteral("mine"), QStringLiteral("1")));
        QCOMPARE(m_server->writes, 1);
        QCOMPARE(m_server->metadata.value(QStringLiteral("mine")), QStringLiteral("1"));
    }

    void publishedKey_hasGooglesForm()
    {
        m_server->metadata.insert(sshKeys, QStringLiteral("bob:ssh-rsa BBBB bob@desk"));
        QVERIFY(publish(QStringLiteral("ada"), QDateTime(QDate(2099, 11, 23), QTime(11, 0), Qt::OffsetFromUTC, 3600)));
        QCOMPARE(m_server->metadata.value(sshKeys),
                 QStringLiteral("bob:ssh-rsa BBBB bob@desk\nada:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey google-ssh {\"userName\":\"ada\",\"expireOn\":\"2099-11-23T10:00:00+0000\"}"));
        QVERIFY(m_server->metadata.contains(QStringLiteral("startup-script")));
    }

    void sameKeyAgain_writesNothing()
    {
        QVERIFY(publish());
        QVERIFY(publish());
        QCOMPARE(m_server->writes, 1);
    }

    void keyThatEndsSoon_isRenewed()
    {
        QVERIFY(publish(QStringLiteral("ada"), QDateTime::currentDateTimeUtc().addSecs(1800)));
        QVERIFY(publish(QStringLiteral("ada"), QDateTime(QDate(2099, 11, 23), QTime(10, 0), Qt::UTC)));
        QCOMPARE(m_server->writes, 2);
        QVERIFY(m_server->metadata.value(sshKeys).contains(QLatin1String("2099-11-23")));
        QCOMPARE(m_server->metadata.value(sshKeys).count(QLatin1Char('\n')), 0);
    }

    void projectsKey_isAddedToTheOthers()
    {
        m_server->metadata.insert(sshKeys, QStringLiteral("bob:ssh-rsa BBBB bob@desk"));
        QVERIFY(publishToProject(QDateTime(QDate(2099, 11, 23), QTime(10, 0), Qt::UTC)));
        QCOMPARE(m_server->metadata.value(sshKeys),
                 QStringLiteral("bob:ssh-rsa BBBB bob@desk\nada:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKey google-ssh {\"userName\":\"ada\",\"expireOn\":\"2099-11-23T10:00:00+0000\"}"));
        QVERIFY(m_server->metadata.contains(QStringLiteral("startup-script")));
        QVERIFY(m_transport->requests.constLast().url.path().endsWith(QLatin1String("/projects/vision-lab/setCommonInstanceMetadata")));
        QVERIFY(publishToProject());
        QCOMPARE(m_server->writes, 1);
    }

    void projectsKey_somebodyElseIsFaster_bothSurvive_data()
    {
        QTest::addColumn<bool>("asOperation");
        QTest::newRow("412") << false;
        QTest::newRow("operation's text") << true;
    }
    void projectsKey_somebodyElseIsFaster_bothSurvive()
    {
        QFETCH(bool, asOperation);
        m_server->rivals = 2;
        m_server->refusal = asOperation ? MetadataServer::Refusal::Operation : MetadataServer::Refusal::Http412;
        QVERIFY(publishToProject());
        QCOMPARE(m_server->reads, 3);
        QCOMPARE(m_server->writes, 1);
        QVERIFY(m_server->metadata.contains(QStringLiteral("rival")));
        QVERIFY(m_server->metadata.value(sshKeys).startsWith(QLatin1String("ada:")));
    }

    void projectWithoutRoom_nobodysKeyIsDropped()
    {
        m_server->metadata.insert(sshKeys, QStringLiteral("bob:ssh-rsa ") + QString(longestSshKeys - 20, QLatin1Char('B')));
        const auto result = publishToProject();
        QCOMPARE(result.error().kind, ErrorKind::QuotaExceeded);
        QVERIFY2(result.error().message.contains(QLatin1String("vision-lab")), qPrintable(result.error().message));
        QCOMPARE(m_server->writes, 0);
    }

    void projectThatMayNotBeChanged_isSaid()
    {
        m_server->readOnly = true;
        QCOMPARE(publishToProject().error().kind, ErrorKind::PermissionDenied);
    }

    void osLogin_isRefusedInWords()
    {
        m_server->metadata.insert(QStringLiteral("enable-oslogin"), QStringLiteral("True"));
        const auto result = publish();
        QCOMPARE(result.error().kind, ErrorKind::Unsupported);
        QVERIFY(result.error().message.contains(QLatin1String("OS Login")));
        QCOMPARE(m_server->writes, 0);
    }

    void impossibleUser_isRefusedUnsent_data()
    {
        QTest::addColumn<QString>("user");
        QTest::newRow("space") << "ada lovelace";
        QTest::newRow("empty") << "";
        QTest::newRow("colon") << "a:b";
        QTest::newRow("newline") << "ada\nroot";
        QTest::newRow("quote") << "a\"b";
        QTest::newRow("dash") << "-rf";
        QTest::newRow("long") << QString(33, QLatin1Char('a'));
    }
    void impossibleUser_isRefusedUnsent()
    {
        QFETCH(QString, user);
        QCOMPARE(publish(user).error().kind, ErrorKind::InvalidInput);
        QVERIFY(m_transport->requests.isEmpty());
    }

    void publicKey_mustBeOne_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<bool>("good");
        QTest::newRow("ed25519") << QByteArray("ssh-ed25519 AAAA") << true;
        QTest::newRow("comment with spaces") << QByteArray("ssh-rsa AAAA== ada's key, old\r\n") << true;
        QTest::newRow("ecdsa") << QByteArray("ecdsa-sha2-nistp256 AAAA x") << true;
        QTest::newRow("security key") << QByteArray("sk-ssh-ed25519@openssh.com AAAA") << true;
        QTest::newRow("private") << QByteArray("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA") << false;
        QTest::newRow("two lines") << QByteArray("ssh-rsa AAAA x\nroot:ssh-rsa BBBB y") << false;
        QTest::newRow("empty") << QByteArray() << false;
    }
    void publicKey_mustBeOne()
    {
        QFETCH(QByteArray, key);
        QFETCH(bool, good);
        const auto line = expiringSshKeyLine(QStringLiteral("ada"), key, now);
        QCOMPARE(line.has_value(), good);
        QVERIFY(!line || !line->contains(QLatin1Char('\n')));
    }

    void lines_data()
    {
        QTest::addColumn<QString>("existing");
        QTest::addColumn<QString>("expected"); // LINE stands for the new line
        const QString other = QStringLiteral("bob:ssh-rsa BBBB bob@desk");
        const auto google = [](const char *user, const char *blob, const char *expires) {
            return QStringLiteral("%1:ssh-ed25519 %2 google-ssh {\"userName\":\"%1\",\"expireOn\":\"%3\"}").arg(QLatin1String(user), QLatin1String(blob), QLatin1String(expires));
        };
        const QString mine = QStringLiteral("ada:ssh-ed25519 AAAA old comment");
        QTest::newRow("nothing yet") << "" << "LINE";
        QTest::newRow("others stay") << other + QStringLiteral("\n\n") << other + QStringLiteral("\nLINE");
        QTest::newRow("expired goes") << google("eve", "EEEE", "2026-11-23T08:59:59+0000") + QLatin1Char('\n') + other << other + QStringLiteral("\nLINE");
        QTest::newRow("expired by RFC 3339") << google("eve", "EEEE", "2026-11-23T08:00:00Z") << "LINE";
        QTest::newRow("other zone, not expired") << google("eve", "EEEE", "2026-11-23T02:00:00-0800") << google("eve", "EEEE", "2026-11-23T02:00:00-0800") + QStringLiteral("\nLINE");
        QTest::newRow("unreadable expiry stays") << google("eve", "EEEE", "tomorrow") << google("eve", "EEEE", "tomorrow") + QStringLiteral("\nLINE");
        QTest::newRow("same key, unexpired") << google("ada", "AAAA", "2026-11-23T12:00:00+0000") << google("ada", "AAAA", "2026-11-23T12:00:00+0000");
        QTest::newRow("same key, for ever") << mine << mine;
        QTest::newRow("same key, about to end") << google("ada", "AAAA", "2026-11-23T09:02:00+0000") << "LINE";
        QTest::newRow("same key, expired") << google("ada", "AAAA", "2026-11-23T08:00:00+0000") << "LINE";
        QTest::newRow("same key, other user") << QStringLiteral("bob:ssh-ed25519 AAAA x") << QStringLiteral("bob:ssh-ed25519 AAAA x\nLINE");
    }
    void lines()
    {
        QFETCH(QString, existing);
        QFETCH(QString, expected);
        const QString line = *expiringSshKeyLine(QStringLiteral("ada"), "ssh-ed25519 AAAA new", now.addSecs(3600 * 24));
        QCOMPARE(sshKeysWith(existing, line, {now, now.addSecs(300)}), expected.replace(QLatin1String("LINE"), line));
    }

    void fullValue_losesItsOldestKeys()
    {
        QStringList old;
        for (int i = 0; i < 600; ++i)
            old.append(QStringLiteral("user%1:ssh-rsa %2 x").arg(i).arg(QString(500, QLatin1Char('B'))));
        const QString line = *expiringSshKeyLine(QStringLiteral("ada"), "ssh-ed25519 AAAA", now.addDays(1));
        const QString keys = withoutOldestKeys(sshKeysWith(old.join(QLatin1Char('\n')), line, {now, now}));
        QVERIFY(keys.size() <= 262'144);
        QVERIFY(keys.endsWith(line));
        QVERIFY(keys.contains(QLatin1String("user599:")));
        QVERIFY(!keys.contains(QLatin1String("user0:")));
    }
};

QTEST_GUILESS_MAIN(MetadataJobsTest)
#include "metadata_jobs_test.moc"
