// SPDX-License-Identifier: Apache-2.0
#include "workspace_fixture.h"

#include "support/sandbox_client.h"

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using workspace::Workspace;

class WorkspaceSignInTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log())); }

    void sandboxDoor_startsTheLocalCloudAndShowsItsMachines()
    {
        QTemporaryDir folder;
        App app(m_sandbox, folder.path());
        QSignalSpy changed(app.space.get(), &Workspace::accountChanged);
        const auto end = App::endOf(app.space->signInToSandbox(), 30'000);
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(changed.size(), 1);
        QVERIFY(app.space->account()->isSandbox());
        // a cloud of its own, not the one that the fixture runs
        QVERIFY(app.space->account()->compute().endpoints().compute.port() != m_sandbox.url().port());
        QVERIFY(app.space->projects().size() >= 2);
        QVERIFY(!app.space->currentProject().isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(app.space->machines() && app.space->machines()->isLoaded(), 20'000);
        QVERIFY(!app.space->machines()->lastError());
        QCOMPARE(app.space->settings().lastAccountKey(), QStringLiteral("sandbox"));
    }

    void credentialFile_isRememberedForTheNextStart()
    {
        QTemporaryDir folder;
        const std::shared_ptr<auth::SecretStore> secrets = auth::makeSessionStore();
        {
            App app(m_sandbox, folder.path(), App::quick(), secrets);
            QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        }
        App again(m_sandbox, folder.path(), App::quick(), secrets);
        const auto end = App::endOf(again.space->restoreSignIn());
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(again.space->currentProject(), SandboxFixture::emptyProject());
        QVERIFY(again.space->account()->displayName().contains(QLatin1Char('@')));
        const QString key = again.space->account()->key();

        again.space->signOut();
        QVERIFY(!again.space->account());
        QTRY_COMPARE(testing::resultOf(secrets->read(key, nullptr)).has_value(), false);
        const auto nobody = App::endOf(again.space->restoreSignIn());
        QCOMPARE(nobody.error.kind, ErrorKind::NotFound);
    }

    void authorizedUserFile_signsInToo()
    {
        QTemporaryDir folder;
        App app(m_sandbox, folder.path());
        const auto end = App::endOf(app.space->signInWithCredentialFile(m_sandbox.authorizedUserFile()));
        QVERIFY2(end.ok(), end.why());
        QVERIFY(!app.space->currentProject().isEmpty());
    }

    void accessTokenFileAndCoreProject_areWhatGcloudMeansByThem()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("token")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(testing::SandboxClient(m_sandbox).token + '\n');
        file.close();
        qputenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", file.fileName().toLocal8Bit());
        qputenv("CLOUDSDK_CORE_PROJECT", SandboxFixture::emptyProject().toLatin1());
        App app(m_sandbox, folder.path());
        const auto end = App::endOf(app.space->restoreSignIn());
        qunsetenv("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE");
        const QString project = app.space->currentProject();
        qunsetenv("CLOUDSDK_CORE_PROJECT");
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(project, SandboxFixture::emptyProject());
        QTRY_VERIFY_WITH_TIMEOUT(app.space->machines() && app.space->machines()->isLoaded(), 20'000);
        QVERIFY(!app.space->machines()->lastError());
        QCOMPARE(app.space->account()->kind(), workspace::Account::Kind::AccessTokenFile);
    }

    void wrongFile_leavesWhoIsSignedInAlone()
    {
        QTemporaryDir folder;
        App app(m_sandbox, folder.path());
        QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        QSignalSpy changed(app.space.get(), &Workspace::accountChanged);
        QFile file(folder.filePath(QStringLiteral("notes.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("dear diary");
        file.close();
        const auto end = App::endOf(app.space->signInWithCredentialFile(file.fileName()));
        QCOMPARE(end.state, Job::State::Failed);
        QVERIFY2(end.error.message.contains(QLatin1String("notes.json")), end.why());
        QCOMPARE(changed.size(), 0);
        QVERIFY(app.space->account());
    }

    void deadNetwork_isSaidInWords()
    {
        QTemporaryDir folder;
        App app(m_sandbox, folder.path());
        // a port that nobody listens on, with a key that is otherwise good
        QFile good(m_sandbox.credentialsFile());
        QVERIFY(good.open(QIODevice::ReadOnly));
        QFile dead(folder.filePath(QStringLiteral("dead.json")));
        QVERIFY(dead.open(QIODevice::WriteOnly));
        dead.write(good.readAll().replace(QByteArray::number(m_sandbox.url().port()), "1"));
        dead.close();
        const auto end = App::endOf(app.space->signInWithCredentialFile(dead.fileName()), 90'000);
        QCOMPARE(end.state, Job::State::Failed);
        QCOMPARE(end.error.kind, ErrorKind::Network);
        QVERIFY(!end.error.message.isEmpty());
        QVERIFY(!app.space->account());
    }

    void projectChosen_isKeptForEachAccount()
    {
        QTemporaryDir folder;
        App app(m_sandbox, folder.path());
        QCOMPARE(app.signIn(SandboxFixture::fullProject()), QString());
        QVERIFY(app.space->machines()->machines().size() >= 3);
        QSignalSpy changed(app.space.get(), &Workspace::currentProjectChanged);
        app.space->setCurrentProject(SandboxFixture::emptyProject());
        app.space->setCurrentProject(SandboxFixture::emptyProject());
        QCOMPARE(changed.size(), 1);
        QVERIFY(!app.space->machines()->isLoaded());
        QTRY_VERIFY_WITH_TIMEOUT(app.space->machines()->isLoaded(), 20'000);
        QCOMPARE(app.space->settings().lastProject(app.space->account()->key()), SandboxFixture::emptyProject());
    }

private:
    SandboxFixture m_sandbox;
};

QTEST_GUILESS_MAIN(WorkspaceSignInTest)
#include "workspace_sign_in_test.moc"
