// SPDX-License-Identifier: Apache-2.0
#include "workspace_fixture.h"

#include "cloud/jobs/instance_jobs.h"

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;

namespace {

/// A startup script that takes its time: it says "docker", then "driver", and at the first boot stays there until the machine
/// restarts, as Google's driver installer makes it; the second boot is ready.
const char slowSetup[] =
    "#!/bin/sh\n"
    "home=/var/lib/nimbook\n"
    "mkdir -p $home /src/outputs; chmod 777 /src /src/outputs\n"
    "say() {\n"
    "    [ \"$1\" = state ] && echo \"$2\" >$home/startup-state\n"
    "    echo \"nimbook: $1 = $2\"\n"
    "    curl -sf -o /dev/null -X PUT -H 'Metadata-Flavor: Google' --data-binary \"$2\" \"http://$GCE_METADATA_HOST/computeMetadata/v1/instance/guest-attributes/nimbook/$1\"\n"
    "}\n"
    "say state starting\n"
    "say step docker\n"
    "sleep 2\n"
    "say step driver\n"
    "if ! [ -e $home/restarted ]; then\n"
    "    touch $home/restarted\n"
    "    sleep 600\n"
    "fi\n"
    "say state ready\n";

} // namespace

/// Between the first login and "ready": the machine's own steps are seen, and a restart in the middle is no end.
class WorkspaceSetupTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void driverInstallersRestart_isSurvived_andItsStepsAreShown()
    {
        SandboxFixture sandbox;
        QVERIFY2(sandbox.isRunning(), qPrintable(sandbox.log()));
        QTemporaryDir folder;
        App app(sandbox, folder.path());
        QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        auto spec = app.spec(QStringLiteral("bare-1"));
        spec.metadata.insert(QStringLiteral("startup-script"), QString::fromLatin1(slowSetup));
        const auto made = App::endOf(app.space->createMachine(spec));
        QVERIFY2(made.ok(), made.why());

        auto *session = app.space->session(spec.ref);
        QVERIFY(session);
        QString log;
        connect(session, &workspace::MachineSession::logReceived, this, [&log](const QString &text) { log += text; });
        Flow *flow = session->connectFiles();
        const auto has = [flow](const QString &id) {
            const auto &steps = flow->steps();
            return std::any_of(steps.cbegin(), steps.cend(), [&id](const Step &step) { return step.id == id; });
        };
        QTRY_VERIFY_WITH_TIMEOUT(flow->isFinished() || has(QStringLiteral("setup-driver")), 60'000);
        QVERIFY(!flow->isFinished());
        QTRY_VERIFY_WITH_TIMEOUT(log.contains(QLatin1String("nimbook: step = driver")), 30'000); // from the serial port

        // when the machine restarts under it
        cloud::resetInstance(app.space->account()->compute(), spec.ref, this)->startAndForget();
        const auto end = App::endOf(flow, 120'000);
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("waitForSsh2"))->state, Step::State::Done);
        QVERIFY(end.step(QStringLiteral("waitForSetup2")));
        QVERIFY(session->isConnected());
        // and the next one knows how long it usually takes
        QVERIFY(app.space->stepTimes().usual(QStringLiteral("connect/cpu/waitForSsh")) > std::chrono::milliseconds(0));
    }
};

QTEST_GUILESS_MAIN(WorkspaceSetupTest)
#include "workspace_setup_test.moc"
