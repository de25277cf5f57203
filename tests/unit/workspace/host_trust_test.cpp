// SPDX-License-Identifier: Apache-2.0
#include "workspace/host_trust.h"
#include "workspace/machine_marks.h"

#include <QTest>

using namespace nimbook;
using namespace nimbook::workspace;

class HostTrustTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void guestAttributes_becomeHostKeys()
    {
        const auto keys = hostKeysFromGuestAttributes({{QStringLiteral("hostkeys/ssh-ed25519"), QStringLiteral("AAAAC3Nz")},
                                                       {QStringLiteral("hostkeys/ssh-rsa"), QStringLiteral("AAAAB3Nz root@vm")},
                                                       {QStringLiteral("nimbook/state"), QStringLiteral("ready")}});
        QCOMPARE(keys.size(), 2);
        QVERIFY(keys.contains({QStringLiteral("ssh-ed25519"), "AAAAC3Nz"}));
        QVERIFY(keys.contains({QStringLiteral("ssh-rsa"), "AAAAB3Nz"})); // cut at the first blank
    }

    void attributesThatSmuggle_areIgnored_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("unknown type") << QStringLiteral("hostkeys/ssh-dss") << QStringLiteral("AAAAB3Nz");
        QTest::newRow("not base64") << QStringLiteral("hostkeys/ssh-rsa") << QStringLiteral("AAA*");
        QTest::newRow("not canonical") << QStringLiteral("hostkeys/ssh-rsa") << QStringLiteral("AAAAB3N");
        QTest::newRow("empty") << QStringLiteral("hostkeys/ssh-rsa") << QString();
        QTest::newRow("other namespace") << QStringLiteral("evil/ssh-rsa") << QStringLiteral("AAAAB3Nz");
    }
    void attributesThatSmuggle_areIgnored()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QVERIFY(hostKeysFromGuestAttributes({{key, value}}).isEmpty());
    }

    void publishedKey_isFound_data()
    {
        QTest::addColumn<QString>("lines");
        QTest::addColumn<bool>("found");
        const QString expiring = QStringLiteral("ada:ssh-ed25519 AAAA google-ssh {\"userName\":\"ada\",\"expireOn\":\"%1\"}");
        QTest::newRow("none") << QString() << false;
        QTest::newRow("plain") << QStringLiteral("bob:ssh-rsa B b\nada:ssh-ed25519 AAAA") << true;
        QTest::newRow("plain with comment") << QStringLiteral("ada:ssh-ed25519 AAAA ada@laptop\r\n") << true;
        QTest::newRow("of another user") << QStringLiteral("bob:ssh-ed25519 AAAA") << false;
        QTest::newRow("longer key") << QStringLiteral("ada:ssh-ed25519 AAAABBBB") << false;
        QTest::newRow("good") << expiring.arg(QStringLiteral("2026-12-01T10:00:00+0000")) << true;
        QTest::newRow("expired") << expiring.arg(QStringLiteral("2026-11-01T10:00:00+0000")) << false;
        QTest::newRow("malformed") << QStringLiteral("ada:ssh-ed25519 AAAA google-ssh {}") << false;
    }
    void publishedKey_isFound()
    {
        QFETCH(QString, lines);
        const QMap<QString, QString> metadata{{QStringLiteral("ssh-keys"), lines}};
        const QDateTime until(QDate(2026, 11, 23), QTime(10, 0), Qt::UTC);
        QTEST(hasSshKey(metadata, QStringLiteral("ada"), "ssh-ed25519 AAAA", until), "found");
    }

    void projectsKeys_areTakenUnlessTheMachineSaysOtherwise_data()
    {
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("value");
        QTest::addColumn<bool>("taken");
        QTest::newRow("nothing said") << QStringLiteral("site") << QStringLiteral("lab") << true;
        QTest::newRow("blocked") << QStringLiteral("block-project-ssh-keys") << QStringLiteral("TRUE") << false;
        QTest::newRow("blocked, small letters") << QStringLiteral("block-project-ssh-keys") << QStringLiteral("true") << false;
        QTest::newRow("not blocked") << QStringLiteral("block-project-ssh-keys") << QStringLiteral("FALSE") << true;
        QTest::newRow("own keys in the old item") << QStringLiteral("sshKeys") << QStringLiteral("bob:ssh-rsa B b") << false;
    }
    void projectsKeys_areTakenUnlessTheMachineSaysOtherwise()
    {
        QFETCH(QString, item);
        QFETCH(QString, value);
        cloud::Instance machine;
        machine.metadata.insert(item, value);
        QTEST(takesProjectKeys(machine), "taken");
    }

    void metadataBoolean_isTrueInAnyCase_andAbsentIsNotFalse()
    {
        cloud::Instance machine;
        QVERIFY(!workspace::usesOsLogin(machine)); // absent: the project decides
        for (const char *yes : {"true", "TRUE", "True"}) {
            machine.metadata = {{QStringLiteral("enable-oslogin"), QString::fromLatin1(yes)}};
            QCOMPARE(workspace::usesOsLogin(machine), std::optional(true));
        }
        for (const char *no : {"false", "FALSE", "", "1x"}) {
            machine.metadata = {{QStringLiteral("enable-oslogin"), QString::fromLatin1(no)}};
            QCOMPARE(workspace::usesOsLogin(machine), std::optional(false)); // said here, whatever the project says
        }
    }

    void loginName_fitsLinuxAndGoogle_data()
    {
        QTest::addColumn<QString>("local");
        QTest::addColumn<QString>("login");
        QTest::newRow("plain") << QStringLiteral("ada") << QStringLiteral("ada");
        QTest::newRow("root") << QStringLiteral("root") << QStringLiteral("nimbook");
        QTest::newRow("none") << QString() << QStringLiteral("nimbook");
        QTest::newRow("e-mail") << QStringLiteral("Ada.L@Example.com") << QStringLiteral("ada_l_example_com");
        QTest::newRow("digit first") << QStringLiteral("7of9") << QStringLiteral("g7of9");
        QTest::newRow("not Latin") << QStringLiteral("Ада") << QStringLiteral("nimbook");
        QTest::newRow("long") << QString(60, QLatin1Char('x')) << QString(31, QLatin1Char('x'));
    }
    void loginName_fitsLinuxAndGoogle()
    {
        QFETCH(QString, local);
        QTEST(loginNameFrom(local), "login");
    }

    void marks_areAddedAndRecognised()
    {
        cloud::CreateSpec spec;
        spec.labels.insert(QStringLiteral("team"), QStringLiteral("vision"));
        markAsOurs(spec, QStringLiteral("Ada L"), QStringLiteral("img:1"), QStringLiteral("#!/bin/sh\n"));
        QCOMPARE(spec.labels.value(QStringLiteral("team")), QStringLiteral("vision"));
        QCOMPARE(spec.labels.value(QStringLiteral("owner")), QStringLiteral("ada_l"));
        QCOMPARE(spec.metadata.value(QStringLiteral("enable-guest-attributes")), QStringLiteral("TRUE"));
        QCOMPARE(spec.metadata.value(QStringLiteral("startup-script")), QStringLiteral("#!/bin/sh\n"));
        QCOMPARE(spec.metadata.value(imageMetadataKey()), QStringLiteral("img:1"));
        for (auto it = spec.labels.cbegin(); it != spec.labels.cend(); ++it)
            QCOMPARE(cloud::labelProblem(it.key(), it.value()), QString());

        cloud::Instance machine;
        QVERIFY(!isOurs(machine));
        machine.labels = spec.labels;
        QVERIFY(isOurs(machine));
    }
};

QTEST_GUILESS_MAIN(HostTrustTest)
#include "host_trust_test.moc"
