// SPDX-License-Identifier: Apache-2.0
#include "workspace_fixture.h"

#include "cloud/gce/os_login_client.h"

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;

/// A machine that obeys OS Login: keys in its metadata open nothing.
class WorkspaceOsLoginTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_app = std::make_unique<App>(m_sandbox, m_folder.path());
        QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
    }
    void cleanupTestCase() { m_app.reset(); }

    void machineSaysOn_keyIsImportedAndItsAccountIsTheUser()
    {
        const auto ref = create(QStringLiteral("os-login-1"), QStringLiteral("TRUE"));
        auto *session = m_app->space->session(ref);
        const auto end = App::endOf(session->connectFiles());
        QVERIFY2(end.ok(), end.why());
        const Step *publish = end.step(QStringLiteral("publishKey"));
        QCOMPARE(publish->state, Step::State::Done);
        QVERIFY2(publish->detail.contains(QLatin1String("OS Login")), qPrintable(publish->detail));
        QVERIFY(session->connection().user != m_app->space->loginName());
        QVERIFY(session->connection().user.contains(QLatin1Char('_'))); // made of the e-mail address
        QVERIFY(!session->machine().metadata.contains(QStringLiteral("ssh-keys")));
    }

    void keyThatEndsWithinADay_isRenewed_asTheSameKey()
    {
        auto *account = m_app->space->account();
        cloud::OsLoginClient client(account->api(), account->compute().endpoints());
        const QString project = SandboxFixture::emptyProject();
        const auto profile = [&] { return testing::resultOf(client.loginProfile(account->email(), project, nullptr)).value_or(cloud::OsLoginProfile()); };
        QCOMPARE(profile().keys.size(), 1);
        // given: it ends in two hours
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const auto shortened = testing::resultOf(client.importKey(account->email(), project, profile().keys.constFirst().text.toLatin1(), now.addSecs(2 * 3600), nullptr));
        QVERIFY(shortened);
        QVERIFY(profile().keys.constFirst().expires < now.addDays(1));
        // when somebody connects
        auto *session = m_app->space->session({project, QStringLiteral("us-central1-a"), QStringLiteral("os-login-1")});
        session->disconnectFromMachine();
        const auto end = App::endOf(session->connectFiles());
        QVERIFY2(end.ok(), end.why());
        // then it is good for a month again, and no second one lies beside it
        QCOMPARE(end.step(QStringLiteral("publishKey"))->state, Step::State::Done);
        QCOMPARE(profile().keys.size(), 1);
        QVERIFY(profile().keys.constFirst().expires > now.addDays(29));
        QCOMPARE(profile().keys.constFirst().name, shortened->keys.constFirst().name);
        // and the next time nothing is done
        session->disconnectFromMachine();
        const auto again = App::endOf(session->connectFiles());
        QVERIFY2(again.ok(), again.why());
        QCOMPARE(again.step(QStringLiteral("publishKey"))->state, Step::State::Skipped);
    }

    void projectSaysOn_machineSaysOff_theMachineWins()
    {
        QVERIFY(setProjectMetadata(QStringLiteral("TRUE")));
        const auto ref = create(QStringLiteral("os-login-2"), QStringLiteral("FALSE"));
        auto *session = m_app->space->session(ref);
        const auto end = App::endOf(session->connectFiles());
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(session->connection().user, m_app->space->loginName());
    }

    void projectSaysOn_machineSaysNothing_osLoginKnowsTheKeyAlready()
    {
        const auto ref = create(QStringLiteral("os-login-3"), {});
        auto *session = m_app->space->session(ref);
        const auto end = App::endOf(session->connectFiles());
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("publishKey"))->state, Step::State::Skipped);
        QVERIFY(session->connection().user != m_app->space->loginName());
    }

private:
    cloud::InstanceRef create(const QString &name, const QString &osLogin)
    {
        auto spec = m_app->spec(name);
        if (!osLogin.isEmpty())
            spec.metadata.insert(QStringLiteral("enable-oslogin"), osLogin);
        const auto end = App::endOf(m_app->space->createMachine(spec));
        if (!end.ok())
            qWarning("%s", end.why().constData());
        return spec.ref;
    }

    /// As an administrator does it; Nimbook itself writes nothing but keys there, and only on request.
    bool setProjectMetadata(const QString &osLogin)
    {
        auto *account = m_app->space->account();
        const QString path = QStringLiteral("projects/") + SandboxFixture::emptyProject();
        net::ApiRequest read;
        read.url = account->compute().endpoints().compute.resolved(QUrl(path));
        const auto project = testing::resultOf(account->api().call(read, nullptr));
        if (!project)
            return false;
        net::ApiRequest write;
        write.verb = "POST";
        write.url = account->compute().endpoints().compute.resolved(QUrl(path + QStringLiteral("/setCommonInstanceMetadata")));
        write.body = {{QStringLiteral("fingerprint"), project->value(QLatin1String("commonInstanceMetadata")).toObject().value(QLatin1String("fingerprint"))},
                      {QStringLiteral("items"), QJsonArray{QJsonObject{{QStringLiteral("key"), QStringLiteral("enable-oslogin")}, {QStringLiteral("value"), osLogin}}}}};
        if (!testing::resultOf(account->api().call(write, nullptr)))
            return false;
        return QTest::qWaitFor([&] {
            const auto now = testing::resultOf(account->api().call(read, nullptr));
            return now && now->value(QLatin1String("commonInstanceMetadata")).toObject().contains(QLatin1String("items"));
        }, 20'000);
    }

    QTemporaryDir m_folder;
    SandboxFixture m_sandbox;
    std::unique_ptr<App> m_app;
};

QTEST_GUILESS_MAIN(WorkspaceOsLoginTest)
#include "workspace_os_login_test.moc"
