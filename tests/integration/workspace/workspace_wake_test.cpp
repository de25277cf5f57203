// SPDX-License-Identifier: Apache-2.0
#include "support/fake_logind.h"
#include "support/process_tree.h"
#include "support/sandbox_machine.h"
#include "workspace/port_forwards.h"

#include <csignal>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::FakeLogind;
using nimbook::testing::SandboxMachine;
using workspace::MachineSession;

/// From logind's word that the computer woke up to every connection of a machine that died meanwhile without a sound.
class WorkspaceWakeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!FakeLogind::isPossible())
            QSKIP("dbus-daemon is not installed");
        QVERIFY(m_logind.start());
        const QString problem = m_machine.make(QStringLiteral("sleeper"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        const auto end = App::endOf(m_machine.session().connectFiles());
        QVERIFY2(end.ok(), end.why());
        m_machine.session().forwardPort(QStringLiteral("Echo"), 7, false);
        QTRY_VERIFY_WITH_TIMEOUT(forward() && forward()->state() == ssh::Tunnel::State::Live, 20'000);
        QVERIFY(testing::resultOf(m_machine.session().transfers()->files()->list(QStringLiteral("/"), nullptr))); // they have their connection
    }
    void cleanupTestCase() { m_machine.end(); }

    void wakingUp_findsOutWhichConnectionsDied()
    {
        MachineSession &session = m_machine.session();
        // Each says in its own words how it ended: the silence that is found out without asking would take 15 s, and says so.
        const std::unique_ptr<ssh::RemoteTerminal> shell(session.openShell(MachineSession::Shell::Machine, {80, 25}, nullptr));
        QByteArray seen;
        connect(shell.get(), &ssh::RemoteCommand::outputReceived, this, [&seen](const QByteArray &bytes) { seen += bytes; });
        shell->start();
        QTRY_VERIFY_WITH_TIMEOUT(!seen.isEmpty(), 20'000);
        Error forwardEnd;
        connect(forward(), &ssh::Tunnel::stateChanged, this, [this, &forwardEnd](ssh::Tunnel::State state) {
            if (state == ssh::Tunnel::State::Reconnecting && forwardEnd.detail.isEmpty())
                forwardEnd = forward()->error();
        });
        freeze(true);
        bool listed = false;
        auto *list = session.transfers()->files()->list(QStringLiteral("/"), this);
        connect(list, &Job::finished, this, [&listed] { listed = true; });
        list->startAndForget();
        QElapsedTimer sinceWaking;
        sinceWaking.start();

        QVERIFY(m_logind.say(true));
        QVERIFY(m_logind.say(false));

        QTRY_VERIFY_WITH_TIMEOUT(shell->isFinished() && listed && !forwardEnd.detail.isEmpty(), 30'000);
        freeze(false);
        QVERIFY2(shell->error().detail.startsWith(QLatin1String("asked")), qPrintable(shell->error().detail));
        QVERIFY2(forwardEnd.detail.startsWith(QLatin1String("asked")), qPrintable(forwardEnd.detail));
        QVERIFY2(sinceWaking.elapsed() < 14'000, qPrintable(QString::number(sinceWaking.elapsed()))); // the files have no words for it
        QTRY_VERIFY_WITH_TIMEOUT(forward()->state() == ssh::Tunnel::State::Live, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), 30'000); // for a forward alone, too
    }

    void lostFilesAlone_getTheirConnectionBackForWhatIsUnderWay()
    {
        MachineSession &session = m_machine.session();
        session.stopForwarding(7);
        testing::cutSshSessions(m_machine.sandbox().pid());
        QTRY_VERIFY_WITH_TIMEOUT(!session.isConnected(), 20'000);
        QTest::qWait(500); // time for a connection that nobody needs
        QVERIFY(!session.isConnected() && !session.currentFlow());
        QVERIFY(App::endOf(session.connectFiles()).ok());

        QFile file(m_machine.folder().filePath(QStringLiteral("big.bin")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(8'000'000));
        session.transfers()->setRateLimit(transfer::Transfer::Direction::Upload, 2'000'000);
        const auto id = session.transfers()->upload({file.fileName()}, QStringLiteral("/src"), transfer::ConflictAnswer::Overwrite);
        QTRY_VERIFY_WITH_TIMEOUT(session.transfers()->find(id)->bytesDone > 0, 20'000);
        testing::cutSshSessions(m_machine.sandbox().pid());
        QTRY_VERIFY_WITH_TIMEOUT(!session.isConnected(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(session.isConnected(), 60'000);
        session.transfers()->setRateLimit(transfer::Transfer::Direction::Upload, 0);
        QTRY_COMPARE_WITH_TIMEOUT(session.transfers()->find(id)->state, transfer::Transfer::State::Done, 60'000);
    }

private:
    ssh::Tunnel *forward()
    {
        const auto *found = m_machine.session().forwards().find(7);
        return found ? found->tunnel.get() : nullptr;
    }
    void freeze(bool frozen)
    {
        for (qint64 pid : testing::descendantsOf(m_machine.sandbox().pid())) {
            if (testing::programOf(pid).startsWith("sshd"))
                ::kill(pid_t(pid), frozen ? SIGSTOP : SIGCONT);
        }
    }

    FakeLogind m_logind;
    SandboxMachine m_machine;
};

QTEST_GUILESS_MAIN(WorkspaceWakeTest)
#include "workspace_wake_test.moc"
