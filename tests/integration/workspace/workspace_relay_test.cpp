// SPDX-License-Identifier: Apache-2.0
#include "workspace_fixture.h"

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using workspace::MachineSession;

/// A machine without an external address, which only the relay reaches: each slot goes on from where the one before ended.
class WorkspaceRelayTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        m_app = std::make_unique<App>(m_sandbox, m_folder.path());
        QCOMPARE(m_app->signIn(SandboxFixture::emptyProject()), QString());
        auto spec = m_app->spec(QStringLiteral("inner-1"));
        spec.externalAddress = false;
        m_ref = spec.ref;
        const auto end = App::endOf(m_app->space->createMachine(spec));
        QVERIFY2(end.ok(), end.why());
    }
    void cleanupTestCase() { m_app.reset(); }

    void notAuthorized_saysWhichRoleIsMissing()
    {
        QCOMPARE(App::fault(m_sandbox, QStringLiteral("relay-refuse=4033")), 200);
        const auto end = App::endOf(session()->openNotebook());
        QCOMPARE(App::fault(m_sandbox, {}), 200);
        QCOMPARE(end.state, Job::State::Failed);
        QCOMPARE(end.error.kind, ErrorKind::PermissionDenied);
        QVERIFY2(end.error.nextStep.contains(QLatin1String("roles/iap.tunnelResourceAccessor")), end.why());
    }

    void machineWithoutAddress_opensItsNotebookThroughTheRelay()
    {
        QVERIFY(session()->machine().externalAddress.isEmpty());
        // It may still be booting: the relay then says that nothing listens, and it is tried again.
        QCOMPARE(App::fault(m_sandbox, QStringLiteral("relay-refuse=4003:2")), 200);
        const auto end = App::endOf(session()->openNotebook());
        QVERIFY2(end.ok(), end.why());
        QVERIFY2(end.step(QStringLiteral("waitForSsh"))->detail.contains(QLatin1String("Identity-Aware Proxy")), qPrintable(end.step(QStringLiteral("waitForSsh"))->detail));
        QCOMPARE(status(), 200);
    }

    void networkChanges_theSameTunnelGoesOn()
    {
        QSignalSpy tunnel(session(), &MachineSession::tunnelStateChanged);
        QSignalSpy connection(session(), &MachineSession::connectionChanged);
        QCOMPARE(App::fault(m_sandbox, QStringLiteral("relay-drop")), 200);
        QCOMPARE(status(), 200); // waits behind the same port until the session is resumed
        QCOMPARE(tunnel.size(), 0);
        QCOMPARE(connection.size(), 0);
        QVERIFY(session()->isConnected());
    }

    void relayWantsANewToken_theSameTunnelGoesOn()
    {
        QSignalSpy tunnel(session(), &MachineSession::tunnelStateChanged);
        QCOMPARE(App::fault(m_sandbox, QStringLiteral("relay-close=4004")), 200);
        QCOMPARE(status(), 200);
        QCOMPARE(tunnel.size(), 0);
    }

    void openAgain_skipsEveryStep()
    {
        const auto end = App::endOf(session()->openNotebook());
        QVERIFY2(end.ok(), end.why());
        for (const Step &step : end.steps)
            QVERIFY2(step.state == Step::State::Skipped, qPrintable(step.id));
    }

private:
    MachineSession *session() { return m_app->space->session(m_ref); }
    int status()
    {
        return App::get(session()->notebook().url, QStringLiteral("/api/contents"), session()->notebook().token).status;
    }

    QTemporaryDir m_folder;
    SandboxFixture m_sandbox;
    std::unique_ptr<App> m_app;
    cloud::InstanceRef m_ref;
};

QTEST_GUILESS_MAIN(WorkspaceRelayTest)
#include "workspace_relay_test.moc"
