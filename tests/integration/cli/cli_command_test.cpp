// SPDX-License-Identifier: Apache-2.0
#include "cli_fixture.h"

#include <QTest>

#include <csignal>

using namespace nimbook;
using testing::CliFixture;
using testing::SandboxFixture;

/// What scripts rely on: exit status, JSON, silence, and Ctrl+C. The machines here are made but never booted into.
class CliCommandTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_cli.signInTo(m_sandbox);
    }

    void wrongCommandLine_is2()
    {
        QCOMPARE(m_cli.run({QStringLiteral("make-coffee")}).status, 2);
    }

    void nobodySignedIn_is3AndSaysHow()
    {
        QTemporaryDir home;
        const auto end = CliFixture(home.path()).run({QStringLiteral("list")});
        QCOMPARE(end.status, 3);
        QVERIFY2(end.errorOutput.contains("--credential-file"), end.why());
    }

    void accessTokenFile_signsIn()
    {
        QTemporaryDir home;
        CliFixture cli(home.path());
        cli.signInTo(m_sandbox);
        const auto with = cli.run({QStringLiteral("list"), QStringLiteral("--json")});
        QVERIFY2(with.status == 0, with.why());
        cli.unset(QStringLiteral("GOOGLE_APPLICATION_CREDENTIALS"));
        QFile token(home.filePath(QStringLiteral("token")));
        QVERIFY(token.open(QIODevice::WriteOnly));
        token.write("wrong");
        token.close();
        cli.set(QStringLiteral("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"), token.fileName());
        QCOMPARE(cli.run({QStringLiteral("list")}).status, 3);
    }

    void unknownMachine_is4_andJsonCarriesTheError()
    {
        const auto end = m_cli.run(on({"stop", "--json"}, "nobody"));
        QCOMPARE(end.status, 4);
        const QJsonObject error = end.json().value(QLatin1String("error")).toObject();
        QCOMPARE(error.value(QLatin1String("kind")).toString(), QStringLiteral("NotFound"));
        QVERIFY(!error.value(QLatin1String("nextStep")).toString().isEmpty());
        QCOMPARE(end.errorOutput, QByteArray());
    }

    void containersOptionsThatCannotBe_are2()
    {
        const auto both = m_cli.run(on({"run-jupyter", "--update", "--from-lock"}, "any"));
        QVERIFY2(both.status == 2, both.why());
        const auto unset = m_cli.run(on({"run-jupyter", "--env", "NIMBOOK_TEST_IS_NOT_SET"}, "any"));
        QVERIFY2(unset.status == 2 && unset.errorOutput.contains("NIMBOOK_TEST_IS_NOT_SET"), unset.why());
    }

    void stockOut_is5()
    {
        QCOMPARE(fault(QStringLiteral("stock-out=us-central1-a")), 200);
        const auto end = m_cli.run(on({"create-instance-cpu", "--zone", "us-central1-a"}, "cli-none"));
        QCOMPARE(fault({}), 200);
        QVERIFY2(end.status == 5, end.why());
    }

    void createListDelete_asJsonAndQuiet()
    {
        const auto created = m_cli.run(on({"create-instance-cpu", "--zone", "us-central1-a", "--json"}, "cli-1"));
        QVERIFY2(created.status == 0, created.why());
        QCOMPARE(created.json().value(QLatin1String("zone")).toString(), QStringLiteral("us-central1-a"));
        QCOMPARE(created.errorOutput, QByteArray());

        const auto listed = m_cli.run({QStringLiteral("list"), QStringLiteral("--json")});
        const auto all = QJsonDocument::fromJson(listed.output).array();
        QCOMPARE(all.size(), 1);
        QCOMPARE(all.at(0).toObject().value(QLatin1String("name")).toString(), QStringLiteral("cli-1"));

        // Nobody is there to confirm: 7, and the machine stays.
        const auto unconfirmed = m_cli.run(on({"delete-instance"}, "cli-1"));
        QVERIFY2(unconfirmed.status == 7, unconfirmed.why());
        QVERIFY(m_cli.run({QStringLiteral("list")}).output.contains("cli-1"));

        QCOMPARE(m_cli.run(on({"delete-instance", "--yes"}, "cli-1")).status, 0);
        QVERIFY(!m_cli.run({QStringLiteral("list")}).output.contains("cli-1"));
    }

    void interrupted_is130AndSaysWhatGoesOn()
    {
        QCOMPARE(fault(QStringLiteral("slow-operations=30")), 200);
        const auto process = m_cli.start(qEnvironmentVariable("NIMBOOK_BIN_DIR") + QStringLiteral("/nimbookctl"),
                                         on({"create-instance-cpu", "--zone", "us-central1-b", "--progress", "plain"}, "cli-slow"));
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += process->readAllStandardError()).contains("Check the choices"), 30'000);
        ::kill(pid_t(process->processId()), SIGINT);
        auto end = CliFixture::endOf(*process, 20'000);
        QCOMPARE(fault({}), 200);
        QVERIFY2(end.status == 130, end.why());
        QVERIFY2(end.errorOutput.contains("may make the machine all the same"), end.why());
    }

private:
    static QStringList on(QStringList words, const QString &machine)
    {
        return words << QStringLiteral("--instance-name") << machine;
    }

    int fault(const QString &spec) { return CliFixture::fault(m_sandbox, spec); }

    QTemporaryDir m_home;
    SandboxFixture m_sandbox;
    CliFixture m_cli{m_home.path()};
};

QTEST_GUILESS_MAIN(CliCommandTest)
#include "cli_command_test.moc"
