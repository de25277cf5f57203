// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.h"

#include "ssh/host_key.h"

#include <QCryptographicHash>
#include <QTest>

using namespace nimbook;
using testing::CliFixture;
using testing::SandboxFixture;

/// OpenSSH's own client on a machine that only the relay reaches, and what happens when the machine's host key is another one.
/// Each slot goes on from where the one before ended.
class CliSshTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_cli.signInTo(m_sandbox);
        m_cli.set(QStringLiteral("NIMBOOK_IAP_RELAY"), m_sandbox.relayEndpoint().toString());
        const auto made = m_cli.run(on({"create-instance-cpu", "--zone", "us-central1-a", "--no-address", "--json"}));
        QVERIFY2(made.status == 0, made.why());
        QVERIFY(made.json().value(QLatin1String("externalAddress")).toString().isEmpty());
        m_alias = QStringLiteral("compute.") + made.json().value(QLatin1String("id")).toString();
        QVERIFY2(m_alias.size() > 10, made.why());
    }

    void sshVerb_getsThroughTheRelayByItself()
    {
        const auto end = m_cli.run(on({"ssh"}) << QStringLiteral("--") << QStringLiteral("whoami; exit 7"));
        QCOMPARE(end.status, 7); // the command's own
        m_login = QString::fromUtf8(end.output.trimmed());
        QVERIFY2(!m_login.isEmpty(), end.why());
    }

    void plainSsh_withProxyCommand_movesEveryByteBothWays()
    {
        QFile input(m_home.filePath(QStringLiteral("input")));
        QVERIFY(input.open(QIODevice::ReadWrite));
        QByteArray block(1 << 20, Qt::Uninitialized);
        for (qsizetype i = 0; i < block.size(); ++i)
            block[i] = char((i * 2654435761u) >> 13);
        input.write(block);
        input.close();
        const auto end = ssh(QStringLiteral("cat"), input.fileName());
        QVERIFY2(end.status == 0, end.errorOutput.constData());
        QCOMPARE(end.output.size(), block.size());
        QCOMPARE(QCryptographicHash::hash(end.output, QCryptographicHash::Sha256), QCryptographicHash::hash(block, QCryptographicHash::Sha256));
    }

    void plainSsh_hangsUp_theProxyEndsWithIt()
    {
        const auto end = ssh(QStringLiteral("true"), QProcess::nullDevice());
        QVERIFY2(end.status == 0, end.errorOutput.constData()); // ssh waits for its ProxyCommand
    }

    void proxyToAMachineWithAnAddress_saysWhereToGo()
    {
        const auto end = m_cli.run({QStringLiteral("ssh-proxy"), QStringLiteral("--gcp-project-id"), SandboxFixture::fullProject(), QStringLiteral("--instance-name"), QStringLiteral("trainer-1")});
        QVERIFY2(end.status == 1, end.why());
        QVERIFY2(end.errorOutput.contains("has an external address"), end.why());
    }

    void hostKeyChanged_isRefusedWithBothFingerprints_andTakenOnRequest()
    {
        // given a pin of another key
        ssh::HostKeyStore pins(m_home.filePath(QStringLiteral("state/nimbook/ssh/known_hosts")));
        const auto real = pins.keys(m_alias);
        QVERIFY(!real.isEmpty());
        const ssh::HostKey wrong{QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIFnWJ8Q0mZ5sTg3Qn8H1YkVvVx0cFq0mFJpJr2rGQm5h"};
        QVERIFY(pins.pin(m_alias, {wrong}));
        // when somebody connects
        const auto refused = m_cli.run(on({"ssh"}) << QStringLiteral("--") << QStringLiteral("echo in"));
        QVERIFY2(refused.status == 8, refused.why());
        QVERIFY(!refused.output.contains("in"));
        const auto shown = std::find_if(real.cbegin(), real.cend(), [](const ssh::HostKey &key) { return key.type == QLatin1String("ssh-ed25519"); });
        QVERIFY(shown != real.cend());
        for (const QString &words : {wrong.fingerprint(), shown->fingerprint(), QStringLiteral("Google vouches for the new key"), QStringLiteral("--accept-new-host-key")})
            QVERIFY2(refused.errorOutput.contains(words.toUtf8()), refused.why());
        QCOMPARE(pins.keys(m_alias), QList<ssh::HostKey>{wrong});
        // then it is taken where that is asked for
        const auto taken = m_cli.run(on({"ssh", "--accept-new-host-key"}) << QStringLiteral("--") << QStringLiteral("echo in"));
        QVERIFY2(taken.status == 0, taken.why());
        QCOMPARE(taken.output, QByteArray("in\n"));
        QCOMPARE(pins.keys(m_alias), real);
    }

private:
    static QStringList on(QStringList words) { return words << QStringLiteral("--instance-name") << QStringLiteral("inner"); }

    /// As somebody with a configuration file of their own would call it.
    CliFixture::End ssh(const QString &command, const QString &input) const
    {
        const QString state = m_home.filePath(QStringLiteral("state/nimbook/ssh/"));
        const auto process = m_cli.start(QStringLiteral("ssh"), {QStringLiteral("-F"), QStringLiteral("none"), QStringLiteral("-i"), state + QStringLiteral("nimbook_ed25519"),
            QStringLiteral("-o"), QStringLiteral("IdentitiesOnly=yes"), QStringLiteral("-o"), QStringLiteral("UserKnownHostsFile=") + state + QStringLiteral("known_hosts"),
            QStringLiteral("-o"), QStringLiteral("StrictHostKeyChecking=yes"), QStringLiteral("-o"), QStringLiteral("HostKeyAlias=") + m_alias,
            QStringLiteral("-o"), QStringLiteral("ProxyCommand=nimbookctl ssh-proxy --instance-name inner --zone us-central1-a"), m_login + QStringLiteral("@inner"), command}, input);
        return CliFixture::endOf(*process);
    }

    QTemporaryDir m_home;
    SandboxFixture m_sandbox;
    CliFixture m_cli{m_home.path()};
    QString m_alias;
    QString m_login;
};

QTEST_GUILESS_MAIN(CliSshTest)
#include "cli_ssh_test.moc"
