// SPDX-License-Identifier: Apache-2.0
#include "ui/instances/machine_actions.h"
#include "ui/packages/container_pane.h"
#include "ui/shell/tunnel_menu.h"

#include "support/sandbox_machine.h"
#include "support/screenshots.h"
#include "support/scripted_prompts.h"
#include "workspace/port_forwards.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

using namespace nimbook;
using nimbook::testing::App;
using nimbook::testing::SandboxMachine;
using ui::ContainerPane;

/// The container and the tunnels of a machine of the sandbox, as the window shows them.
class ContainerPaneTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QString problem = m_machine.make(QStringLiteral("box-1"));
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
        m_pane = std::make_unique<ContainerPane>(m_machine.app->space->catalogue(), session());
        m_pane->resize(1000, 560);
        m_pane->show();
    }
    void cleanupTestCase()
    {
        m_pane.reset();
        m_machine.end();
    }

    void notConnected_saysSoAndOffersToStart()
    {
        QVERIFY(label("containerStateLabel").contains(QStringLiteral("Not connected")));
        QVERIFY(!find<QPushButton>("applyContainerButton")->isEnabled());
        testing::pictures(*m_pane, QStringLiteral("container-closed"));
        find<QPushButton>("startContainerButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(session().isNotebookOpen(), 90'000);
    }

    void running_showsStateDigestUseAndLog()
    {
        QTRY_VERIFY2_WITH_TIMEOUT(label("containerStateLabel").startsWith(QStringLiteral("Jupyter runs since")), qPrintable(label("containerStateLabel")), 30'000);
        QVERIFY2(label("containerDigestLabel").startsWith(QStringLiteral("sha256:")), qPrintable(label("containerDigestLabel")));
        QVERIFY(find<QLabel>("containerDigestLabel")->toolTip().contains(label("containerDigestLabel").chopped(1)));
        QTRY_VERIFY_WITH_TIMEOUT(label("containerUseLabel").contains(QStringLiteral("of a core")), 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(find<QPlainTextEdit>("containerLogEdit")->toPlainText().contains(QStringLiteral("Jupyter Notebook")), 30'000);
        const QString token = QString::fromUtf8(session().notebook().token.reveal());
        // A request that Jupyter writes into its log while we look.
        QCOMPARE(App::get(session().notebook().url, QStringLiteral("/no/such/page"), session().notebook().token).status, 404);
        QTRY_VERIFY_WITH_TIMEOUT(find<QPlainTextEdit>("containerLogEdit")->toPlainText().contains(QStringLiteral("/no/such/page")), 30'000);
        QVERIFY(!find<QPlainTextEdit>("containerLogEdit")->toPlainText().contains(token));
        testing::pictures(*m_pane, QStringLiteral("container-running"));
    }

    void changedSettings_makeANewContainer()
    {
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("applyContainerButton")->isEnabled(), 20'000);
        QCOMPARE(find<QLineEdit>("shmSizeEdit")->text(), QStringLiteral("1g"));
        find<QLineEdit>("shmSizeEdit")->setText(QStringLiteral("2g"));
        find<QPlainTextEdit>("environmentEdit")->setPlainText(QStringLiteral("HF_TOKEN=very-secret\n"));
        find<QPushButton>("applyContainerButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(session().currentFlow(), 20'000);
        const auto end = App::endOf(session().currentFlow());
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("startContainer"))->state, Step::State::Done);
        QCOMPARE(find<QPlainTextEdit>("environmentEdit")->toPlainText(), QStringLiteral("HF_TOKEN")); // the value is not shown again
        const auto kept = App::endOf(session().openNotebook());
        QCOMPARE(kept.step(QStringLiteral("startContainer"))->state, Step::State::Skipped);
    }

    void wrongSetting_isRefusedInWords()
    {
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("applyContainerButton")->isEnabled(), 30'000);
        find<QLineEdit>("shmSizeEdit")->setText(QStringLiteral("a lot"));
        find<QPushButton>("applyContainerButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(bannerText().contains(QStringLiteral("shared memory")), 20'000);
        find<QLineEdit>("shmSizeEdit")->setText(QStringLiteral("2g"));
    }

    void imageThatDoesNotExist_isRefusedWhereApplyIs()
    {
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("applyContainerButton")->isEnabled(), 30'000);
        find<QComboBox>("containerImageCombo")->setCurrentText(QStringLiteral("quay.io/nobody/nothing:1"));
        find<QPushButton>("applyContainerButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(session().currentFlow(), 20'000);
        QVERIFY(find<QWidget>("containerFlowLine")->isVisible()); // what goes on stands here too
        const auto end = App::endOf(session().currentFlow());
        QCOMPARE(end.state, Job::State::Failed);
        QTRY_VERIFY2(bannerText().contains(end.error.message) && bannerText().contains(QStringLiteral("nobody/nothing")), qPrintable(bannerText()));
        QVERIFY(!find<QWidget>("containerFlowLine")->isVisible());
        testing::pictures(*m_pane, QStringLiteral("container-no-image"));
        find<QComboBox>("containerImageCombo")->setCurrentText(m_machine.app->space->catalogue().defaultContainerImage());
        session().setContainerImage(m_machine.app->space->catalogue().defaultContainerImage());
        find<QPushButton>("startContainerButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!session().currentFlow(), 60'000);
        QVERIFY2(session().isNotebookOpen(), qPrintable(bannerText()));
        QVERIFY(!find<QWidget>("containerBanner")->isVisible());
    }

    void ownImage_isBuiltFromAFileOfTheProject()
    {
        QVERIFY(App::endOf(session().writeRequirements(QStringLiteral("numpy\n"))).ok());
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("buildImageButton")->isEnabled(), 30'000);
        const QString base = QStringLiteral("quay.io/jupyter/minimal-notebook:latest"); // the one above, whatever runs
        QVERIFY(base != session().containerImage());
        find<QComboBox>("containerImageCombo")->setCurrentText(base);
        find<QLineEdit>("buildSourceEdit")->setText(QStringLiteral("/src/requirements.txt"));
        find<QPushButton>("buildImageButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(bannerText().contains(QStringLiteral("The image is built")), 60'000);
        QCOMPARE(find<QComboBox>("containerImageCombo")->currentText(), QStringLiteral("nimbook.local/project"));
        const QString log = find<QPlainTextEdit>("containerLogEdit")->toPlainText();
        QVERIFY2(log.contains(QStringLiteral("Successfully tagged nimbook.local/project")) && log.contains(QStringLiteral("FROM ") + base), qPrintable(log));
        testing::pictures(*m_pane, QStringLiteral("container-built"));
    }

    void tunnelMenu_listsCopiesAndForwards()
    {
        testing::ScriptedPrompts prompts;
        ui::TunnelMenu menu([this] { return QList<workspace::MachineSession *>{&session()}; }, prompts);
        Q_EMIT menu.aboutToShow();
        auto *jupyter = menu.findChild<QMenu *>(QStringLiteral("jupyterTunnelMenu"));
        QVERIFY(jupyter);
        QVERIFY2(jupyter->title().contains(QStringLiteral("localhost:%1").arg(session().tunnel()->localPort())), qPrintable(jupyter->title()));
        // Nobody but this program until somebody asks for it; a copied link is such a question.
        auto *open = jupyter->findChild<QAction *>(QStringLiteral("openToProgramsAction"));
        QVERIFY(open && !open->isChecked() && !session().tunnel()->isOpenToPrograms());
        open->trigger();
        QVERIFY(session().tunnel()->isOpenToPrograms());
        open->trigger();
        QVERIFY(!session().tunnel()->isOpenToPrograms());
        jupyter->findChild<QAction *>(QStringLiteral("copyTokenLinkAction"))->trigger();
        QVERIFY(session().tunnel()->isOpenToPrograms());
        QVERIFY(QGuiApplication::clipboard()->text().endsWith(QStringLiteral("?token=") + QString::fromUtf8(session().notebook().token.reveal())));
        menu.findChild<QAction *>(QStringLiteral("copySshConfigAction"))->trigger();
        QVERIFY2(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("Host nimbook-box-1\n")), qPrintable(QGuiApplication::clipboard()->text()));

        // Debian's own ssh, with the entry as it was copied.
        QFile config(m_machine.folder().filePath(QStringLiteral("ssh config")));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(QGuiApplication::clipboard()->text().toUtf8());
        config.close();
        QProcess ssh;
        ssh.start(QStringLiteral("ssh"), {QStringLiteral("-F"), config.fileName(), QStringLiteral("-o"), QStringLiteral("BatchMode=yes"), QStringLiteral("nimbook-box-1"), QStringLiteral("cat /etc/hostname")});
        QTRY_COMPARE_WITH_TIMEOUT(ssh.state(), QProcess::NotRunning, 30'000);
        const QByteArray hostName = ssh.readAllStandardOutput();
        QVERIFY2(hostName.startsWith("box-1"), hostName + ssh.readAllStandardError());

        session().forwardPort(QStringLiteral("Jupyter again"), 8888, true);
        QTRY_COMPARE_WITH_TIMEOUT(session().forwards().all().size(), size_t(1), 30'000);
        const ssh::Tunnel &forward = *session().forwards().all().front().tunnel;
        QTRY_COMPARE_WITH_TIMEOUT(forward.phase(), ssh::Tunnel::Phase::Live, 30'000);
        QUrl url = session().notebook().url;
        url.setPort(forward.localPort());
        QCOMPARE(App::get(url, QStringLiteral("/api/status"), session().notebook().token).status, 200);
        Q_EMIT menu.aboutToShow();
        auto *stop = menu.findChild<QAction *>(QStringLiteral("stopForwardAction"));
        QVERIFY(stop);
        stop->trigger();
        QVERIFY(session().forwards().all().empty());
    }

    void restart_asksFirstAndEndsTheKernels()
    {
        find<QComboBox>("containerImageCombo")->setCurrentText(session().containerImage());
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("restartContainerButton")->isEnabled() && !session().currentFlow(), 30'000);
        const QByteArray before = serverStart();
        testing::ScriptedPrompts prompts;
        QWidget window;
        ui::MachineActions actions(*m_machine.app->space, prompts, &window);
        actions.setCurrent(m_machine.ref);
        connect(m_pane.get(), &ContainerPane::restartWanted, actions.restartContainer(), &QAction::trigger);
        find<QPushButton>("restartContainerButton")->click();
        QCOMPARE(prompts.questions.size(), 1);
        QVERIFY2(prompts.questions.first().text.contains(QStringLiteral("box-1")), qPrintable(prompts.questions.first().text));
        QVERIFY(!session().currentFlow()); // not without a yes

        prompts.answerYes = true;
        QVERIFY(actions.restartContainer()->isEnabled());
        actions.restartContainer()->trigger();
        QVERIFY(session().currentFlow());
        const auto end = App::endOf(session().currentFlow());
        QVERIFY2(end.ok(), end.why());
        QCOMPARE(end.step(QStringLiteral("startContainer"))->state, Step::State::Done);
        const QByteArray after = serverStart();
        QVERIFY2(!before.isEmpty() && !after.isEmpty() && before != after, before + " | " + after);
        QTRY_VERIFY_WITH_TIMEOUT(label("containerStateLabel").startsWith(QStringLiteral("Jupyter runs")), 40'000);
    }

    void stopFromTheMenu_isSeenByThePane()
    {
        testing::ScriptedPrompts prompts;
        QWidget window;
        ui::MachineActions actions(*m_machine.app->space, prompts, &window);
        actions.setCurrent(m_machine.ref);
        actions.stopContainer()->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(label("containerStateLabel"), QStringLiteral("Stopped"), 40'000);
        QVERIFY(App::endOf(session().openNotebook()).ok());
        QTRY_VERIFY_WITH_TIMEOUT(label("containerStateLabel").startsWith(QStringLiteral("Jupyter runs")), 60'000);
    }

    void stop_keepsWhatItHas()
    {
        find<QComboBox>("containerImageCombo")->setCurrentText(session().containerImage());
        QTRY_VERIFY_WITH_TIMEOUT(find<QPushButton>("stopContainerButton")->isVisible() && find<QPushButton>("stopContainerButton")->isEnabled(), 30'000);
        find<QPushButton>("stopContainerButton")->click();
        QTRY_COMPARE_WITH_TIMEOUT(label("containerStateLabel"), QStringLiteral("Stopped"), 40'000);
        // The link stands, and what is behind it does not: the supervisor says just that.
        QTRY_COMPARE_WITH_TIMEOUT(session().tunnel()->phase(), ssh::Tunnel::Phase::Degraded, 40'000);
        find<QPushButton>("startContainerButton")->click();
        QTRY_VERIFY_WITH_TIMEOUT(label("containerStateLabel").startsWith(QStringLiteral("Jupyter runs")), 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(session().tunnel()->phase(), ssh::Tunnel::Phase::Live, 40'000);
    }

private:
    template<typename T>
    T *find(const char *name)
    {
        return m_pane->findChild<T *>(QString::fromLatin1(name));
    }
    /// When the Jupyter that answers was started, in its own words.
    QByteArray serverStart()
    {
        const auto status = App::get(session().notebook().url, QStringLiteral("/api/status"), session().notebook().token);
        return QJsonDocument::fromJson(status.body).object().value(QStringLiteral("started")).toString().toUtf8();
    }
    QString label(const char *name) { return find<QLabel>(name)->text(); }
    workspace::MachineSession &session() { return m_machine.session(); }
    QString bannerText()
    {
        QString all;
        for (const QLabel *text : find<QWidget>("containerBanner")->findChildren<QLabel *>())
            all += text->text() + u'\n';
        return all;
    }

    SandboxMachine m_machine;
    std::unique_ptr<ContainerPane> m_pane;
};

QTEST_MAIN(ContainerPaneTest)
#include "container_pane_test.moc"
