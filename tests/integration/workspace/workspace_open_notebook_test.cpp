// SPDX-License-Identifier: Apache-2.0
#include "support/sandbox_machine.h"
#include "support/wheel.h"

#include "auth/credential_token_source.h"
#include "support/fake_token_source.h"
#include "workspace/detached_run.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;
using nimbook::testing::SandboxMachine;
using workspace::MachineSession;

/// The main job from sign-in to delete, on a real machine of the sandbox: each slot goes on from where the one before ended.
class WorkspaceOpenNotebookTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_machine.startApp();
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }
    void cleanupTestCase()
    {
        m_machine.end();
    }

    void create_machineIsInTheList()
    {
        const auto spec = m_machine.app->spec(QStringLiteral("nb-1"));
        m_machine.ref = spec.ref;
        const auto end = App::endOf(m_machine.app->space->createMachine(spec));
        QVERIFY2(end.ok(), end.why());
        const auto *machine = m_machine.app->space->machines()->find(m_machine.ref);
        QVERIFY(machine);
        QVERIFY(machine->labels.contains(QStringLiteral("nimbook")));
        // A port of this test's own: at the usual one, another test beside it may be the first while our app starts again.
        m_machine.app->space->settings().setTunnelPort(machine->id, quint16(20'000 + QCoreApplication::applicationPid() % 10'000));
        QCOMPARE(m_machine.app->space->activity().entries().constFirst().state, Job::State::Succeeded);
        tell(end);
    }

    void openNotebook_everyStepIsDoneAndJupyterAnswers()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        QVERIFY(session);
        QSignalSpy opened(session, &MachineSession::notebookOpened);
        Flow *flow = session->openNotebook();
        QCOMPARE(session->openNotebook(), flow); // asking again is the same flow
        const auto end = App::endOf(flow);
        QVERIFY2(end.ok(), end.why());
        tell(end);
        QCOMPARE(opened.size(), 1);
        QVERIFY(session->isNotebookOpen() && session->isConnected() && session->transfers());
        QVERIFY(session->notebook().url.port() >= 18888);
        QVERIFY(session->notebook().url.query().isEmpty());

        const auto with = App::get(session->notebook().url, QStringLiteral("/api/contents"), session->notebook().token);
        QCOMPARE(with.status, 200);
        QCOMPARE(App::get(session->notebook().url, QStringLiteral("/api/contents"), {}).status, 403);
    }

    void openAgain_skipsEveryStep()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        const auto address = session->notebook();
        const auto end = App::endOf(session->openNotebook());
        QVERIFY2(end.ok(), end.why());
        tell(end);
        for (const Step &step : end.steps)
            QVERIFY2(step.state == Step::State::Skipped, qPrintable(step.id));
        QCOMPARE(session->notebook(), address);
    }

    void signInEnds_tunnelAndFilesGoOnWhileCallsWait()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        auto ended = std::make_unique<testing::FakeTokenSource>();
        ended->failWith = Error{ErrorKind::NotSignedIn, QStringLiteral("Token has been expired or revoked."), {}, {}, {}};
        m_machine.app->space->setHoldsCalls(true);
        QSignalSpy needed(m_machine.app->space.get(), &workspace::Workspace::signInNeeded);
        QSignalSpy refreshed(m_machine.app->space->machines(), &workspace::MachineList::refreshed);
        m_machine.app->space->account()->tokens().replaceSource(std::move(ended));
        m_machine.app->space->machines()->refresh();
        QTRY_COMPARE_WITH_TIMEOUT(needed.size(), 1, 20'000);

        QVERIFY(session->isNotebookOpen() && session->isConnected());
        QCOMPARE(App::get(session->notebook().url, QStringLiteral("/api/contents"), session->notebook().token).status, 200);
        QVERIFY(App::endOf(session->writeRequirements(QStringLiteral("# written without a sign-in\n"))).ok());
        QVERIFY(refreshed.isEmpty());
        QVERIFY(!m_machine.app->space->machines()->lastError());

        const auto credential = auth::CredentialFile::read(m_machine.sandbox().credentialsFile());
        QVERIFY(credential);
        m_machine.app->space->account()->tokens().replaceSource(auth::makeCredentialTokenSource(*credential, m_machine.app->space->transport()));
        QTRY_VERIFY_WITH_TIMEOUT(!refreshed.isEmpty(), 20'000);
        QVERIFY(!m_machine.app->space->machines()->lastError());
        QVERIFY(session->isNotebookOpen());
    }

    void machine_isSampledWhileConnected()
    {
        auto &monitor = m_machine.app->space->session(m_machine.ref)->monitor();
        QVERIFY(monitor.isSampling());
        monitor.setInterval(std::chrono::seconds(1));
        QTRY_VERIFY_WITH_TIMEOUT(!monitor.history().isEmpty() && monitor.history().last().cpu, 30'000);
        const auto &sample = monitor.history().last();
        QVERIFY(sample.cores >= 1 && *sample.cpu >= 0 && *sample.cpu <= 100);
        QVERIFY(sample.memoryUsed > 0 && sample.memoryUsed < sample.memoryTotal);
        QVERIFY(!sample.disks.isEmpty() && sample.disks.first().total > 0);
        QVERIFY(sample.received.has_value());
        QCOMPARE(sample.gpuPresence, monitor::GpuPresence::None);
        monitor.setInterval(std::chrono::seconds(60));
    }

    void shells_openOnTheMachineAndInTheContainer()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        for (const auto where : {MachineSession::Shell::Machine, MachineSession::Shell::Container}) {
            auto *shell = session->openShell(where, {100, 30}, this);
            QVERIFY(shell);
            QByteArray seen;
            connect(shell, &ssh::RemoteCommand::outputReceived, this, [&seen](const QByteArray &bytes) { seen += bytes; });
            shell->start();
            QTRY_VERIFY2_WITH_TIMEOUT(!seen.isEmpty(), "no prompt", 20'000);
            shell->write("stty size; echo $((6 * 7))\n");
            QTRY_VERIFY2_WITH_TIMEOUT(seen.contains("30 100") && seen.contains("42"), seen.constData(), 20'000);
            shell->resize({120, 40});
            shell->write("stty size\n");
            QTRY_VERIFY2_WITH_TIMEOUT(seen.contains("40 120"), seen.constData(), 20'000);
            shell->write("exit 3\n");
            QTRY_VERIFY_WITH_TIMEOUT(shell->isFinished(), 20'000);
            QCOMPARE(shell->result().value_or(ssh::CommandResult{}).exitStatus, 3);
            delete shell;
        }
    }

    void notebookInTheBackground_keepsItsOutputsAndTellsTheCellThatFails()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        QVERIFY(putNotebook(QStringLiteral("count.ipynb"), {"x = 6", "print(x * 7)"}));
        auto *run = session->runInBackground(QStringLiteral("count.ipynb"));
        const QString output = run->output();
        QList<qint64> cells;
        connect(run, &Job::progressChanged, this, [&cells](const Progress &progress) { cells.append(progress.done); });
        auto end = App::endOf(run, 90'000);
        QVERIFY2(end.ok(), end.why());
        QVERIFY(cells.contains(2));
        const auto answer = App::get(session->notebook().url, QStringLiteral("/api/contents") + output.mid(4), session->notebook().token);
        QCOMPARE(answer.status, 200);
        QVERIFY2(answer.body.contains("42\\n"), answer.body.left(2000));

        QVERIFY(putNotebook(QStringLiteral("broken.ipynb"), {"print('first')", "1 / 0", "print('never')"}));
        end = App::endOf(session->runInBackground(QStringLiteral("broken.ipynb")), 90'000);
        QCOMPARE(end.state, Job::State::Failed);
        QVERIFY2(end.error.message.contains(QLatin1String("cell 2: ZeroDivisionError")), end.why());
    }

    void requirements_areWrittenReadAndInstalled()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        const QString wheel = testing::makeWheel(m_machine.folder().path(), QStringLiteral("nimbook_probe"), QStringLiteral("1.0"));
        QVERIFY(!wheel.isEmpty());
        QSignalSpy transferred(session->transfers(), &transfer::TransferQueue::finished);
        const auto id = session->transfers()->upload({wheel}, QStringLiteral("/src"), transfer::ConflictAnswer::Overwrite);
        QVERIFY(transferred.wait(20'000));
        QCOMPARE(session->transfers()->find(id)->state, transfer::Transfer::State::Done);

        const QString text = QStringLiteral("# it's “mine”\n./nimbook_probe-1.0-py3-none-any.whl\n");
        const auto written = App::endOf(session->writeRequirements(text));
        QVERIFY2(written.ok(), written.why());
        QCOMPARE(requirements(*session), text);

        QStringList log;
        auto *script = session->installRequirements();
        connect(script, &jupyter::RemoteScript::logReceived, this, [&log](const QString &line) { log += line; });
        QString installed;
        connect(script, &Job::finished, this, [&installed, script] {
            if (script->state() == Job::State::Succeeded)
                installed = script->result()->value(QStringLiteral("installed"));
        });
        const auto end = App::endOf(script);
        QVERIFY2(end.ok(), end.why() + log.join(QLatin1Char('\n')).toUtf8());
        QVERIFY2(installed.contains(QLatin1String("nimbook-probe-1.0")), qPrintable(installed));
        QVERIFY(log.join(QLatin1Char('\n')).contains(QLatin1String("Processing ./nimbook_probe")));
    }

    void wrongRequirement_pipsWordsAreTold()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        const auto written = App::endOf(session->writeRequirements(QStringLiteral("./no-such.whl\n")));
        QVERIFY2(written.ok(), written.why());
        const auto end = App::endOf(session->installRequirements());
        QCOMPARE(end.state, Job::State::Failed);
        QVERIFY2(end.error.message.contains(QLatin1String("no-such")), end.why());
        QVERIFY(!end.error.nextStep.isEmpty());
    }

    void containerLogs_haveNoToken()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        QStringList log;
        auto *script = session->containerLogs(100);
        connect(script, &jupyter::RemoteScript::logReceived, this, [&log](const QString &line) { log += line; });
        const auto end = App::endOf(script);
        QVERIFY2(end.ok(), end.why());
        QVERIFY(!log.isEmpty());
        QVERIFY(!log.join(QLatin1Char('\n')).contains(QString::fromUtf8(session->notebook().token.reveal())));
    }

    void appStartedAgain_goesOnFromWhereTheMachineIs()
    {
        const auto before = m_machine.app->space->session(m_machine.ref)->notebook();
        QCOMPARE(m_machine.startApp(), QString());
        auto *session = m_machine.app->space->session(m_machine.ref);
        QVERIFY(session);
        QVERIFY(!session->isNotebookOpen());
        const auto end = App::endOf(session->openNotebook());
        QVERIFY2(end.ok(), end.why());
        tell(end);
        for (const char *skipped : {"startMachine", "publishKey", "waitForSetup", "startContainer"})
            QCOMPARE(end.step(QLatin1String(skipped))->state, Step::State::Skipped);
        QCOMPARE(session->notebook(), before); // same port, same token
        QCOMPARE(App::get(session->notebook().url, QStringLiteral("/api/contents"), session->notebook().token).status, 200);
    }

    void stop_notebookClosesAndFilesStay()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        QSignalSpy closed(session, &MachineSession::notebookClosed);
        const auto end = App::endOf(m_machine.app->space->power(m_machine.ref, workspace::PowerAction::Stop));
        QVERIFY2(end.ok(), end.why());
        QTRY_COMPARE_WITH_TIMEOUT(closed.size(), 1, 10'000);
        QVERIFY(!session->isConnected());
        QTRY_COMPARE_WITH_TIMEOUT(session->machine().state(), cloud::MachineState::Stopped, 10'000);
    }

    void openAfterStop_startsTheMachineAndFindsItsNewAddress()
    {
        auto *session = m_machine.app->space->session(m_machine.ref);
        const auto end = App::endOf(session->openNotebook());
        QVERIFY2(end.ok(), end.why());
        tell(end);
        QCOMPARE(end.step(QStringLiteral("startMachine"))->state, Step::State::Done);
        QCOMPARE(end.step(QStringLiteral("publishKey"))->state, Step::State::Skipped);
        QCOMPARE(App::get(session->notebook().url, QStringLiteral("/api/contents/nimbook_probe-1.0-py3-none-any.whl"), session->notebook().token).status, 200);
    }

    void delete_machineAndSessionGo()
    {
        QPointer<MachineSession> session = m_machine.app->space->session(m_machine.ref);
        QSignalSpy gone(m_machine.app->space.get(), &workspace::Workspace::sessionClosed);
        const auto end = App::endOf(m_machine.app->space->power(m_machine.ref, workspace::PowerAction::Delete));
        QVERIFY2(end.ok(), end.why());
        QTRY_COMPARE_WITH_TIMEOUT(gone.size(), 1, 10'000);
        QTRY_VERIFY(!session);
        QVERIFY(!m_machine.app->space->machines()->find(m_machine.ref));
        QVERIFY(!m_machine.app->space->session(m_machine.ref));
    }

private:
    /// What a run takes, for whoever reads the test's output.
    static void tell(const App::End &end)
    {
        QStringList parts;
        std::chrono::milliseconds all{0};
        for (const Step &step : end.steps) {
            parts += QStringLiteral("%1 %2 ms%3").arg(step.id).arg(step.elapsed.count()).arg(step.state == Step::State::Skipped ? QStringLiteral(" (skipped)") : QString());
            all += step.elapsed;
        }
        qInfo().noquote() << QTest::currentTestFunction() << all.count() << "ms:" << parts.join(QStringLiteral(", "));
    }

    static QString requirements(MachineSession &session)
    {
        QString text = QStringLiteral("not read");
        auto *job = session.readRequirements();
        QObject::connect(job, &Job::finished, job, [&text, job] { text = job->result().value_or(job->error().message); });
        App::endOf(job);
        return text;
    }

    /// Uploads a notebook of these cells into /src.
    bool putNotebook(const QString &name, const QStringList &cells)
    {
        QJsonArray list;
        for (const QString &cell : cells)
            list.append(QJsonObject{{"cell_type", "code"}, {"source", cell}, {"metadata", QJsonObject()}, {"outputs", QJsonArray()}, {"execution_count", QJsonValue()}});
        QFile file(m_machine.folder().filePath(name));
        const QJsonObject kernel{{"name", "python3"}, {"display_name", "Python 3"}};
        if (!file.open(QIODevice::WriteOnly))
            return false;
        file.write(QJsonDocument(QJsonObject{{"cells", list}, {"metadata", QJsonObject{{"kernelspec", kernel}}}, {"nbformat", 4}, {"nbformat_minor", 4}}).toJson());
        file.close();
        auto *transfers = m_machine.app->space->session(m_machine.ref)->transfers();
        QSignalSpy done(transfers, &transfer::TransferQueue::finished);
        transfers->upload({file.fileName()}, QStringLiteral("/src"), transfer::ConflictAnswer::Overwrite);
        return done.wait(20'000);
    }

    SandboxMachine m_machine;
};

QTEST_GUILESS_MAIN(WorkspaceOpenNotebookTest)
#include "workspace_open_notebook_test.moc"
