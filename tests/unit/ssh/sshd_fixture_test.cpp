// SPDX-License-Identifier: Apache-2.0
#include "support/sshd_fixture.h"

#include <QElapsedTimer>
#include <QTcpSocket>
#include <QTest>

using nimbook::testing::SshdFixture;

// Other tests lean on the fixture; OpenSSH's own client says here whether it stands.
class SshdFixtureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ownKey_logsIn();
    void shellOfASession_readsNoFileOfTheUsersHome();
    void strangersKey_isRefused();
    void sessionsAreCut_listenerStays();
    void killedAndRestarted_samePortAnswers();
};

static int ssh(const SshdFixture &sshd, const QString &key, const QString &command, QByteArray *output = nullptr)
{
    QProcess process;
    process.start(QStringLiteral("ssh"),
                  {QStringLiteral("-F"), QStringLiteral("none"), QStringLiteral("-i"), key, QStringLiteral("-p"),
                   QString::number(sshd.port()), QStringLiteral("-o"), QStringLiteral("BatchMode=yes"),
                   QStringLiteral("-o"), QStringLiteral("IdentitiesOnly=yes"), QStringLiteral("-o"),
                   QStringLiteral("IdentityAgent=none"), QStringLiteral("-o"), QStringLiteral("StrictHostKeyChecking=no"),
                   QStringLiteral("-o"), QStringLiteral("UserKnownHostsFile=/dev/null"), QStringLiteral("-l"), sshd.user(),
                   QStringLiteral("127.0.0.1"), command});
    process.waitForFinished(20'000);
    if (output)
        *output = process.readAllStandardOutput();
    return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

void SshdFixtureTest::ownKey_logsIn()
{
    SshdFixture sshd;
    QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));

    QByteArray output;
    QCOMPARE(ssh(sshd, sshd.privateKeyPath(), QStringLiteral("id -un; exit 3"), &output), 3);

    QCOMPARE(output.trimmed(), sshd.user().toUtf8());
    QCOMPARE(sshd.hostKeys().size(), 2);
}

void SshdFixtureTest::shellOfASession_readsNoFileOfTheUsersHome()
{
    SshdFixture sshd;
    QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));

    QByteArray output;
    QCOMPARE(ssh(sshd, sshd.privateKeyPath(), QStringLiteral("printf %s \"$HOME\""), &output), 0);

    QCOMPARE(QString::fromUtf8(output), sshd.directory());
}

void SshdFixtureTest::strangersKey_isRefused()
{
    SshdFixture sshd;
    QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));

    QCOMPARE(ssh(sshd, sshd.strangerKeyPath(), QStringLiteral("true")), 255);
}

void SshdFixtureTest::sessionsAreCut_listenerStays()
{
    SshdFixture sshd;
    QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));
    QTcpSocket client;
    client.connectToHost(QStringLiteral("127.0.0.1"), sshd.port());
    QVERIFY(client.waitForReadyRead(5000));
    QTRY_VERIFY(sshd.sessionProcessCount() > 0);

    sshd.cutSessions();

    QTRY_COMPARE(client.state(), QAbstractSocket::UnconnectedState);
    QCOMPARE(ssh(sshd, sshd.privateKeyPath(), QStringLiteral("true")), 0);
}

void SshdFixtureTest::killedAndRestarted_samePortAnswers()
{
    SshdFixture sshd;
    QVERIFY2(sshd.start(), qPrintable(sshd.errorString()));
    const quint16 port = sshd.port();

    sshd.kill();
    QVERIFY(ssh(sshd, sshd.privateKeyPath(), QStringLiteral("true")) != 0);
    QVERIFY2(sshd.restart(), qPrintable(sshd.errorString()));

    QCOMPARE(sshd.port(), port);
    QCOMPARE(ssh(sshd, sshd.privateKeyPath(), QStringLiteral("true")), 0);
}

QTEST_GUILESS_MAIN(SshdFixtureTest)
#include "sshd_fixture_test.moc"
