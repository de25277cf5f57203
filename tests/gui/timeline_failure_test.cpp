// SPDX-License-Identifier: Apache-2.0
// What the timeline shows of a machine that could not be reached or set up: the step, the raw words, one suggestion.
#include "ui/instances/timeline_pane.h"

#include "integration/workspace/workspace_fixture.h"
#include "support/screenshots.h"

#include <QLabel>
#include <QTemporaryDir>
#include <QTreeView>

using namespace nimbook;
using models::StepModel;
using nimbook::testing::App;
using nimbook::testing::SandboxFixture;

namespace {

/// A startup script that fails in \a step with the words of the real one.
QString failingScript(const QString &step, const QString &words)
{
    return QStringLiteral("#!/bin/sh\n"
                          "home=/var/lib/nimbook; mkdir -p $home /src/outputs; chmod 777 /src /src/outputs\n"
                          "put() { curl -sf -o /dev/null -X PUT -H 'Metadata-Flavor: Google' --data-binary \"$2\" "
                          "\"http://$GCE_METADATA_HOST/computeMetadata/v1/instance/guest-attributes/nimbook/$1\"; }\n"
                          "echo starting >$home/startup-state; put state starting; put step %1\n"
                          "echo \"E: Unable to fetch some archives\"\n"
                          "echo \"%2\" >$home/startup-error; put error \"%2\"; put state failed; echo failed >$home/startup-state\n")
        .arg(step, words);
}

} // namespace

class TimelineFailureTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(m_sandbox.isRunning(), qPrintable(m_sandbox.log()));
        auto patience = App::quick();
        patience.ssh = std::chrono::seconds(5);
        m_app = std::make_unique<App>(m_sandbox, m_folder.path(), patience);
    }
    void cleanup() { QCOMPARE(App::fault(m_sandbox, {}), 200); }

    void failedStep_standsWithItsRawErrorAndOneSuggestion_data()
    {
        QTest::addColumn<QString>("script"); // empty: Nimbook's own
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QString>("failedStep");
        QTest::addColumn<QString>("raw");
        QTest::addColumn<QString>("suggestion");
        const QString driver = QStringLiteral("Google's installer did not bring the NVIDIA driver up within 5 starts; the serial console has its words.");
        const QString docker = QStringLiteral("Docker could not be installed: apt-get failed; the serial console has its words.");
        QTest::newRow("driver-missing") << failingScript(QStringLiteral("driver"), driver) << QString() << QStringLiteral("Install the NVIDIA driver") << driver << QStringLiteral("serial port");
        QTest::newRow("startup-script-failed") << failingScript(QStringLiteral("docker"), docker) << QString() << QStringLiteral("Install Docker") << docker << QStringLiteral("reset the machine");
        QTest::newRow("stock-out") << QString() << QStringLiteral("stock-out=us-west1-a") << QString() << QStringLiteral("currently unavailable") << QStringLiteral("us-west1-b");
        QTest::newRow("ssh-never-answers") << QString() << QStringLiteral("no-ssh=silent-1") << QString() << QStringLiteral("silent-1") << QStringLiteral("firewall rule");
    }
    void failedStep_standsWithItsRawErrorAndOneSuggestion()
    {
        QFETCH(QString, script);
        QFETCH(QString, fault);
        QFETCH(QString, failedStep);
        QFETCH(QString, raw);
        QFETCH(QString, suggestion);
        if (!fault.isEmpty())
            QCOMPARE(App::fault(m_sandbox, fault), 200);
        const bool existing = fault.startsWith(QLatin1String("stock-out"));
        QCOMPARE(m_app->signIn(existing ? SandboxFixture::fullProject() : SandboxFixture::emptyProject()), QString());
        cloud::InstanceRef ref{SandboxFixture::fullProject(), QStringLiteral("us-west1-a"), QStringLiteral("segment-v100")}; // stopped, in the seed
        if (!existing) {
            auto spec = m_app->spec(fault.isEmpty() ? QStringLiteral("setup-") + QString::fromLatin1(QTest::currentDataTag()) : QStringLiteral("silent-1"));
            if (!script.isEmpty())
                spec.metadata.insert(QStringLiteral("startup-script"), script);
            const auto made = App::endOf(m_app->space->createMachine(spec));
            QVERIFY2(made.ok(), made.why());
            ref = spec.ref;
        }
        auto *session = m_app->space->session(ref);
        QVERIFY(session);
        ui::TimelinePane pane(*session);
        pane.resize(900, 520);
        pane.show();
        const auto ended = App::endOf(session->openNotebook());
        QCOMPARE(ended.state, Job::State::Failed);

        const auto *view = pane.findChild<QTreeView *>(QStringLiteral("timelineView"));
        QStringList failed;
        for (int row = 0; row < view->model()->rowCount(); ++row) {
            if (view->model()->index(row, StepModel::State).data().toString() == StepModel::stateText(Step::State::Failed))
                failed += view->model()->index(row, StepModel::Title).data().toString();
        }
        QCOMPARE(failed.size(), 1);
        if (!failedStep.isEmpty())
            QCOMPARE(failed.constFirst(), failedStep);
        const QString message = pane.findChild<QLabel *>(QStringLiteral("bannerMessageLabel"))->text();
        QVERIFY2(message.startsWith(failed.constFirst()) && message.contains(raw), qPrintable(message));
        const auto *next = pane.findChild<QLabel *>(QStringLiteral("bannerNextStepLabel"));
        QVERIFY2(next->isVisible() && next->text().contains(suggestion), qPrintable(next->text()));
        testing::pictures(pane, QStringLiteral("timeline-") + QString::fromLatin1(QTest::currentDataTag()));
    }

private:
    SandboxFixture m_sandbox{QStringList{QStringLiteral("--speed"), QStringLiteral("20")}};
    QTemporaryDir m_folder;
    std::unique_ptr<App> m_app;
};

QTEST_MAIN(TimelineFailureTest)
#include "timeline_failure_test.moc"
