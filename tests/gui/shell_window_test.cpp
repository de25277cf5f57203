// SPDX-License-Identifier: Apache-2.0
#include "gui/shell_window.h"

#include "models/instance_model.h"
#include "ui/common/dialog_prompts.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTest>

using namespace nimbook;
using models::InstanceModel;
using testing::App;
using testing::SandboxFixture;
using testing::Window;

/// The whole window on the sandbox, driven as a person does: signing in, finding, starting, stopping, deleting.
class ShellWindowTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void signedOut_showsTwoDoorsThatSayWhatTheyDo();
    void credentialFileDoor_leadsToTheMachines();
    void wrongCredentialFile_isExplainedOnThePage();
    void signOut_leadsBackToTheDoors();
    void typedWords_filterTableAndRail();
    void headerClick_sortsByRawValue();
    void selectionAndScroll_surviveRefreshWithAChange();
    void stopAndStart_byShortcut_changeTheStateInWords();
    void deleteQuestion_namesWhatIsLost_andKeepsByDefault();
    void deleteConfirmed_takesTheMachineFromTheList();
    void openNotebookWithoutStock_showsStepReasonAndNextStep();
    void unreachableZone_keepsItsMachinesAndSaysSo();
    void listFails_saysWhyWithRetry();
    void emptyProject_invitesToMakeAMachine();
    void machineThatWasBeingMade_isToldAtTheNextStart();
    void keyboardAlone_reachesEverything();
    void everyControl_hasANameForScreenReaders();
    void narrowWindow_stillFits();

private:
    std::unique_ptr<Window> signedIn(const QString &project = SandboxFixture::fullProject());

    std::unique_ptr<SandboxFixture> m_sandbox;
};

void ShellWindowTest::initTestCase()
{
    m_sandbox = std::make_unique<SandboxFixture>(QStringList{QStringLiteral("--speed"), QStringLiteral("20")});
    QVERIFY2(m_sandbox->isRunning(), qPrintable(m_sandbox->log()));
}

void ShellWindowTest::cleanup()
{
    App::fault(*m_sandbox, {});
}

std::unique_ptr<Window> ShellWindowTest::signedIn(const QString &project)
{
    auto window = std::make_unique<Window>(*m_sandbox);
    const QString problem = window->app.signIn(project);
    if (!problem.isEmpty())
        qWarning("%s", qPrintable(problem));
    window->window->workPage()->showAll();
    return window;
}

void ShellWindowTest::signedOut_showsTwoDoorsThatSayWhatTheyDo()
{
    Window window(*m_sandbox);
    testing::pictures(*window.window, QStringLiteral("signin"));
    const auto *sandbox = window.find<QAbstractButton>("sandboxButton");
    const auto *file = window.find<QAbstractButton>("credentialFileButton");
    QVERIFY(sandbox && file);
    QVERIFY(sandbox->accessibleDescription().contains(QStringLiteral("nothing costs money")));
    QVERIFY(file->accessibleDescription().contains(QStringLiteral("drop it here")));
    QVERIFY(window.said("keyringBanner").contains(QStringLiteral("until you close Nimbook")));
    QVERIFY(!window.window->actions()->newMachine->isEnabled());
    QVERIFY(!window.window->workPage());
}

void ShellWindowTest::credentialFileDoor_leadsToTheMachines()
{
    Window window(*m_sandbox);
    QTest::mouseClick(window.find<QAbstractButton>("credentialFileButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.window->workPage(), 20'000);
    window.app.space->setCurrentProject(SandboxFixture::fullProject());
    QTRY_VERIFY_WITH_TIMEOUT(window.table() && window.table()->model()->rowCount() >= 6, 20'000);
    QCOMPARE(window.table()->model()->rowCount(), window.app.space->machines()->machines().size());
    QCOMPARE(window.cell(QStringLiteral("segment-v100"), InstanceModel::Gpu), QStringLiteral("2 × V100"));
    QCOMPARE(window.cell(QStringLiteral("trainer-1"), InstanceModel::Gpu), QStringLiteral("1 × L4"));
    testing::pictures(*window.window, QStringLiteral("machines"));
}

void ShellWindowTest::wrongCredentialFile_isExplainedOnThePage()
{
    Window window(*m_sandbox);
    QFile file(window.folder.filePath(QStringLiteral("notes.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"installed\": {\"client_id\": \"x\"}}");
    file.close();
    window.prompts.file = file.fileName();
    QTest::mouseClick(window.find<QAbstractButton>("credentialFileButton"), Qt::LeftButton);
    QTRY_VERIFY(window.said("signInBanner").contains(QStringLiteral("notes.json")));
    QVERIFY(window.find<QAbstractButton>("bannerRetryButton"));
    QVERIFY(window.find<QAbstractButton>("sandboxButton")->isEnabled());
    QVERIFY(!QApplication::activeModalWidget());
    testing::pictures(*window.window, QStringLiteral("signin-wrong-file"));
}

void ShellWindowTest::signOut_leadsBackToTheDoors()
{
    const auto window = signedIn();
    QVERIFY(window->window->workPage());
    window->window->actions()->signOut->trigger();
    QTRY_VERIFY(!window->window->workPage());
    QVERIFY(window->find<QAbstractButton>("sandboxButton"));
    QVERIFY(!window->app.space->account());
}

void ShellWindowTest::typedWords_filterTableAndRail()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window->activateWindow();
    window->window->actions()->find->trigger();
    auto *search = window->find<QLineEdit>("searchEdit");
    QTRY_VERIFY(search->hasFocus());
    QTest::keyClicks(search, QStringLiteral("mila stopped"));
    QCOMPARE(window->table()->model()->rowCount(), 1);
    QCOMPARE(window->find<QListView>("railView")->model()->rowCount(), 2); // heading and machine
    QVERIFY(window->row(QStringLiteral("old-t4")).isValid());
    search->setText(QStringLiteral("no such machine"));
    QTRY_VERIFY(window->find<QPushButton>("clearSearchButton"));
    testing::pictures(*window->window, QStringLiteral("no-match"));
    QTest::mouseClick(window->find<QPushButton>("clearSearchButton"), Qt::LeftButton);
    QVERIFY(search->text().isEmpty());
    QVERIFY(window->table()->model()->rowCount() >= 6);
}

void ShellWindowTest::headerClick_sortsByRawValue()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    QHeaderView *header = window->table()->header();
    const QPoint age(header->sectionViewportPosition(InstanceModel::Age) + 10, header->height() / 2);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, Qt::NoModifier, age);
    QCOMPARE(header->sortIndicatorSection(), int(InstanceModel::Age));
    QList<qint64> ages;
    for (int row = 0; row < window->table()->model()->rowCount(); ++row)
        ages << window->table()->model()->index(row, InstanceModel::Age).data(InstanceModel::UnderlyingData).toLongLong();
    QVERIFY(std::is_sorted(ages.begin(), ages.end()) || std::is_sorted(ages.rbegin(), ages.rend()));
    QVERIFY(ages.first() != ages.last());
}

void ShellWindowTest::selectionAndScroll_surviveRefreshWithAChange()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window->resize(900, 420);
    window->table()->setCurrentIndex(window->row(QStringLiteral("segment-v100")));
    window->table()->verticalScrollBar()->setValue(window->table()->verticalScrollBar()->maximum());
    const int scrolled = window->table()->verticalScrollBar()->value();
    window->app.space->power({SandboxFixture::fullProject(), QStringLiteral("us-central1-b"), QStringLiteral("eval-2")}, workspace::PowerAction::Start);
    QTRY_COMPARE_WITH_TIMEOUT(window->cell(QStringLiteral("eval-2"), InstanceModel::State), QStringLiteral("Running"), 30'000);
    QCOMPARE(window->table()->currentIndex().data().toString(), QStringLiteral("segment-v100"));
    QCOMPARE(window->window->machineActions()->current()->name, QStringLiteral("segment-v100"));
    QCOMPARE(window->table()->verticalScrollBar()->value(), scrolled);
}

void ShellWindowTest::stopAndStart_byShortcut_changeTheStateInWords()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window->activateWindow();
    window->table()->setFocus();
    window->table()->setCurrentIndex(window->row(QStringLiteral("labeling-web")));
    QVERIFY(window->window->machineActions()->stop()->isEnabled());
    QVERIFY(!window->window->machineActions()->start()->isEnabled());
    QTest::keyClick(window->table(), Qt::Key_F8);
    QTRY_COMPARE_WITH_TIMEOUT(window->cell(QStringLiteral("labeling-web"), InstanceModel::State), QStringLiteral("Stopped"), 30'000);
    QTRY_VERIFY(window->window->machineActions()->start()->isEnabled());
    QTest::keyClick(window->table(), Qt::Key_F7);
    QTRY_COMPARE_WITH_TIMEOUT(window->cell(QStringLiteral("labeling-web"), InstanceModel::State), QStringLiteral("Running"), 30'000);
    window->window->actions()->activity->trigger();
    QTRY_VERIFY(window->find<QTreeView>("activityView"));
    QCOMPARE(window->find<QTreeView>("activityView")->model()->rowCount(), 2);
    testing::pictures(*window->window, QStringLiteral("activity"));
}

void ShellWindowTest::deleteQuestion_namesWhatIsLost_andKeepsByDefault()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window.reset();
    ui::DialogPrompts dialogs;
    window->open(dialogs);
    window->window->workPage()->showAll();
    window->table()->setCurrentIndex(window->row(QStringLiteral("segment-v100")));
    window->window->machineActions()->remove()->trigger();
    auto *box = qobject_cast<QDialog *>(QApplication::activeModalWidget());
    QVERIFY(box);
    testing::pictures(*box, QStringLiteral("delete-question"));
    for (const char *word : {"segment-v100", "us-west1-a", "vision-lab"})
        QVERIFY2(box->accessibleDescription().contains(QLatin1String(word)), word);
    QVERIFY(box->accessibleDescription().contains(QStringLiteral("500 GB")));
    QVERIFY(box->findChild<QPushButton *>(QStringLiteral("cancelButton"))->isDefault());
    QSignalSpy closed(box, &QDialog::finished);
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(closed.size(), 1);
    QCOMPARE(window->app.space->activity().entries().size(), 0); // nothing was asked of the cloud
    // An old machine that is protected cannot even be asked about.
    window->table()->setCurrentIndex(window->row(QStringLiteral("old-t4")));
    QVERIFY(!window->window->machineActions()->remove()->isEnabled());
    window->window.reset(); // before the prompts it uses
}

void ShellWindowTest::deleteConfirmed_takesTheMachineFromTheList()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window->workPage()->showMachine(window->row(QStringLiteral("paused-notes")).data(InstanceModel::RefRole).value<cloud::InstanceRef>());
    QVERIFY(window->window->workPage()->currentMachinePage());
    window->prompts.answerYes = true;
    window->window->machineActions()->remove()->trigger();
    QCOMPARE(window->prompts.questions.size(), 1);
    QTRY_VERIFY_WITH_TIMEOUT(!window->row(QStringLiteral("paused-notes")).isValid(), 30'000);
    QTRY_VERIFY(!window->window->workPage()->currentMachinePage()); // its page went with it
}

void ShellWindowTest::openNotebookWithoutStock_showsStepReasonAndNextStep()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("stock-out=us-west1-a")) / 100, 2);
    window->window->workPage()->showMachine(window->row(QStringLiteral("segment-v100")).data(InstanceModel::RefRole).value<cloud::InstanceRef>());
    testing::pictures(*window->window, QStringLiteral("machine-stopped"));
    QTest::mouseClick(window->find<QAbstractButton>("openNotebookButton"), Qt::LeftButton);
    QTRY_VERIFY(window->find<QWidget>("startMachineStepRow"));
    testing::pictures(*window->window, QStringLiteral("flow-running"));
    QTRY_VERIFY_WITH_TIMEOUT(window->find<QAbstractButton>("bannerRetryButton"), 30'000);
    const QString said = window->said("flowBanner");
    QVERIFY2(said.contains(QStringLiteral("us-west1-a")), qPrintable(said));
    QVERIFY2(said.contains(QStringLiteral("segment-v100")), qPrintable(said));
    QVERIFY(window->find<QWidget>("startMachineStepRow")->accessibleName().endsWith(QStringLiteral("failed")));
    QTest::mouseClick(window->find<QAbstractButton>("bannerDetailsButton"), Qt::LeftButton);
    testing::pictures(*window->window, QStringLiteral("flow-failed"));
    QVERIFY(!QApplication::activeModalWidget());
    // Trying again is a new attempt at the same thing.
    QTest::mouseClick(window->find<QAbstractButton>("bannerRetryButton"), Qt::LeftButton);
    QTRY_VERIFY(window->find<QAbstractButton>("cancelFlowButton"));
    QTest::mouseClick(window->find<QAbstractButton>("cancelFlowButton"), Qt::LeftButton);
    QTRY_VERIFY(window->said("flowBanner").contains(QStringLiteral("cancelled")));
}

void ShellWindowTest::unreachableZone_keepsItsMachinesAndSaysSo()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("unreachable-zone=europe-west4-a")) / 100, 2);
    window->window->actions()->refresh->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window->said("machinesBanner").contains(QStringLiteral("europe-west4-a")), 20'000);
    QVERIFY(window->row(QStringLiteral("old-t4")).isValid());
    testing::pictures(*window->window, QStringLiteral("unreachable-zone"));
    App::fault(*m_sandbox, {});
    window->window->actions()->refresh->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(!window->find<QWidget>("machinesBanner"), 20'000);
}

void ShellWindowTest::listFails_saysWhyWithRetry()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    const int before = window->table()->model()->rowCount();
    QCOMPARE(App::fault(*m_sandbox, QStringLiteral("forbidden@instances.aggregatedList")) / 100, 2);
    window->window->actions()->refresh->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window->find<QWidget>("machinesBanner"), 20'000);
    QCOMPARE(window->table()->model()->rowCount(), before); // what was seen stays
    App::fault(*m_sandbox, {});
    QTest::mouseClick(window->find<QAbstractButton>("bannerRetryButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(!window->find<QWidget>("machinesBanner"), 20'000);
}

void ShellWindowTest::emptyProject_invitesToMakeAMachine()
{
    const auto window = signedIn(SandboxFixture::emptyProject());
    QTRY_VERIFY(window->find<QPushButton>("emptyNewMachineButton"));
    testing::pictures(*window->window, QStringLiteral("empty-project"));
    QTest::mouseClick(window->find<QPushButton>("emptyNewMachineButton"), Qt::LeftButton);
    QTRY_VERIFY(window->find<QLineEdit>("nameEdit"));
}

void ShellWindowTest::machineThatWasBeingMade_isToldAtTheNextStart()
{
    const auto window = signedIn();
    const cloud::InstanceRef ref{SandboxFixture::fullProject(), QStringLiteral("us-central1-a"), QStringLiteral("trainer-1")};
    Q_EMIT window->app.space->creationsRecovered({{}, {ref}});
    QVERIFY2(window->said("workBanner").contains(QStringLiteral("left over from trainer-1")), qPrintable(window->said("workBanner")));
    Q_EMIT window->app.space->creationsRecovered({{ref}, {}});
    QVERIFY2(window->said("workBanner").contains(QStringLiteral("costs money")), qPrintable(window->said("workBanner")));
    testing::pictures(*window->window, QStringLiteral("recovered"));
    window->find<QAbstractButton>("showRecoveredButton")->click();
    QTRY_VERIFY(window->said("workBanner").isEmpty());
    QVERIFY(window->app.space->existingSession(ref)); // its page is open
}

void ShellWindowTest::keyboardAlone_reachesEverything()
{
    const auto window = signedIn(SandboxFixture::emptyProject());
    window->window->activateWindow();
    QTRY_VERIFY(window->find<QPushButton>("emptyNewMachineButton"));
    // Project switcher: type, Enter.
    QTest::keyClick(window->window.get(), Qt::Key_L, Qt::ControlModifier);
    QTRY_VERIFY(window->find<QLineEdit>("projectEdit"));
    auto *project = window->find<QLineEdit>("projectEdit");
    QTest::keyClicks(project, QStringLiteral("vision"));
    testing::pictures(*project->parentWidget(), QStringLiteral("project-switcher"));
    QTest::keyClick(project, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(window->table() && window->table()->model()->rowCount() >= 4, 20'000);
    QCOMPARE(window->app.space->currentProject(), SandboxFixture::fullProject());
    // Palette: a word of the command, Enter. A shortcut reaches the window once the switcher has given the focus back.
    QTRY_VERIFY(!window->find<QLineEdit>("projectEdit"));
    window->window->activateWindow();
    QTRY_VERIFY(window->window->isActiveWindow());
    QTest::keyClick(window->window.get(), Qt::Key_K, Qt::ControlModifier);
    QTRY_VERIFY(window->find<QLineEdit>("commandEdit"));
    auto *command = window->find<QLineEdit>("commandEdit");
    testing::pictures(*command->parentWidget(), QStringLiteral("command-palette"));
    QTest::keyClicks(command, QStringLiteral("show menu"));
    QTest::keyClick(command, Qt::Key_Return);
    QTRY_VERIFY(window->window->actions()->menuBar->isChecked());
    // Panes: F6 goes round and comes back.
    window->window->activateWindow();
    window->table()->setFocus();
    QSet<QString> visited;
    for (int press = 0; press < 4; ++press) {
        QTest::keyClick(window->window.get(), Qt::Key_F6);
        QVERIFY(QApplication::focusWidget());
        visited.insert(QApplication::focusWidget()->objectName());
    }
    QVERIFY2(visited.contains(QStringLiteral("railView")) && visited.contains(QStringLiteral("searchEdit")),
             qPrintable(QStringList(visited.values()).join(QLatin1Char(' '))));
    QTRY_VERIFY(window->table()->hasFocus());
    // A machine's page by Enter, its tabs by Alt+number, back by Alt+Home.
    window->table()->setCurrentIndex(window->row(QStringLiteral("trainer-1")));
    QTest::keyClick(window->table(), Qt::Key_Return);
    QTRY_VERIFY(window->window->workPage()->currentMachinePage());
    auto *tabs = window->find<QTabWidget>("machineTabs");
    QCOMPARE(tabs->count(), 7);
    for (int tab = 0; tab < tabs->count(); ++tab) { // as they stand, from left to right
        QTest::keyClick(window->window.get(), Qt::Key(Qt::Key_1 + tab), Qt::AltModifier);
        QCOMPARE(tabs->currentIndex(), tab);
    }
    QCOMPARE(tabs->currentIndex(), int(nimbook::ui::MachinePage::Timeline));
    testing::pictures(*window->window, QStringLiteral("machine-page"));
    QTest::keyClick(window->window.get(), Qt::Key_Home, Qt::AltModifier);
    QTRY_VERIFY(window->table());
}

void ShellWindowTest::everyControl_hasANameForScreenReaders()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window->workPage()->showMachine(window->row(QStringLiteral("trainer-1")).data(InstanceModel::RefRole).value<cloud::InstanceRef>());
    for (const QWidget *widget : window->window->findChildren<QWidget *>()) {
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        // Combos answer with their current text (Qt 6.4); what a spin box or a clear button is made of is Qt's own.
        const bool own = widget->objectName().startsWith(QLatin1String("qt_")) || widget->objectName().startsWith(QLatin1String("_q_"));
        if (widget->focusPolicy() == Qt::NoFocus || own || qobject_cast<const QComboBox *>(widget) || !widget->isVisible())
            continue;
        const bool named = !widget->accessibleName().isEmpty() || (button && !button->text().isEmpty());
        const bool matters = button || widget->inherits("QAbstractItemView") || widget->inherits("QLineEdit") || widget->inherits("QPlainTextEdit");
        QVERIFY2(named || !matters, qPrintable(QStringLiteral("%1 %2").arg(QLatin1String(widget->metaObject()->className()), widget->objectName())));
    }
    for (const QAction *action : window->window->actions()->all())
        QVERIFY2(!action->text().isEmpty() && !action->objectName().isEmpty(), qPrintable(action->text()));
}

void ShellWindowTest::narrowWindow_stillFits()
{
    const auto window = signedIn();
    QTRY_VERIFY(window->table());
    window->window->resize(900, 600);
    testing::pictures(*window->window, QStringLiteral("machines-900"));
    window->window->workPage()->showMachine(window->row(QStringLiteral("trainer-1")).data(InstanceModel::RefRole).value<cloud::InstanceRef>());
    testing::pictures(*window->window, QStringLiteral("machine-900"));
    QCOMPARE(window->window->size(), QSize(900, 600));
    QVERIFY2(window->window->minimumSizeHint().width() <= 900, qPrintable(QString::number(window->window->minimumSizeHint().width())));
    const auto *menu = window->find<QAbstractButton>("menuButton");
    QVERIFY(menu);
    QVERIFY(menu->mapTo(window->window.get(), QPoint(menu->width(), 0)).x() <= 900);
}

QTEST_MAIN(ShellWindowTest)
#include "shell_window_test.moc"
