// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_machine.h"

#include "cloud/jobs/instance_jobs.h"
#include "ssh/host_key.h"
#include "workspace/connect_flow.h"

using namespace nimbook;
using namespace std::chrono_literals;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using nimbook::testing::SandboxMachine;
using workspace::MachineSession;

/// What goes wrong on the way to a notebook, and that nothing is left half-done.
class WorkspaceFaultsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_machine.make(QStringLiteral("vm-1"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void cleanup() { QCOMPARE(App::fault(m_machine.sandbox(), {}), 200); }
    void cleanupTestCase()
    {
        m_machine.end();
    }

    void zoneHasNoneLeft_errorSaysWhereAndWhatNext()
    {
        QCOMPARE(App::fault(m_machine.sandbox(), QStringLiteral("stock-out=us-central1-b")), 200);
        const auto spec = m_machine.app->spec(QStringLiteral("vm-b"), QStringLiteral("us-central1-b"));
        const auto end = App::endOf(m_machine.app->space->createMachine(spec));
        QCOMPARE(end.error.kind, ErrorKind::StockOut);
        QVERIFY2(end.error.message.contains(QLatin1String("vm-b")) && end.error.message.contains(QLatin1String("us-central1-b")), end.why());
        QVERIFY2(!end.error.nextStep.isEmpty(), end.why());
        QCOMPARE(end.step(QStringLiteral("create"))->state, Step::State::Failed);
        QTRY_VERIFY(!m_machine.app->space->machines()->find(spec.ref));
    }

    void zoneWithoutTheGpu_isRefusedBeforeAnythingIsMade()
    {
        auto spec = m_machine.app->spec(QStringLiteral("vm-gpu"), QStringLiteral("us-central1-f"));
        spec.machineType = QStringLiteral("n1-standard-4");
        spec.acceleratorType = QStringLiteral("nvidia-tesla-p4");
        spec.acceleratorCount = 1;
        const auto end = App::endOf(m_machine.app->space->createMachine(spec));
        QCOMPARE(end.error.kind, ErrorKind::InvalidInput);
        QVERIFY2(end.error.message.contains(QLatin1String("us-central1-f")) && end.error.message.contains(QLatin1String("nvidia-tesla-p4")), end.why());
        QCOMPARE(end.step(QStringLiteral("check"))->state, Step::State::Failed);
    }

    void badNameAndSmallDisk_areRefusedBeforeAnythingIsMade()
    {
        auto spec = m_machine.app->spec(QStringLiteral("Bad_Name"));
        QCOMPARE(App::endOf(m_machine.app->space->createMachine(spec)).error.kind, ErrorKind::InvalidInput);
        spec = m_machine.app->spec(QStringLiteral("small"));
        spec.diskSizeGb = 1;
        const auto end = App::endOf(m_machine.app->space->createMachine(spec));
        QCOMPARE(end.error.kind, ErrorKind::InvalidInput);
        QVERIFY2(end.error.message.contains(QLatin1String("1 GB")), end.why());
    }

    void sshNeverAnswers_deadlineNamesTheSerialPort()
    {
        QCOMPARE(App::fault(m_machine.sandbox(), QStringLiteral("no-ssh=mute")), 200);
        auto patience = App::quick();
        patience.ssh = 2s;
        QTemporaryDir folder;
        App app(m_machine.sandbox(), folder.path(), patience);
        QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        const auto spec = app.spec(QStringLiteral("mute"));
        QVERIFY(App::endOf(app.space->createMachine(spec)).ok());
        auto *session = app.space->session(spec.ref);
        const auto end = App::endOf(session->openNotebook());
        QCOMPARE(end.error.kind, ErrorKind::Timeout);
        QVERIFY2(end.error.message.contains(QLatin1String("serial port")), end.why());
        QVERIFY(!end.error.nextStep.isEmpty());
        QCOMPARE(end.step(QStringLiteral("waitForSsh"))->state, Step::State::Failed);
        QVERIFY(!session->isConnected());
        QVERIFY(App::endOf(app.space->power(spec.ref, workspace::PowerAction::Delete)).ok());
    }

    void hostKeyIsNotThePinnedOne_isRefused_andTakenWhenTheApiVouchesForIt()
    {
        // given a pin of another key
        auto *session = m_machine.app->space->session(m_machine.ref);
        QVERIFY(App::endOf(session->connectFiles()).ok());
        ssh::HostKeyStore store(m_machine.app->space->hostKeyFile());
        const QString alias = QStringLiteral("compute.") + session->machine().id;
        QVERIFY(!store.keys(alias).isEmpty());
        QVERIFY(store.pin(alias, {wrongKey()}));
        session->disconnectFromMachine();
        // then nothing is taken silently, as often as it is tried
        for (int i = 0; i < 2; ++i) {
            const auto refused = App::endOf(session->connectFiles());
            QCOMPARE(refused.error.kind, ErrorKind::HostKeyMismatch);
            QVERIFY(!session->isConnected());
            QCOMPARE(store.keys(alias), QList<ssh::HostKey>{wrongKey()});
        }
        QVERIFY(session->refusedHostKey() && session->refusedHostKey()->mayBeTrusted());
        QCOMPARE(session->refusedHostKey()->before(), wrongKey().fingerprint());
        // and somebody who knows why may take what the API vouches for
        Flow *again = session->trustNewHostKey();
        QVERIFY(again);
        const auto end = App::endOf(again);
        QVERIFY2(end.ok(), end.why());
        QVERIFY(!session->refusedHostKey());
        QVERIFY(!session->trustNewHostKey());
        QVERIFY(!store.keys(alias).contains(wrongKey()));
    }

    void apiVouchesForAnotherKey_isRefusedWithoutAWayOut()
    {
        // given somebody on the machine who publishes keys that its SSH server does not have
        auto *session = m_machine.app->space->session(m_machine.ref);
        QVERIFY(App::endOf(session->connectFiles()).ok());
        const auto before = ssh::HostKeyStore(m_machine.app->space->hostKeyFile()).keys(QStringLiteral("compute.") + session->machine().id);
        const QString url = QStringLiteral("http://$GCE_METADATA_HOST/computeMetadata/v1/instance/guest-attributes/hostkeys/");
        QString script = QStringLiteral("set -e; ");
        for (const auto &key : before)
            script += QStringLiteral("curl -sf -X PUT -H 'Metadata-Flavor: Google' --data-binary %1 \"%2%3\"; ").arg(QString::fromLatin1(wrongKey().blob), url, key.type);
        ssh::Session shell(session->connection());
        QVERIFY(testing::resultOf(shell.open(nullptr)));
        QCOMPARE(testing::resultOf(shell.run(script, {}, nullptr)).value_or(ssh::CommandResult()).exitStatus, 0);
        session->disconnectFromMachine();
        // then neither is believed
        const auto end = App::endOf(session->connectFiles());
        QCOMPARE(end.error.kind, ErrorKind::HostKeyMismatch);
        QVERIFY2(end.error.message.contains(wrongKey().fingerprint()), end.why());
        QVERIFY(session->refusedHostKey() && !session->refusedHostKey()->mayBeTrusted());
        QVERIFY(!session->trustNewHostKey());
        // put right again for those that come after
        script.clear();
        for (const auto &key : before)
            script += QStringLiteral("curl -sf -X PUT -H 'Metadata-Flavor: Google' --data-binary %1 \"%2%3\"; ").arg(QString::fromLatin1(key.blob), url, key.type);
        QCOMPARE(testing::resultOf(shell.run(script, {}, nullptr)).value_or(ssh::CommandResult()).exitStatus, 0);
        QTRY_VERIFY_WITH_TIMEOUT(App::endOf(session->connectFiles()).ok(), 20'000);
    }

    void bootDiskReplaced_theSameMachineHasNewKeys_thatTheApiVouchesFor()
    {
        // given a machine that was visited, and whose boot disk is another one at its next start
        auto spec = m_machine.app->spec(QStringLiteral("redone"));
        QVERIFY(App::endOf(m_machine.app->space->createMachine(spec)).ok());
        auto *session = m_machine.app->space->session(spec.ref);
        QVERIFY(App::endOf(session->connectFiles()).ok());
        const QString id = session->machine().id;
        QVERIFY(App::endOf(m_machine.app->space->power(spec.ref, workspace::PowerAction::Stop)).ok());
        QDir keys(m_machine.sandbox().stateDirectory() + QStringLiteral("/machines/%1/var/lib/ssh").arg(id));
        QVERIFY2(keys.exists(), qPrintable(keys.path()));
        QVERIFY(keys.removeRecursively());
        QVERIFY(App::endOf(m_machine.app->space->power(spec.ref, workspace::PowerAction::Start)).ok());
        // then its new keys are refused, explained, and taken on request once it has published them
        QTRY_VERIFY_WITH_TIMEOUT(App::endOf(session->connectFiles()).error.kind == ErrorKind::HostKeyMismatch
                                     && session->refusedHostKey() && session->refusedHostKey()->mayBeTrusted(), 60'000);
        QCOMPARE(session->refusedHostKey()->machine.id, id);
        const auto end = App::endOf(session->trustNewHostKey());
        QVERIFY2(end.ok(), end.why());
        QVERIFY(App::endOf(m_machine.app->space->power(spec.ref, workspace::PowerAction::Delete)).ok());
    }

    void machineMadeAnewUnderItsName_isNoChange()
    {
        auto spec = m_machine.app->spec(QStringLiteral("reborn"));
        QStringList ids;
        for (int i = 0; i < 2; ++i) {
            QVERIFY(App::endOf(m_machine.app->space->createMachine(spec)).ok());
            auto *session = m_machine.app->space->session(spec.ref);
            const auto end = App::endOf(session->connectFiles());
            QVERIFY2(end.ok(), end.why());
            ids += session->machine().id;
            QVERIFY(App::endOf(m_machine.app->space->power(spec.ref, workspace::PowerAction::Delete)).ok());
            QTRY_VERIFY_WITH_TIMEOUT(!m_machine.app->space->machines()->find(spec.ref), 20'000);
        }
        QVERIFY(ids.at(0) != ids.at(1));
    }

    void hostKeyOfMachineThatPublishesNone_isAskedFor_refused()
    {
        auto *session = silentMachine();
        QVERIFY(session);
        QSignalSpy asked(session, &MachineSession::hostKeyQuestion);
        Flow *flow = session->connectFiles();
        QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, 30'000);
        const QString fingerprint = asked.at(0).at(0).toString();
        QVERIFY(fingerprint.startsWith(QLatin1String("SHA256:")));
        QCOMPARE(session->pendingHostKey(), fingerprint);
        session->answerHostKey(false);
        const auto end = App::endOf(flow);
        QCOMPARE(end.error.kind, ErrorKind::HostKeyMismatch);
        QVERIFY(!session->isConnected());
        QVERIFY(ssh::HostKeyStore(m_machine.app->space->hostKeyFile()).keys(QStringLiteral("compute.") + session->machine().id).isEmpty());
    }

    void hostKeyOfMachineThatPublishesNone_isAskedFor_acceptedOnce()
    {
        auto *session = silentMachine();
        QVERIFY(session);
        QSignalSpy asked(session, &MachineSession::hostKeyQuestion);
        Flow *flow = session->connectFiles();
        QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, 30'000);
        session->answerHostKey(true);
        const auto first = App::endOf(flow);
        QVERIFY2(first.ok(), first.why());
        session->disconnectFromMachine();
        // the next time it is known
        const auto second = App::endOf(session->connectFiles());
        QVERIFY2(second.ok(), second.why());
        QCOMPARE(asked.size(), 1);
        session->disconnectFromMachine();
        // and another key in its place is refused without a question
        ssh::HostKeyStore store(m_machine.app->space->hostKeyFile());
        QVERIFY(store.pin(QStringLiteral("compute.") + session->machine().id, {wrongKey()}));
        const auto third = App::endOf(session->connectFiles());
        QCOMPARE(third.error.kind, ErrorKind::HostKeyMismatch);
        QVERIFY2(third.error.nextStep.contains(QLatin1String("serial port")), third.why());
        QVERIFY(session->refusedHostKey() && !session->refusedHostKey()->mayBeTrusted());
        QVERIFY(!session->trustNewHostKey());
        QCOMPARE(asked.size(), 1);
        QVERIFY(session->forgetHostKey());
    }

    void cancelledInAnyStep_nothingIsHalfDone_data()
    {
        QTest::addColumn<QString>("step");
        for (const char *step : {"startMachine", "publishKey", "waitForSsh", "waitForSetup", "startContainer", "openTunnel", "waitForJupyter"})
            QTest::newRow(step) << QString::fromLatin1(step);
    }
    void cancelledInAnyStep_nothingIsHalfDone()
    {
        QFETCH(QString, step);
        auto *session = m_machine.app->space->session(m_machine.ref);
        session->disconnectFromMachine();
        Flow *flow = session->openNotebook();
        connect(flow, &Flow::stepChanged, this, [flow, step](int index) {
            if (flow->steps().at(index).id == step && flow->steps().at(index).state == Step::State::Running)
                QMetaObject::invokeMethod(flow, &Job::cancel, Qt::QueuedConnection);
        });
        const auto end = App::endOf(flow);
        // A step that is over before the cancel arrives hands it to the next one.
        QCOMPARE(end.state, Job::State::Cancelled);
        QVERIFY(!session->isNotebookOpen());
        QVERIFY(!session->currentFlow());
        QCOMPARE(session->lastFlow(), flow);
        for (const Step &one : end.steps)
            QVERIFY2(one.state != Step::State::Running, qPrintable(one.id));
        QVERIFY(!session->tunnel() || session->tunnel()->state() != ssh::Tunnel::State::Connecting);
        // and the next press works
        const auto again = App::endOf(session->openNotebook());
        QVERIFY2(again.ok(), again.why());
        QCOMPARE(App::get(session->notebook().url, QStringLiteral("/api/status"), session->notebook().token).status, 200);
    }

    void filesFlowIsAskedForANotebook_itGrows()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        session->disconnectFromMachine();
        Flow *files = session->connectFiles();
        QCOMPARE(files->steps().size(), 4);
        QCOMPARE(session->openNotebook(), files);
        QCOMPARE(files->steps().size(), 7);
        const auto end = App::endOf(files);
        QVERIFY2(end.ok(), end.why());
        QVERIFY(session->isNotebookOpen());
    }

    void stoppedMachine_isStartedOnlyWhenSomebodyAsked()
    {
        using workspace::ConnectFlow;
        QVERIFY(App::endOf(m_machine.app->space->power(m_machine.ref, workspace::PowerAction::Stop)).ok());
        const auto state = [this] { return m_machine.app->space->machines()->find(m_machine.ref)->state(); };
        QTRY_COMPARE_WITH_TIMEOUT(state(), cloud::MachineState::Stopped, 20'000);
        workspace::MachineLink link(*m_machine.app->space->machines()->find(m_machine.ref), QString(), nullptr);

        // by itself: it is looked at and left alone
        ConnectFlow alone(*m_machine.app->space, link, ConnectFlow::Goal::Files, QString(), nullptr);
        alone.setMayStart(false);
        alone.start();
        auto end = App::endOf(&alone);
        QCOMPARE(end.state, Job::State::Cancelled);
        QVERIFY(end.step(QStringLiteral("startMachine"))->state != Step::State::Done);
        QCOMPARE(state(), cloud::MachineState::Stopped);

        // somebody presses the button while it still looks: then it is started after all
        ConnectFlow joined(*m_machine.app->space, link, ConnectFlow::Goal::Files, QString(), nullptr);
        joined.setMayStart(false);
        connect(&joined, &ConnectFlow::machineSeen, &link, &workspace::MachineLink::setMachine);
        joined.start();
        joined.setMayStart(true);
        end = App::endOf(&joined);
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("startMachine"))->state, Step::State::Done);
        QVERIFY(link.session());

        // and one that runs is simply used
        ConnectFlow again(*m_machine.app->space, link, ConnectFlow::Goal::Files, QString(), nullptr);
        again.setMayStart(false);
        again.start();
        end = App::endOf(&again);
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("startMachine"))->state, Step::State::Skipped);
        link.close();
        QTRY_COMPARE_WITH_TIMEOUT(m_machine.app->space->session(m_machine.ref)->machine().state(), cloud::MachineState::Running, 20'000);
    }

    void appQuitsWhileAFlowRuns_nothingBreaks()
    {
        for (const int events : {0, 1, 5, 20, 60}) {
            QTemporaryDir folder;
            App app(m_machine.sandbox(), folder.path());
            QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
            app.space->session(m_machine.ref)->openNotebook();
            app.space->refreshProjects();
            for (int i = 0; i < events; ++i)
                QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
        }
    }

    void signOutWhileAFlowRuns_everythingGoes()
    {
        QTemporaryDir folder;
        App app(m_machine.sandbox(), folder.path());
        QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        QPointer<MachineSession> session = app.space->session(m_machine.ref);
        const auto end = App::endOf(session->connectFiles());
        QVERIFY2(end.ok(), end.why());
        session->openNotebook();
        // from inside a signal of the session itself
        connect(session, &MachineSession::connectionChanged, app.space.get(), [&app] { app.space->signOut(); });
        session->disconnectFromMachine();
        QTRY_VERIFY(!session);
        QVERIFY(!app.space->account());
        QVERIFY(!app.space->machines());
        QVERIFY(app.space->projects().isEmpty());
        QCOMPARE(app.space->settings().lastAccountKey(), QString());
    }

private:
    static ssh::HostKey wrongKey()
    {
        return {QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIFnWJ8Q0mZ5sTg3Qn8H1YkVvVx0cFq0mFJpJr2rGQm5h"};
    }

    /// A machine whose guest attributes were never switched on, as somebody else may have made it.
    MachineSession *silentMachine()
    {
        const cloud::InstanceRef ref{SandboxFixture::emptyProject(), QStringLiteral("us-central1-a"), QStringLiteral("silent")};
        if (!m_machine.app->space->machines()->find(ref)) {
            auto spec = m_machine.app->spec(ref.name);
            if (!App::endOf(m_machine.app->space->createMachine(spec)).ok())
                return nullptr;
            // What the insert body always says is taken back before the first visit; the keys published until then go with it.
            bool done = false;
            auto *job = cloud::updateMetadata(m_machine.app->space->account()->compute(), ref, [](QMap<QString, QString> &metadata) {
                metadata.insert(QStringLiteral("enable-guest-attributes"), QStringLiteral("FALSE"));
            }, this);
            connect(job, &Job::finished, this, [&done] { done = true; });
            job->start();
            if (!QTest::qWaitFor([&done] { return done; }, 20'000))
                return nullptr;
        }
        return m_machine.app->space->session(ref);
    }

    SandboxMachine m_machine;
};

QTEST_GUILESS_MAIN(WorkspaceFaultsTest)
#include "workspace_faults_test.moc"
