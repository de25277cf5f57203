// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include "cloud/jobs/update_metadata_job.h"
#include "ssh/host_key.h"
#include "ui/instances/machine_page.h"

#include <QPushButton>
#include <QTest>

using namespace nimbook;
using testing::App;
using testing::SandboxFixture;
using testing::Window;
using workspace::MachineSession;

/// A machine whose host key is another one than before, as a person at the window meets it.
class HostKeyWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_sandbox = std::make_unique<SandboxFixture>();
        QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
        m_window = std::make_unique<Window>(*m_sandbox);
        App &app = m_window->app;
        QCOMPARE(app.signIn(SandboxFixture::emptyProject()), QString());
        const auto spec = app.spec(QStringLiteral("trainer-1"));
        const auto made = App::endOf(app.space->createMachine(spec));
        QVERIFY2(made.ok(), made.why());
        m_window->window->workPage()->showMachine(spec.ref);
        m_session = app.space->session(spec.ref);
        const auto first = App::endOf(m_session->connectFiles());
        QVERIFY2(first.ok(), first.why());
        m_alias = QStringLiteral("compute.") + m_session->machine().id;
    }
    void cleanupTestCase() { m_window.reset(); }

    void changedKeyThatGoogleVouchesFor_isRefused_andOneButtonTrustsIt()
    {
        // given a pin of another key
        QVERIFY(pins().pin(m_alias, {wrongKey()}));
        m_session->disconnectFromMachine();
        m_window->window->workPage()->currentMachinePage()->openNotebook();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->find<QPushButton>("trustNewHostKeyButton"), 60'000);
        // then the page names both fingerprints and why the new one is believed
        const QString said = m_window->said("hostKeyBanner");
        for (const QString &words : {wrongKey().fingerprint(), m_session->refusedHostKey()->shown.fingerprint(), QStringLiteral("Google vouches for the new key"),
                                     QStringLiteral("trainer-1")})
            QVERIFY2(said.contains(words), qPrintable(said));
        QVERIFY(m_window->find<QPushButton>("refuseNewHostKeyButton")->hasFocus()); // the safe answer
        QVERIFY2(m_window->said("flowBanner").contains(QStringLiteral("has changed")), qPrintable(m_window->said("flowBanner")));
        QVERIFY(!m_session->isConnected());
        testing::pictures(*m_window->window, QStringLiteral("host-key-changed"));

        // Enter on the safe answer leaves everything as it was
        QTest::keyClick(m_window->find<QPushButton>("refuseNewHostKeyButton"), Qt::Key_Space);
        QTRY_VERIFY(!m_window->find<QWidget>("hostKeyBanner"));
        QCOMPARE(pins().keys(m_alias), QList<ssh::HostKey>{wrongKey()});

        // and the next time the button takes it and goes on to what was wanted
        m_window->window->workPage()->currentMachinePage()->openNotebook();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->find<QPushButton>("trustNewHostKeyButton"), 60'000);
        QTest::mouseClick(m_window->find<QPushButton>("trustNewHostKeyButton"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->isNotebookOpen(), 90'000);
        QVERIFY(!m_window->find<QWidget>("hostKeyBanner"));
        QVERIFY(!pins().keys(m_alias).contains(wrongKey()));
    }

    void keyChangesUnderAnOpenNotebook_thePlaceOfThePageSaysSo_andAButtonConnectsAgain()
    {
        // given an open notebook whose tunnel expects another key from now on
        QVERIFY(m_session->isNotebookOpen());
        ssh::ConnectionSettings settings = m_session->connection();
        settings.hostKeys.trusted = {wrongKey()};
        m_session->tunnel()->setConnection(settings);
        // when its connections are cut
        ssh::RemoteTerminal *shell = m_session->openShell(MachineSession::Shell::Machine, {80, 25}, m_session);
        QVERIFY(shell);
        QByteArray seen;
        connect(shell, &ssh::RemoteCommand::outputReceived, this, [&seen](const QByteArray &bytes) { seen += bytes; });
        shell->start();
        QTRY_VERIFY_WITH_TIMEOUT(!seen.isEmpty(), 30'000); // a shell that still starts may drop what is typed
        // Not the listener: its title goes on with a path. Apart from the terminal, whose end would otherwise take it along half-way.
        shell->write("sudo -n setsid pkill -KILL -f 'sshd: [a-z]'\n");
        QTRY_COMPARE_WITH_TIMEOUT(m_session->tunnel()->state(), ssh::Tunnel::State::Failed, 60'000);
        QTRY_VERIFY(!m_session->isNotebookOpen());
        // then where the page was stands what the tunnel said
        const QString said = m_window->said("notebookBanner");
        QVERIFY2(said.contains(m_session->tunnel()->error().message), qPrintable(said));
        QVERIFY2(said.contains(QStringLiteral("What runs on the machine goes on")), qPrintable(said));
        testing::pictures(*m_window->window, QStringLiteral("tunnel-lost"));
        auto *again = m_window->find<QWidget>("notebookBanner")->findChild<QPushButton *>(QStringLiteral("bannerRetryButton"));
        QVERIFY(again && again->isVisible());
        QTest::mouseClick(again, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_session->isNotebookOpen(), 90'000);
        QVERIFY(!m_window->find<QWidget>("notebookBanner"));
    }

    void changedKeyThatNobodyVouchesFor_hasNoButton_andSaysWhatToCheck()
    {
        // given a machine of somebody's that publishes no keys, visited before
        App &app = m_window->app;
        auto end = App::endOf(app.space->createMachine(app.spec(QStringLiteral("silent"))));
        QVERIFY2(end.ok(), end.why());
        const cloud::InstanceRef ref{SandboxFixture::emptyProject(), QStringLiteral("us-central1-a"), QStringLiteral("silent")};
        auto place = cloud::metadataOfInstance(app.space->account()->compute(), ref);
        QVERIFY(testing::resultOf(new cloud::UpdateMetadataJob(app.space->account()->compute(), place, [](QMap<QString, QString> &metadata) -> Result<Done> {
            metadata.insert(QStringLiteral("enable-guest-attributes"), QStringLiteral("FALSE"));
            return Done{};
        }, nullptr)));
        MachineSession *session = app.space->session(ref);
        QVERIFY(pins().pin(QStringLiteral("compute.") + session->machine().id, {wrongKey()}));
        m_window->window->workPage()->showMachine(ref);
        m_window->window->workPage()->currentMachinePage()->openNotebook();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->said("flowBanner").contains(QStringLiteral("serial port")), 60'000);
        const QString said = m_window->said("flowBanner");
        QVERIFY2(said.contains(wrongKey().fingerprint()), qPrintable(said));
        QVERIFY2(said.contains(QStringLiteral("somebody answers in its place")), qPrintable(said));
        QVERIFY(!m_window->find<QPushButton>("trustNewHostKeyButton"));
        QVERIFY(!session->trustNewHostKey());
        testing::pictures(*m_window->window, QStringLiteral("host-key-unvouched"));
    }

private:
    static ssh::HostKey wrongKey()
    {
        return {QStringLiteral("ssh-ed25519"), "AAAAC3NzaC1lZDI1NTE5AAAAIFnWJ8Q0mZ5sTg3Qn8H1YkVvVx0cFq0mFJpJr2rGQm5h"};
    }
    ssh::HostKeyStore pins() const { return ssh::HostKeyStore(m_window->app.space->hostKeyFile()); }

    std::unique_ptr<SandboxFixture> m_sandbox;
    std::unique_ptr<Window> m_window;
    QPointer<MachineSession> m_session;
    QString m_alias;
};

QTEST_MAIN(HostKeyWindowTest)
#include "host_key_window_test.moc"
