// SPDX-License-Identifier: Apache-2.0
#include "ssh/session.h"
#include "support/sshd_fixture.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTest>

using namespace nimbook;
using namespace nimbook::ssh;
using namespace std::chrono_literals;
using nimbook::testing::SshdFixture;

// Against a real sshd on loopback.
class SshSessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();

    void trustedKey_opensAndNamesTheServer();
    void hostKeyDiffers_isRefusedBeforeAuthentication();
    void hostKeyUnknown_isRefusedUnlessAccepted();
    void acceptUnknown_doesNotOverrideAMismatch();
    void onlyTheSecondKeyIsTrusted_thatOneIsAskedFor();
    void keyNotAuthorized_authenticationFailed();
    void keyFileMissing_saysWhichFile();
    void nobodyListens_networkError();
    void serverSaysNothing_timesOut();
    void cancelWhileConnecting_endsAtOnce();
    void sessionDestroyedWhileBusy_jobsEndAndNothingHangs();
    void hostileUserConfiguration_isNotRead();

    void command_givesOutputAndStatus();
    void killedCommand_saysTheSignal();
    void bigInputAndOutput_arriveWhole();
    void twentyCommandsAtOnce_allEnd();
    void manyLastingCommands_leaveRoomForShortOnesAndSayThatTheyWait();
    void cancelledCommand_endsOthersGoOn();
    void commandStartedBeforeOpen_waitsForIt();
    void closedSession_commandsAreRefused();
    void linkIsCut_commandFailsAndSessionSaysSo();
    void serverFreezes_isNoticed();
    void silentLink_isFoundOutWhenSuspected();
    void afterALoss_opensAgain();

private:
    std::unique_ptr<Session> openSession();

    SshdFixture m_sshd;
};

static bool runToEnd(Job *job, int timeoutMs = 20'000)
{
    QSignalSpy finished(job, &Job::finished);
    job->start();
    return finished.wait(timeoutMs) && finished.size() == 1;
}

static QByteArray randomBytes(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    QRandomGenerator(4711).fillRange(reinterpret_cast<quint32 *>(bytes.data()), size / 4);
    return bytes;
}

void SshSessionTest::initTestCase()
{
    QVERIFY2(m_sshd.start(), qPrintable(m_sshd.errorString()));
}

void SshSessionTest::init()
{
    if (!m_sshd.isRunning())
        QVERIFY2(m_sshd.restart(), qPrintable(m_sshd.errorString()));
}

std::unique_ptr<Session> SshSessionTest::openSession()
{
    auto session = std::make_unique<Session>(m_sshd.settings());
    auto *job = session->open(session.get());
    return runToEnd(job) && job->result() ? std::move(session) : nullptr;
}

void SshSessionTest::trustedKey_opensAndNamesTheServer()
{
    Session session(m_sshd.settings());
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QVERIFY2(job->result().has_value(), qPrintable(job->error().message));
    QCOMPARE(*job->result(), m_sshd.hostKeys().first());
    QVERIFY(session.isOpen());
}

void SshSessionTest::hostKeyDiffers_isRefusedBeforeAuthentication()
{
    ConnectionSettings settings = m_sshd.settings();
    const HostKey other{QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"};
    settings.hostKeys.trusted = {other};
    const qsizetype before = m_sshd.log().size();
    Session session(settings);
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QCOMPARE(job->error().kind, ErrorKind::HostKeyMismatch);
    QVERIFY(job->error().detail.contains(other.fingerprint()));
    QVERIFY(job->error().detail.contains(m_sshd.hostKeys().first().fingerprint()));
    QCOMPARE(session.presentedHostKey(), m_sshd.hostKeys().first());
    QTRY_VERIFY(m_sshd.log().mid(before).contains("Connection closed by"));
    QVERIFY(!m_sshd.log().mid(before).contains("publickey"));
}

void SshSessionTest::hostKeyUnknown_isRefusedUnlessAccepted()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.hostKeys.trusted.clear();

    Session careful(settings);
    auto *refused = careful.open(&careful);
    QVERIFY(runToEnd(refused));
    QCOMPARE(refused->error().kind, ErrorKind::HostKeyMismatch);

    settings.hostKeys.acceptUnknown = true;
    Session trusting(settings);
    auto *accepted = trusting.open(&trusting);
    QVERIFY(runToEnd(accepted));
    QCOMPARE(accepted->result().value(), m_sshd.hostKeys().first());
}

void SshSessionTest::acceptUnknown_doesNotOverrideAMismatch()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.hostKeys.trusted = {{QStringLiteral("ecdsa-sha2-nistp256"), m_sshd.hostKeys().first().blob}};
    settings.hostKeys.acceptUnknown = true;
    Session session(settings);
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QCOMPARE(job->error().kind, ErrorKind::HostKeyMismatch);
}

void SshSessionTest::onlyTheSecondKeyIsTrusted_thatOneIsAskedFor()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.hostKeys.trusted = {m_sshd.hostKeys().last()};
    Session session(settings);
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QCOMPARE(job->result().value(), m_sshd.hostKeys().last());
}

void SshSessionTest::keyNotAuthorized_authenticationFailed()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.privateKeyPath = m_sshd.strangerKeyPath();
    Session session(settings);
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QCOMPARE(job->error().kind, ErrorKind::AuthenticationFailed);
    QVERIFY(job->error().message.contains(QStringLiteral("test-machine")));
    QVERIFY(!session.isOpen());
}

void SshSessionTest::keyFileMissing_saysWhichFile()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.privateKeyPath = QStringLiteral("/nonexistent/key");
    Session session(settings);
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QCOMPARE(job->error().kind, ErrorKind::FileSystem);
    QVERIFY(job->error().message.contains(settings.privateKeyPath));
}

void SshSessionTest::nobodyListens_networkError()
{
    ConnectionSettings settings = m_sshd.settings();
    m_sshd.kill();
    Session session(settings);
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job));

    QCOMPARE(job->error().kind, ErrorKind::Network);
    QVERIFY(job->error().detail.contains(QStringLiteral("refused")));
    QVERIFY(!job->error().nextStep.isEmpty());
}

void SshSessionTest::serverSaysNothing_timesOut()
{
    QTcpServer silent; // accepts in the kernel and never speaks
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    ConnectionSettings settings = m_sshd.settings();
    settings.port = silent.serverPort();
    settings.connectTimeout = 400ms;
    Session session(settings);
    QElapsedTimer elapsed;
    elapsed.start();
    auto *job = session.open(&session);

    QVERIFY(runToEnd(job)); // bounds the time from above, however busy the computer is

    QCOMPARE(job->error().kind, ErrorKind::Timeout);
    QVERIFY2(elapsed.elapsed() >= 350, qPrintable(QString::number(elapsed.elapsed()))); // Qt keeps such times within 5 %
}

void SshSessionTest::cancelWhileConnecting_endsAtOnce()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    ConnectionSettings settings = m_sshd.settings();
    settings.port = silent.serverPort();
    Session session(settings);
    auto *job = session.open(&session);
    QSignalSpy finished(job, &Job::finished);
    job->start();
    QTRY_VERIFY(silent.hasPendingConnections());
    std::unique_ptr<QTcpSocket> serverSide(silent.nextPendingConnection());

    job->cancel();

    QVERIFY(finished.wait(1000));
    QCOMPARE(job->state(), Job::State::Cancelled);
    QTRY_COMPARE(serverSide->state(), QAbstractSocket::UnconnectedState); // the connection went too
}

void SshSessionTest::sessionDestroyedWhileBusy_jobsEndAndNothingHangs()
{
    auto session = openSession();
    QVERIFY(session);
    QObject owner;
    RemoteCommand *command = session->run(QStringLiteral("cat /dev/zero"), {}, &owner);
    QSignalSpy output(command, &RemoteCommand::outputReceived);
    QSignalSpy finished(command, &Job::finished);
    command->start();
    QVERIFY(output.wait(5000));
    QElapsedTimer elapsed;
    elapsed.start();

    session.reset();

    QVERIFY2(elapsed.elapsed() < 500, qPrintable(QString::number(elapsed.elapsed())));
    QVERIFY(finished.wait(1000));
    QCOMPARE(command->state(), Job::State::Cancelled);
    QTRY_COMPARE(m_sshd.sessionProcessCount(), 0); // and "cat" did not stay behind
}

void SshSessionTest::hostileUserConfiguration_isNotRead()
{
    QTemporaryDir home;
    QVERIFY(QDir(home.path()).mkpath(QStringLiteral(".ssh")));
    QFile config(home.filePath(QStringLiteral(".ssh/config")));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write("Host *\n  Port 1\n  User nobody\n  ProxyCommand /bin/false\n  Ciphers 3des-cbc\n  Hostname 192.0.2.1\n");
    config.close();
    QFile known(home.filePath(QStringLiteral(".ssh/known_hosts")));
    QVERIFY(known.open(QIODevice::WriteOnly));
    known.write(QStringLiteral("[127.0.0.1]:%1 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n")
                    .arg(m_sshd.port()).toLatin1());
    known.close();
    const QByteArray oldHome = qgetenv("HOME");
    qputenv("HOME", home.path().toLocal8Bit());

    auto session = openSession();

    qputenv("HOME", oldHome);
    QVERIFY(session);
    QVERIFY(known.open(QIODevice::ReadOnly));
    QCOMPARE(known.readAll().count('\n'), 1); // nor was it written
}

void SshSessionTest::command_givesOutputAndStatus()
{
    auto session = openSession();
    QVERIFY(session);
    RemoteCommand *command = session->run(QStringLiteral("read line; echo \"got $line\"; echo oops >&2; exit 7"), "input\n", session.get());
    QSignalSpy output(command, &RemoteCommand::outputReceived);

    QVERIFY(runToEnd(command));

    QVERIFY2(command->result().has_value(), qPrintable(command->error().message));
    QCOMPARE(command->result()->exitStatus, 7);
    QCOMPARE(command->result()->standardOutput, QByteArray("got input\n"));
    QCOMPARE(command->result()->standardError, QByteArray("oops\n"));
    QCOMPARE(output.size(), 1);
}

void SshSessionTest::killedCommand_saysTheSignal()
{
    auto session = openSession();
    QVERIFY(session);
    RemoteCommand *command = session->run(QStringLiteral("kill -KILL $$"), {}, session.get());

    QVERIFY(runToEnd(command));

    QCOMPARE(command->error().kind, ErrorKind::RemoteCommandFailed);
    QVERIFY(command->error().message.contains(QStringLiteral("KILL")));
}

void SshSessionTest::bigInputAndOutput_arriveWhole()
{
    auto session = openSession();
    QVERIFY(session);
    const QByteArray sent = randomBytes(8 * 1024 * 1024);
    RemoteCommand *command = session->run(QStringLiteral("cat"), sent, session.get());
    QByteArray streamed;
    connect(command, &RemoteCommand::outputReceived, this, [&](const QByteArray &bytes) { streamed += bytes; });

    QVERIFY(runToEnd(command));

    QVERIFY2(command->result().has_value(), qPrintable(command->error().message));
    QVERIFY(streamed == sent);
    QVERIFY(command->result()->standardOutput == sent.left(4 * 1024 * 1024));
}

void SshSessionTest::twentyCommandsAtOnce_allEnd()
{
    auto session = openSession();
    QVERIFY(session);
    QList<RemoteCommand *> commands;
    for (int i = 0; i < 20; ++i) {
        commands << session->run(QStringLiteral("cat; exit %1").arg(i), randomBytes(64 * 1024), session.get());
        commands.last()->start();
    }

    for (int i = 0; i < 20; ++i) {
        QTRY_VERIFY_WITH_TIMEOUT(commands.at(i)->isFinished(), 20'000);
        QVERIFY2(commands.at(i)->result().has_value(), qPrintable(commands.at(i)->error().detail));
        QCOMPARE(commands.at(i)->result()->exitStatus, i);
        QCOMPARE(commands.at(i)->result()->standardOutput.size(), 64 * 1024);
    }
}

void SshSessionTest::manyLastingCommands_leaveRoomForShortOnesAndSayThatTheyWait()
{
    auto session = openSession();
    QVERIFY(session);
    QList<RemoteCommand *> shells;
    QList<QByteArray> printed(7);
    for (int i = 0; i < 7; ++i) {
        if (i < 5) {
            shells << session->openTerminal(QStringLiteral("echo ready; cat"), {80, 24}, session.get());
        } else if (i == 5) {
            shells << session->run(QStringLiteral("echo ready; sleep 600"), {}, session.get());
            shells.last()->setLasting();
        } else {
            shells << session->openTerminal(QStringLiteral("echo ready; cat"), {80, 24}, session.get());
        }
        connect(shells.last(), &RemoteCommand::outputReceived, this, [&printed, i](const QByteArray &bytes) { printed[i] += bytes; });
        shells.last()->start();
    }
    for (int i = 0; i < 5; ++i)
        QTRY_VERIFY_WITH_TIMEOUT(printed.at(i).contains("ready"), 20'000);
    // The two too many wait, and say so, the one on its screen.
    QTRY_VERIFY_WITH_TIMEOUT(shells.at(5)->progress().text.contains(session->settings().machineName), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(printed.at(6).contains(session->settings().machineName.toUtf8()), 20'000);
    QVERIFY(!printed.at(6).contains("ready"));

    for (int i = 0; i < 4; ++i) { // a notebook's opening, one script after the other
        RemoteCommand *command = session->run(QStringLiteral("echo short"), {}, session.get());
        QVERIFY(runToEnd(command));
        QCOMPARE(command->result().value_or(CommandResult()).standardOutput, QByteArray("short\n"));
    }

    shells.at(0)->cancel();
    shells.at(1)->cancel();
    QTRY_VERIFY_WITH_TIMEOUT(printed.at(5).contains("ready") && printed.at(6).contains("ready"), 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(shells.at(5)->progress().text.isEmpty(), 20'000);
    session->close();
}

void SshSessionTest::cancelledCommand_endsOthersGoOn()
{
    auto session = openSession();
    QVERIFY(session);
    const QString marker = m_sshd.directory() + QStringLiteral("/ended");
    RemoteCommand *sleeper = session->run(
        // Ends by the signal, or, where sshd passes none on (a login as root), by the closed output.
        QStringLiteral("trap 'touch %1; exit' TERM PIPE; while echo tick; do sleep 0.05; done; touch %1").arg(marker), {}, session.get());
    QSignalSpy output(sleeper, &RemoteCommand::outputReceived);
    sleeper->start();
    QVERIFY(output.wait(5000));
    RemoteCommand *other = session->run(QStringLiteral("cat"), randomBytes(1024 * 1024), session.get());
    other->start();

    sleeper->cancel();

    QCOMPARE(sleeper->state(), Job::State::Cancelled);
    QTRY_VERIFY(QFile::exists(marker));
    QTRY_VERIFY(other->isFinished());
    QCOMPARE(other->result().value().standardOutput.size(), 1024 * 1024);
}

void SshSessionTest::commandStartedBeforeOpen_waitsForIt()
{
    Session session(m_sshd.settings());
    auto *opening = session.open(&session);
    auto *command = session.run(QStringLiteral("echo here"), {}, &session);
    opening->start();

    QVERIFY(runToEnd(command));

    QCOMPARE(command->result().value().standardOutput, QByteArray("here\n"));
}

void SshSessionTest::closedSession_commandsAreRefused()
{
    auto session = openSession();
    QVERIFY(session);
    QSignalSpy disconnected(session.get(), &Session::disconnected);
    auto *running = session->run(QStringLiteral("sleep 100"), {}, session.get());
    QSignalSpy finished(running, &Job::finished);
    running->start();

    session->close();
    auto *late = session->run(QStringLiteral("true"), {}, session.get());
    QVERIFY(runToEnd(late));

    QCOMPARE(late->error().kind, ErrorKind::Network);
    QTRY_COMPARE(finished.size(), 1);
    QVERIFY(!session->isOpen());
    QCOMPARE(disconnected.size(), 0);
}

void SshSessionTest::linkIsCut_commandFailsAndSessionSaysSo()
{
    auto session = openSession();
    QVERIFY(session);
    QSignalSpy disconnected(session.get(), &Session::disconnected);
    auto *command = session->run(QStringLiteral("echo up; sleep 100"), {}, session.get());
    QSignalSpy output(command, &RemoteCommand::outputReceived);
    command->start();
    QVERIFY(output.wait(5000));

    m_sshd.cutSessions();

    QTRY_COMPARE(disconnected.size(), 1);
    QTRY_VERIFY(command->isFinished());
    QCOMPARE(command->error().kind, ErrorKind::Network);
    QVERIFY(!session->isOpen());
}

void SshSessionTest::serverFreezes_isNoticed()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.keepAliveInterval = 150ms;
    Session session(settings);
    QSignalSpy disconnected(&session, &Session::disconnected);
    QVERIFY(runToEnd(session.open(&session)));
    QVERIFY(!disconnected.wait(1500)); // idle, but alive: ten intervals

    m_sshd.freeze();

    const bool noticed = disconnected.wait(3000);
    m_sshd.thaw();
    QVERIFY(noticed);
    QVERIFY(disconnected.first().first().value<Error>().message.contains(QStringLiteral("stopped answering")));
}

void SshSessionTest::silentLink_isFoundOutWhenSuspected()
{
    ConnectionSettings settings = m_sshd.settings();
    settings.keepAliveInterval = 60s; // which alone would need three minutes
    Session session(settings);
    QSignalSpy disconnected(&session, &Session::disconnected);
    session.checkAlive(); // nothing to ask yet
    QVERIFY(runToEnd(session.open(&session)));
    session.checkAlive();
    QVERIFY(!disconnected.wait(1800)); // one that answers stays
    QVERIFY(session.isOpen());

    m_sshd.freeze();
    session.checkAlive();

    QTRY_COMPARE_WITH_TIMEOUT(disconnected.size(), 1, 20'000);
    m_sshd.thaw();
    QVERIFY(!session.isOpen());
    QCOMPARE(disconnected.first().first().value<Error>().kind, ErrorKind::Network);
}

void SshSessionTest::afterALoss_opensAgain()
{
    auto session = openSession();
    QVERIFY(session);
    QSignalSpy disconnected(session.get(), &Session::disconnected);
    m_sshd.cutSessions();
    QTRY_COMPARE(disconnected.size(), 1);

    QVERIFY(runToEnd(session->open(session.get())));
    auto *command = session->run(QStringLiteral("echo again"), {}, session.get());
    QVERIFY(runToEnd(command));

    QCOMPARE(command->result().value().standardOutput, QByteArray("again\n"));
}

QTEST_GUILESS_MAIN(SshSessionTest)
#include "ssh_session_test.moc"
